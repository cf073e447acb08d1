import * as z from 'zod'
import { parseTimeInterval } from '../interval/parse.ts'
import type { Problem } from '../problem/problem.ts'
import { whenSound } from '../problem/when-sound.ts'
import { checkedText } from '../settings/checked-text.ts'
import { dayRange } from './day-range.ts'
import { timeZone } from './zone.ts'

/** Entries of one list of a calendar. */
const MOST = 500

const days = checkedText((text) => {
  const range = dayRange(text)
  if (range === undefined) return 'is not a day or a range of days, such as 2026-02-16 or 2026-02-16:2026-02-22'
  return range.from > range.to ? 'ends before its beginning' : undefined
})
const listOfDays = z.array(days).max(MOST, `at most ${MOST} entries are allowed`).default([])

/** Days and hours of work. `workdays` and `worktime` have the form of Alertmanager's time intervals. */
export const calendarSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,59}$/, 'has 1 to 60 letters, digits, "_", "." and "-", a letter first'),
    timeZone: timeZone.default('UTC'),
    workdays: z.array(z.string()).max(7, 'at most 7 entries are allowed').default(['monday:friday']),
    worktime: z
      .array(z.strictObject({ start_time: z.string(), end_time: z.string() }))
      .max(24, 'at most 24 entries are allowed')
      .default([{ start_time: '09:00', end_time: '18:00' }]),
    daysOff: listOfDays.describe('Days, or ranges of days, without work'),
    extraWorkdays: listOfDays.describe('Days with work all the same; stronger than `daysOff`'),
  })
  .superRefine(
    ({ workdays, worktime }, context) => {
      const read = parseTimeInterval({ weekdays: workdays, times: worktime })
      if (read.ok) return
      for (const { path, message } of read.problems) {
        const [first, ...rest] = path
        context.addIssue({ code: 'custom', path: [first === 'times' ? 'worktime' : 'workdays', ...rest], message })
      }
    },
    whenSound('workdays', 'worktime'),
  )

export type Calendar = z.output<typeof calendarSchema>

/** Paths begin at the calendar. */
export function calendarWarnings({ workdays, worktime, extraWorkdays }: Calendar): Problem[] {
  const noDay = workdays.length === 0 && extraWorkdays.length === 0
  return [
    ...(noDay ? [{ path: 'workdays', message: 'is empty: every day is a day off' }] : []),
    ...(worktime.length === 0 ? [{ path: 'worktime', message: 'is empty: no moment is in the hours of work' }] : []),
  ]
}
