import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import type { NamedInterval } from '../../config/config.ts'
import type { Range, TimeInterval } from '../../interval/interval.ts'
import { parseTimeInterval } from '../../interval/parse.ts'
import { readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import { textual } from '../reading/yaml.ts'
import type { Section, Shown } from './section.ts'

/** `timeIntervals`, in the format of Alertmanager's `time_intervals`: names for `muteTimes` and `activeTimes`. */
export const timeIntervalsSection: Section<'timeIntervals'> = {
  key: 'timeIntervals',
  name: 'timeIntervals',
  one: 'time interval',
  limit: LIMITS.timeIntervals,
  *read(given) {
    const list = yield* readList(textual(given), { limit: LIMITS.timeIntervals, nameField: 'name' }, (entry) =>
      readEntry(schema, entry),
    )
    return { value: list.entries.map(({ value }) => value), problems: list.problems, names: list.names }
  },
  show: (intervals) => intervals.map(showTimeInterval),
  get schema() {
    return z.array(schema).max(LIMITS.timeIntervals)
  },
  entries: (intervals) => intervals.map((interval) => [interval.name, interval]),
}

const texts = { type: 'array', items: { type: 'string' } } as const

const timeInterval = z
  .unknown()
  .transform((value, context) => {
    const parsed = parseTimeInterval(value)
    if (parsed.ok) return parsed.interval
    for (const problem of parsed.problems) context.addIssue({ code: 'custom', ...problem })
    return z.NEVER
  })
  .meta({
    id: 'TimeInterval',
    type: 'object',
    properties: {
      times: {
        type: 'array',
        items: {
          type: 'object',
          properties: { start_time: { type: 'string' }, end_time: { type: 'string' } },
          required: ['start_time', 'end_time'],
        },
      },
      weekdays: texts,
      days_of_month: texts,
      months: texts,
      years: texts,
      location: { type: 'string' },
    },
  })

const schema = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').max(1000),
    time_intervals: z.array(timeInterval).max(LIMITS.timeIntervals).optional(),
  })
  .transform(({ name, time_intervals = [] }): NamedInterval => ({ name, intervals: time_intervals }))
  .meta({ id: 'NamedTimeInterval' })

export function showTimeInterval({ name, intervals }: NamedInterval): Shown {
  return { name, time_intervals: intervals.map(showInterval) }
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

function showInterval({ times, weekdays, daysOfMonth, months, years, location }: TimeInterval): Shown {
  const list = (ranges: Range[], text: (end: number) => string) =>
    ranges.map(({ from, to }) => (from === to ? text(from) : `${text(from)}:${text(to)}`))
  return {
    ...(times && { times: times.map(({ from, to }) => ({ start_time: clockText(from), end_time: clockText(to) })) }),
    ...(weekdays && { weekdays: list(weekdays, (day) => WEEKDAYS[day] ?? String(day)) }),
    ...(daysOfMonth && { days_of_month: list(daysOfMonth, String) }),
    ...(months && { months: list(months, String) }),
    ...(years && { years: list(years, String) }),
    ...(location === undefined ? {} : { location }),
  }
}

function clockText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
