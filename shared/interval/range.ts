import type { Range } from './interval.ts'

export type FieldReading<T> = { ok: true; value: T } | { ok: false; error: string }

export function fieldError(error: string): { ok: false; error: string } {
  return { ok: false, error }
}

/** A range `monday:friday`, or the single member `monday`: `member` reads the ends, in lower case. */
function parseRange(text: string, member: (text: string) => FieldReading<number>): FieldReading<Range> {
  const lower = text.toLowerCase()
  const ends = lower.split(':')
  if (ends.length > 2) return fieldError(`couldn't parse range ${lower}, invalid format`)
  const from = member(ends[0]!)
  if (!from.ok) return from
  const to = ends.length === 1 ? from : member(ends[1]!)
  return to.ok ? { ok: true, value: { from: from.value, to: to.value } } : to
}

export function parseWeekdays(text: string): FieldReading<Range> {
  const parsed = parseRange(text, (day) => named(WEEKDAYS, day, 0) ?? fieldError(`${day} is not a valid weekday`))
  if (!parsed.ok) return parsed
  return parsed.value.from > parsed.value.to ? fieldError('start day cannot be before end day') : parsed
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

export function parseMonths(text: string): FieldReading<Range> {
  const parsed = parseRange(text, (month) => {
    const value = named(MONTHS, month, 1) ?? parseInteger(month)
    return value.ok ? value : fieldError(`${month} is not a valid month`)
  })
  if (!parsed.ok) return parsed
  const { from, to } = parsed.value
  return from > to ? fieldError(`end month ${monthName(to)} is before start month ${monthName(from)}`) : parsed
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

function monthName(month: number): string {
  return MONTHS[month - 1] ?? String(month)
}

function named(names: readonly string[], name: string, first: number): FieldReading<number> | undefined {
  const index = names.indexOf(name)
  return index < 0 ? undefined : { ok: true, value: index + first }
}

export function parseYears(text: string): FieldReading<Range> {
  const parsed = parseRange(text, parseInteger)
  if (!parsed.ok) return parsed
  const { from, to } = parsed.value
  return from > to ? fieldError(`end year ${to} is before start year ${from}`) : parsed
}

export function parseDaysOfMonth(text: string): FieldReading<Range> {
  const parsed = parseRange(text, parseInteger)
  if (!parsed.ok) return parsed
  const { from, to } = parsed.value
  for (const day of [from, to]) {
    if (day === 0 || day < -31 || day > 31) return fieldError(`${day} is not a valid day of the month: out of range`)
  }
  if (from < 0 && to > 0) return fieldError('end day must be negative if start day is negative')
  // A range that is backwards in the shortest month is taken for a mistake in every month.
  const [first, last] = [from, to].map((day) => (day < 0 ? 28 + day : day)) as [number, number]
  return first > last ? fieldError(`end day ${to} is always before start day ${from}`) : parsed
}

/** As Go's strconv.Atoi, with the error texts of that function. */
function parseInteger(text: string): FieldReading<number> {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return { ok: true, value }
  return fieldError(
    `strconv.Atoi: parsing ${JSON.stringify(text)}: ${Number.isNaN(value) ? 'invalid syntax' : 'value out of range'}`,
  )
}
