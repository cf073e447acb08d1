/*
 * The values of a template. None of them is an object of JavaScript with a prototype that a template could reach: a
 * mapping is a Map, and its keys are its own.
 */

/** A number that Python writes with a point: a fraction, and the result of every division. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** Text that the output takes as it is: a function made its markup, and escaped what stands inside. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type List = readonly Value[]
export type Dict = ReadonlyMap<string, Value>

/** `undefined`: a name or key that is not there. */
export type Value = undefined | null | boolean | number | Float | string | Markup | List | Dict

export function isList(value: Value): value is List {
  return Array.isArray(value)
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map
}

export function isText(value: Value): value is string | Markup {
  return typeof value === 'string' || value instanceof Markup
}

/** The number of a value that is one. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof Float ? value.value : undefined
}

export function isMissing(value: Value): value is undefined | null {
  return value === undefined || value === null
}

/** Python's truth: what is empty, zero or missing is false. */
export function isTrue(value: Value): boolean {
  if (value instanceof Markup) return value.text !== ''
  if (value instanceof Float) return value.value !== 0
  if (isList(value)) return value.length > 0
  return isDict(value) ? value.size > 0 : Boolean(value)
}

/** The kind of a value, for messages. */
export function kindOf(value: Value): string {
  if (isMissing(value)) return 'a missing value'
  if (isText(value)) return 'a text'
  if (isList(value)) return 'a list'
  if (isDict(value)) return 'a mapping'
  return typeof value === 'boolean' ? 'true or false' : 'a number'
}
