import type { Millis } from '../base/time.ts'
import { intervalContains } from '../interval/contains.ts'
import { parseTimeInterval } from '../interval/parse.ts'
import { wallTime } from '../interval/zone.ts'
import type { Calendar } from './calendar.ts'
import { dayRange } from './day-range.ts'

/* Apart from the schema of calendars: dispatch asks for hours of work and reads no document. */

/** Whether a moment is on a day of work, and whether the moment is in the hours of work of such a day. */
export function workAt(calendar: Calendar, at: Millis): { workday: boolean; worktime: boolean } {
  const { timeZone: location, workdays, worktime, daysOff, extraWorkdays } = calendar
  const contains = (field: object) => {
    const read = parseTimeInterval(field)
    return read.ok && intervalContains({ ...read.interval, location }, at)
  }
  const { year, month, day } = wallTime(at, location)
  const today = new Date(0).setUTCFullYear(year, month - 1, day)
  const within = (list: readonly string[]) =>
    list.some((text) => {
      const range = dayRange(text)
      return range !== undefined && range.from <= today && today <= range.to
    })
  const workday = within(extraWorkdays) || (!within(daysOff) && contains({ weekdays: workdays }))
  return { workday, worktime: workday && contains({ times: worktime }) }
}

/** The minutes of a day at which hours of work begin or end. */
export function workMinutes({ worktime }: Calendar): number[] {
  const read = parseTimeInterval({ times: worktime })
  return read.ok ? (read.interval.times ?? []).flatMap(({ from, to }) => [from, to]) : []
}
