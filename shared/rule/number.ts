import { never } from '../base/never.ts'
import { DAY } from '../base/time.ts'
import type { Comparison, TimePart } from './expression.ts'

/**
 * A number as JSON or a person writes a number; a long integer keeps all digits. Undefined for every other text, the
 * empty text included.
 */
export function numberOf(text: string): number | bigint | undefined {
  if (!/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return undefined
  const [, digits] = LONG_INTEGER.exec(text) ?? []
  return digits === undefined ? Number(text) : BigInt(digits)
}

/** Below, JavaScript's numbers are exact; above, no id has that many digits. */
const LONG_INTEGER = /^\+?(-?\d{16,400})$/

/** JavaScript compares a number with a bigint exactly. */
export function compare(op: Comparison, left: number | bigint, right: number | bigint): boolean {
  switch (op) {
    case 'eq':
      return left <= right && left >= right
    case 'gt':
      return left > right
    case 'gte':
      return left >= right
    case 'lt':
      return left < right
    case 'lte':
      return left <= right
    default:
      return never(op)
  }
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?/

/**
 * A part of a date as written: Sigma asks for no conversion between time zones. Seconds or milliseconds since 1970 are
 * read as UTC. Weeks are ISO 8601's.
 */
export function timePart(text: string, part: TimePart): number | undefined {
  const [, year, month, day, hour, minute] = ISO.exec(dated(text)) ?? []
  switch (part) {
    case 'year':
      return given(year)
    case 'month':
      return given(month)
    case 'day':
      return given(day)
    case 'hour':
      return given(hour)
    case 'minute':
      return given(minute)
    case 'week':
      return year === undefined ? undefined : week(Date.UTC(Number(year), Number(month) - 1, Number(day)))
    default:
      return never(part)
  }
}

function given(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits)
}

function dated(text: string): string {
  if (!/^\d{9,13}(\.\d+)?$/.test(text)) return text
  const number = Number(text)
  return new Date(number < 1e11 ? number * 1000 : number).toISOString()
}

/** Weeks begin on Monday and belong to the year that contains the week's Thursday. */
function week(at: number): number {
  const weekday = (new Date(at).getUTCDay() + 6) % 7
  const thursday = at + (3 - weekday) * DAY
  const newYear = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday - newYear) / (7 * DAY))
}
