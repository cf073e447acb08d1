import type { Range, TimeInterval } from './interval.ts'
import { type FieldReading, fieldError, parseDaysOfMonth, parseMonths, parseWeekdays, parseYears } from './range.ts'
import { isZone } from './zone.ts'

export type ParsedInterval = { ok: true; interval: TimeInterval } | { ok: false; error: string }

/**
 * An entry of `time_intervals`, decoded from YAML or JSON; numbers may stand for texts. Facts, error
 * texts included, from prometheus/alertmanager (Apache-2.0), timeinterval. An empty list contains
 * no moment, an absent list every moment.
 */
export function parseTimeInterval(value: unknown): ParsedInterval {
  if (!isRecord(value)) return fieldError('a time interval must be a mapping')
  const interval: TimeInterval = {}
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined || field === null) continue
    const error = readField(interval, name, field)
    if (error !== undefined) return fieldError(error)
  }
  return { ok: true, interval }
}

/** Puts a field into the interval; returns the error of a wrong field. */
function readField(into: TimeInterval, name: string, value: unknown): string | undefined {
  if (name === 'location') return readLocation(into, value)
  const field = FIELDS.get(name)
  if (field === undefined) return `field ${name} not found in a time interval`
  if (!Array.isArray(value)) return `${name} must be a list`
  const ranges: Range[] = []
  for (const entry of value as unknown[]) {
    const parsed = field.parse(entry)
    if (!parsed.ok) return parsed.error
    ranges.push(parsed.value)
  }
  into[field.as] = ranges
  return undefined
}

interface Field {
  as: Exclude<keyof TimeInterval, 'location'>
  parse: (entry: unknown) => FieldReading<Range>
}

const FIELDS = new Map<string, Field>([
  ['times', { as: 'times', parse: parseTimes }],
  ['weekdays', { as: 'weekdays', parse: textual('weekdays', parseWeekdays) }],
  ['days_of_month', { as: 'daysOfMonth', parse: textual('days_of_month', parseDaysOfMonth) }],
  ['months', { as: 'months', parse: textual('months', parseMonths) }],
  ['years', { as: 'years', parse: textual('years', parseYears) }],
])

function textual(name: string, parse: (text: string) => FieldReading<Range>): (entry: unknown) => FieldReading<Range> {
  return (entry) => {
    if (typeof entry !== 'string' && typeof entry !== 'number') return fieldError(`${name} must be a list of texts`)
    return parse(String(entry))
  }
}

function parseTimes(entry: unknown): FieldReading<Range> {
  if (!isRecord(entry)) return fieldError('times must be a list of mappings')
  const unknown = Object.keys(entry).find((name) => name !== 'start_time' && name !== 'end_time')
  if (unknown !== undefined) return fieldError(`field ${unknown} not found in a time range`)
  const { start_time: start, end_time: end } = entry
  if (!isText(start) || !isText(end)) return fieldError('both start and end times must be provided')
  const from = parseMinute(start)
  if (!from.ok) return from
  const to = parseMinute(end)
  if (!to.ok) return to
  if (from.value >= to.value) return fieldError('start time cannot be equal or greater than end time')
  return { ok: true, value: { from: from.value, to: to.value } }
}

/** `HH:MM` as minutes of the day; 24:00 is the end of the day. */
function parseMinute(text: string): FieldReading<number> {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text)
  if (match === null) return fieldError(`couldn't parse timestamp ${text}, invalid format`)
  const [, hour = '24', minute = '0'] = match
  return { ok: true, value: Number(hour) * 60 + Number(minute) }
}

/** Go's zone "Local" is unknown here: a function on Lambda has no local time. */
function readLocation(into: TimeInterval, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'location must be the name of a time zone'
  if (!isZone(value)) return `unknown time zone ${value}`
  if (value !== '') into.location = value
  return undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
