import { isObject } from '../base/value.ts'
import { compileLookup } from './lookup.ts'
import type { Correlation } from './rule.ts'

/** A field of a record as a text; undefined when the field is absent or null. An object or a list becomes JSON. */
export type FieldText = (record: unknown) => string | undefined

export function compileFieldText(name: string): FieldText {
  const lookup = compileLookup(name)
  return (record) => {
    const value = isObject(record) ? lookup(record) : undefined
    if (value === undefined || value === null) return undefined
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/** Every value of a field as a text, each once: a list has the values of its elements. Empty texts are no values. */
export type FieldTexts = (record: unknown) => readonly string[]

export function compileFieldTexts(name: string): FieldTexts {
  const lookup = compileLookup(name)
  return (record) => distinct(textsOf(isObject(record) ? lookup(record) : undefined))
}

export function textsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flat(Infinity).flatMap(textsOf)
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}

export function distinct(texts: readonly string[]): readonly string[] {
  return texts.length === 1 && texts[0] !== '' ? texts : [...new Set(texts)].filter((text) => text !== '')
}

/**
 * The values that `value_count` counts, each element of a list by itself. None: a field is absent, and the record does
 * not count. Of several fields a tuple counts, and there a list is one value.
 */
export function compileCountedValues(correlation: Correlation, rule: string): FieldTexts {
  const names = (correlation.field ?? []).map((name) => correlation.aliases.get(name)?.get(rule) ?? name)
  const [only] = names
  if (names.length === 1 && only !== undefined) {
    const lookup = compileLookup(only)
    return (record) => [...new Set(textsOf(isObject(record) ? lookup(record) : undefined))]
  }
  const fields = names.map(compileFieldText)
  return (record) => {
    const values = fields.map((field) => field(record))
    return values.some((value) => value === undefined) ? [] : [JSON.stringify(values)]
  }
}
