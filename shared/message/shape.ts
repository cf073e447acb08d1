import { isObject } from '../base/value.ts'

/**
 * A check of a value. Returns the problem and its place, such as `.alerts[3].labels has to be an object of texts`;
 * undefined: the value is fine.
 */
export type Shape = (value: unknown) => string | undefined

export const text: Shape = (value) => (typeof value === 'string' ? undefined : ' has to be a text')

/**
 * Characters of an id at most: far below the limit of a key in the table, even where each character takes three bytes
 * of the key.
 */
const LONGEST_ID = 512

/** An id is a part of a key. */
export const id: Shape = (value) =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? undefined : ' has to be an id'

/** JSON has no NaN, but `1e999` is read as Infinity. */
export const number: Shape = (value) => (Number.isFinite(value) ? undefined : ' has to be a number')

export const flag: Shape = (value) => (typeof value === 'boolean' ? undefined : ' has to be true or false')

/** An object, not a list. The reader of the object checks the fields inside. */
export const object: Shape = (value) => (isObject(value) ? undefined : ' has to be an object')

export const labels: Shape = (value) => {
  const wrong = ' has to be an object of texts'
  if (!isObject(value)) return wrong
  // `in` and not `Object.values`: the check runs for every alert, and an object made by JSON.parse inherits nothing.
  for (const name in value) if (typeof value[name] !== 'string') return wrong
  return undefined
}

export function oneOf(...known: readonly string[]): Shape {
  return (value) => (known.some((one) => one === value) ? undefined : ` has to be one of ${known.join(', ')}`)
}

export function optional(shape: Shape): Shape {
  return (value) => (value === undefined ? undefined : shape(value))
}

export function list(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return ' has to be a list'
    for (let index = 0; index < value.length; index++) {
      const problem = shape(value[index])
      if (problem !== undefined) return `[${index}]${problem}`
    }
    return undefined
  }
}

export function pair(first: Shape, second: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value) || value.length !== 2) return ' has to be a list of two'
    const problem = first(value[0])
    if (problem !== undefined) return `[0]${problem}`
    const other = second(value[1])
    return other === undefined ? undefined : `[1]${other}`
  }
}

/** An object with the named fields. Fields that are not named may hold any value. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  const named = Object.entries(shapes)
  return (value) => {
    if (!isObject(value)) return ' has to be an object'
    for (const [name, shape] of named) {
      const problem = shape(Object.hasOwn(value, name) ? value[name] : undefined)
      if (problem !== undefined) return `.${name}${problem}`
    }
    return undefined
  }
}
