import type { Millis } from '../base/time.ts'
import type { Alert } from './alert.ts'
import { resolvedAt } from './alert.ts'

/*
 * Alertmanager's merge of two alerts of one fingerprint (facts from prometheus/alertmanager,
 * Apache-2.0). Which of the two is older is the caller's word (their stamps), never their arrival.
 */

/** The part of an alert that merging works out. */
export type AlertTimes = Pick<Alert, 'startsAt' | 'endsAt' | 'timeout'>

/**
 * Whether the newer alert continues the older one: its end or its start lies strictly inside the
 * older one's time. If not, the newer simply replaces it. One that begins with the older and ends no
 * sooner does not overlap in this sense; merging it would change nothing.
 */
export function overlaps(older: AlertTimes, newer: AlertTimes): boolean {
  return inside(newer.endsAt, older) || inside(newer.startsAt, older)
}

function inside(at: Millis, alert: AlertTimes): boolean {
  return alert.startsAt < at && at < alert.endsAt
}

/**
 * Earliest start, everything else of the newer one, and the end by three rules:
 * both ended: the later end · the newer ended: its end · it still fires: the later end, unless the
 * older one's was only our recovery time. `now` is when the newer one was received, so that the
 * result is the same whenever, and however often, it is worked out.
 */
export function mergeAlerts<A extends AlertTimes>(older: A, newer: A, now: Millis): A {
  const olderEndCounts = resolvedAt(newer, now) ? resolvedAt(older, now) : !older.timeout
  return {
    ...newer,
    startsAt: Math.min(older.startsAt, newer.startsAt),
    endsAt: olderEndCounts ? Math.max(older.endsAt, newer.endsAt) : newer.endsAt,
  }
}
