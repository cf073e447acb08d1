import type { Millis } from '../base/time.ts'
import type { Range, TimeInterval } from './interval.ts'
import { wallTime } from './zone.ts'

/** Whether the moment is in the interval: every given field has a range that contains the moment. */
export function intervalContains(interval: TimeInterval, at: Millis): boolean {
  const { year, month, day, weekday, minuteOfDay } = wallTime(at, interval.location)
  return (
    absentOrAny(interval.times, ({ from, to }) => from <= minuteOfDay && minuteOfDay < to) &&
    absentOrAny(interval.daysOfMonth, (range) => dayInRange(day, daysIn(year, month), range)) &&
    absentOrAny(interval.months, (range) => within(month, range)) &&
    absentOrAny(interval.weekdays, (range) => within(weekday, range)) &&
    absentOrAny(interval.years, (range) => within(year, range))
  )
}

function absentOrAny(ranges: readonly Range[] | undefined, contains: (range: Range) => boolean): boolean {
  return ranges === undefined || ranges.some(contains)
}

function within(value: number, { from, to }: Range): boolean {
  return from <= value && value <= to
}

/**
 * Negative days count from the month's end. A range that begins after the end of a short month contains no day of the
 * month.
 */
function dayInRange(day: number, days: number, range: Range): boolean {
  const from = range.from < 0 ? days + range.from + 1 : range.from
  const to = range.to < 0 ? days + range.to + 1 : range.to
  return from <= day && day <= to
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
