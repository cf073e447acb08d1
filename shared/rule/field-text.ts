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

/** Every value of a field as a text, each once: a list has the values of its elements. Empty texts are no values. */
export type FieldTexts = (record: unknown) => readonly string[]

export function compileFieldTexts(name: string): FieldTexts {
  const lookup = compileLookup(name)
  return (record) => distinct(textsOf(isFields(record) ? lookup(record) : undefined))
}

export function textsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flat(Infinity).flatMap(textsOf)
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}

export function distinct(texts: readonly string[]): readonly string[] {
  return texts.length === 1 && texts[0] !== '' ? texts : [...new Set(texts)].filter((text) => text !== '')
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
