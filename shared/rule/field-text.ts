import { compileLookup } from './lookup.ts'
import { isFields } from './reading.ts'
import type { Correlation } from './rule.ts'

/** A field of a record as a text; undefined when the field is absent or null. An object or a list becomes JSON. */
export type FieldText = (record: unknown) => string | undefined

export function compileFieldText(name: string): FieldText {
  const lookup = compileLookup(name)
  return (record) => {
    const value = isFields(record) ? lookup(record) : undefined
    if (value === undefined || value === null) return undefined
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/**
 * The values by which a correlation tells groups apart, for a record that `rule` (an id, once references are resolved)
 * matched. An absent field is a value too: the empty text.
 */
export function compileGroupValues(correlation: Correlation, rule: string): (record: unknown) => string[] {
  const fields = correlation.groupBy.map((name) => compileFieldText(correlation.aliases.get(name)?.get(rule) ?? name))
  return (record) => fields.map((field) => field(record) ?? '')
}

/** The value that `value_count` counts. Undefined: a field is absent, and the record does not count. */
export function compileCountedValue(correlation: Correlation, rule: string): FieldText {
  const names = correlation.field ?? []
  const fields = names.map((name) => compileFieldText(correlation.aliases.get(name)?.get(rule) ?? name))
  return (record) => {
    const values = fields.map((field) => field(record))
    if (values.some((value) => value === undefined)) return undefined
    return values.length === 1 ? values[0] : JSON.stringify(values)
  }
}
