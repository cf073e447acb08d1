import { DAY, HOUR, MAX_MILLIS, MIN_MILLIS, MINUTE, type Millis, SECOND } from './time.ts'

/**
 * Times as Alertmanager reads them (github.com/go-openapi/strfmt, DateTimeFormats): RFC 3339 with a fraction of any
 * length, `,` as well as `.`, offsets with and without a colon; without an offset UTC; without seconds; a blank for the
 * `T`; a date alone. Leap seconds and lower-case letters are refused there and here. Instants outside the years 1 to
 * 9999 are moved to the nearest instant inside. MIN_MILLIS stands for Go's zero time only ("not set"): a time merely
 * close to Go's zero time is read a millisecond later.
 */
export function parseRfc3339(text: string): Millis | undefined {
  return parseUsual(text) ?? parseAny(text)
}

const ANY = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,100}))?)?(Z|[+-]\d\d:?\d\d)?)?$/

function parseAny(text: string): Millis | undefined {
  const parts = ANY.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = parts
  const offset = offsetMs(zone)
  if (offset === undefined) return undefined
  const local = instant(+year!, +month!, +day!, +hour, +minute, +second)
  if (local === undefined) return undefined
  const at = local + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset
  if (at === MIN_MILLIS && !/[1-9]/.test(fraction.slice(3))) return MIN_MILLIS
  return Math.min(Math.max(at, MIN_MILLIS + 1), MAX_MILLIS)
}

/** Go allows offsets up to 24 hours. */
function offsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 24 || minutes > 59) return undefined
  return (zone[0] === '-' ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
}

/**
 * `2026-11-21T01:21:47.734Z`, the form that Prometheus and amtool send twice in every alert. Reading the digits takes a
 * tenth of the time of a regular expression.
 */
function parseUsual(text: string): Millis | undefined {
  if (text.length !== 24 || text[10] !== 'T' || text[23] !== 'Z') return undefined
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':' || text[19] !== '.') return undefined
  const year = digits(text, 0, 4)
  const milli = digits(text, 20, 23)
  if (!(year >= 1) || Number.isNaN(milli)) return undefined
  const at = instant(
    year,
    digits(text, 5, 7),
    digits(text, 8, 10),
    digits(text, 11, 13),
    digits(text, 14, 16),
    digits(text, 17, 19),
  )
  return at === undefined ? undefined : at + milli
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Undefined when a part is out of range, or is not a number. */
function instant(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Millis | undefined {
  const inRange =
    month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 59
  if (!inRange) return undefined
  return daysSinceEpoch(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** https://howardhinnant.github.io/date_algorithms.html#days_from_civil; `Date.UTC` takes the years 0 to 99 for 19xx. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
