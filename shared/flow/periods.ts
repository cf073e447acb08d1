import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import type { Period } from '../config/flow.ts'
import { nextChange } from '../interval/next.ts'
import type { Calendar } from '../people/calendar.ts'
import { workAt, workMinutes } from '../people/work-hours.ts'
import { askedOncePerSpan, type Spans } from './spans.ts'

/** Whether a moment lies in the period. Without a calendar every hour is an hour of work. */
export function periodSpans(period: Period, calendar: Calendar | undefined): Spans<boolean> {
  if (period === 'any' || calendar === undefined) {
    const value = period === 'any' || period === 'workday' || period === 'worktime'
    return () => ({ value, until: Number.POSITIVE_INFINITY })
  }
  const holds = (at: Millis): boolean => isIn(period, workAt(calendar, at))
  const property = { zone: calendar.timeZone, minutes: workMinutes(calendar), holds }
  return askedOncePerSpan((at) => ({ value: holds(at), until: nextChange(property, at) }))
}

function isIn(period: Exclude<Period, 'any'>, { workday, worktime }: { workday: boolean; worktime: boolean }): boolean {
  switch (period) {
    case 'workday':
      return workday
    case 'dayoff':
      return !workday
    case 'worktime':
      return worktime
    case 'offtime':
      return !worktime
    default:
      return never(period)
  }
}
