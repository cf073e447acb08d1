import { isObject } from '../base/value.ts'
import type { Range, TimeInterval } from './interval.ts'
import { type FieldReading, fieldError, parseDaysOfMonth, parseMonths, parseWeekdays, parseYears } from './range.ts'
import { isZone } from './zone.ts'

export interface IntervalProblem {
  /** Keys and indices down to the wrong value: `['times', 0]`. */
  path: (string | number)[]
  message: string
}

export type IntervalReading = { ok: true; interval: TimeInterval } | { ok: false; problems: IntervalProblem[] }

/**
 * An entry of `time_intervals`, decoded from YAML or JSON; numbers may stand for texts. Every wrong value is
 * named. Facts, error texts included, from prometheus/alertmanager (Apache-2.0), timeinterval. An empty list
 * contains no moment, an absent list every moment.
 */
export function parseTimeInterval(value: unknown): IntervalReading {
  if (!isObject(value)) return { ok: false, problems: [{ path: [], message: 'a time interval must be a mapping' }] }
  const interval: TimeInterval = {}
  const problems = Object.entries(value).flatMap(([name, field]) =>
    field === undefined || field === null ? [] : readField(interval, name, field),
  )
  return problems.length === 0 ? { ok: true, interval } : { ok: false, problems }
}

/** Puts a field into the interval; returns the problems of a wrong field. */
function readField(into: TimeInterval, name: string, value: unknown): IntervalProblem[] {
  const refused = (message: string): IntervalProblem[] => [{ path: [name], message }]
  if (name === 'location') {
    const error = readLocation(into, value)
    return error === undefined ? [] : refused(error)
  }
  const field = FIELDS.get(name)
  if (field === undefined) return refused(`field ${name} not found in a time interval`)
  if (!Array.isArray(value)) return refused(`${name} must be a list`)
  const read = value.map((entry: unknown) => field.parse(entry))
  into[field.as] = read.flatMap((range) => (range.ok ? [range.value] : []))
  return read.flatMap((range, index) => (range.ok ? [] : [{ path: [name, index], message: range.error }]))
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
  if (!isObject(entry)) return fieldError('times must be a list of mappings')
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
