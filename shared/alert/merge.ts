import type { Millis } from '../base/time.ts'
import type { Alert } from './alert.ts'
import { resolvedAt } from './alert.ts'

/*
 * Alertmanager's merge of two alerts of the same fingerprint (facts from prometheus/alertmanager, Apache-2.0). The
 * caller says which alert is older, by the alerts' stamps, never by the order of arrival.
 */

/** The part of an alert that a merge computes. */
export type AlertTimes = Pick<Alert, 'startsAt' | 'endsAt' | 'timeout'>

/**
 * Whether the newer alert continues the older alert: the newer end or start lies strictly inside the older alert's
 * time. Otherwise the newer alert replaces the older. An alert that begins with the older alert and ends no sooner does
 * not overlap in this sense; merging would change no value.
 */
export function overlaps(older: AlertTimes, newer: AlertTimes): boolean {
  return inside(newer.endsAt, older) || inside(newer.startsAt, older)
}

function inside(at: Millis, alert: AlertTimes): boolean {
  return alert.startsAt < at && at < alert.endsAt
}

/**
 * The merged alert has the earliest start, the newer alert's other members, and an end by three rules. Both ended: the
 * later end · only the newer ended: the newer end · the newer still fires: the later end, unless the older end was only
 * our recovery time. `now` is the time at which the newer alert was received, so the result is the same at every time
 * and after every repetition.
 */
export function mergeAlerts<A extends AlertTimes>(older: A, newer: A, now: Millis): A {
  const olderEndCounts = resolvedAt(newer, now) ? resolvedAt(older, now) : !older.timeout
  return {
    ...newer,
    startsAt: Math.min(older.startsAt, newer.startsAt),
    endsAt: olderEndCounts ? Math.max(older.endsAt, newer.endsAt) : newer.endsAt,
  }
}
