import { parseRfc3339 } from './rfc3339.ts'
import { MAX_MILLIS, MIN_MILLIS, type Millis, SECOND } from './time.ts'

/* Checks of values that JSON.parse made of a stranger's body. */

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Own properties only: a body without a key `toString` has no `toString`. */
export function own(value: JsonObject, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

/** The first spelling that is present and not null. */
export function ownOf(value: JsonObject, ...names: string[]): unknown {
  for (const name of names) {
    const found = own(value, name)
    if (found !== undefined && found !== null) return found
  }
  return undefined
}

/** Longest part of an input that an error repeats. */
const LONGEST_ECHO = 100

export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO)}…` : text)
}

export function jsonType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** The problem as a sentence. */
export function expected(what: string, path: string, value: unknown): string {
  return value === undefined || value === null
    ? `${path} is missing`
    : `${path}: expected ${what}, got ${typeof value === 'string' ? quoted(value) : jsonType(value)}`
}

/** Numbers below are seconds since 1970, others milliseconds: 1973 in milliseconds, 5138 in seconds. */
const FIRST_MILLISECONDS = 1e11
/** From here on microseconds, and from the next on nanoseconds. */
const FIRST_MICROSECONDS = 1e14
const FIRST_NANOSECONDS = 1e17

/**
 * RFC 3339 with `T` and `Z` in any case, or a number, as a number or as text. A leap second is the second before.
 * Undefined: the value is no time. Null: not set, as Go's zero time says.
 */
export function readInstant(value: unknown): Millis | null | undefined {
  if (value === undefined || value === null || value === '') return null
  const number = typeof value === 'string' && /^\d{1,19}(\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof number === 'number') {
    const ms = Math.trunc(number * unitOf(Math.abs(number)))
    return ms > MIN_MILLIS && ms <= MAX_MILLIS ? ms : undefined
  }
  if (typeof value !== 'string') return undefined
  const at = parseRfc3339(value.toUpperCase().replace(LEAP_SECOND, '$1:59'))
  return at === MIN_MILLIS ? null : at
}

const LEAP_SECOND = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):60/

function unitOf(size: number): number {
  if (size < FIRST_MILLISECONDS) return SECOND
  if (size < FIRST_MICROSECONDS) return 1
  return size < FIRST_NANOSECONDS ? 1e-3 : 1e-6
}
