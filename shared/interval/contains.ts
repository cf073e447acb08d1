import type { Millis } from '../base/time.ts'
import type { Range, TimeInterval } from './interval.ts'
import { wallTime } from './zone.ts'

/** Whether the moment is in the interval: every field that is given has a range that holds. */
export function intervalContains(interval: TimeInterval, at: Millis): boolean {
  const { year, month, day, weekday, minuteOfDay } = wallTime(at, interval.location)
  return (
    some(interval.times, ({ from, to }) => from <= minuteOfDay && minuteOfDay < to) &&
    some(interval.daysOfMonth, (range) => dayInRange(day, daysIn(year, month), range)) &&
    some(interval.months, (range) => within(month, range)) &&
    some(interval.weekdays, (range) => within(weekday, range)) &&
    some(interval.years, (range) => within(year, range))
  )
}

function some(ranges: readonly Range[] | undefined, holds: (range: Range) => boolean): boolean {
  return ranges === undefined || ranges.some(holds)
}

function within(value: number, { from, to }: Range): boolean {
  return from <= value && value <= to
}

/** Negative days count from the month's end. A range that begins after the end of a short month is not in it. */
function dayInRange(day: number, days: number, range: Range): boolean {
  const from = range.from < 0 ? days + range.from + 1 : range.from
  const to = range.to < 0 ? days + range.to + 1 : range.to
  return from <= day && day <= to
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
