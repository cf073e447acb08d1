import { type Alert, resolvedAt } from '../alert/alert.ts'
import { compareStamps, type Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { ClosedByHand, Member } from './group.ts'

/*
 * A person closed the incident while alerts of it still fire. For everybody who is told, those alerts are
 * over from then on: a sender that goes on resending them reopens nothing. Each stays in the group, shut,
 * for as long as it is resent, and is taken up again only when it really ended and then fired anew: when a
 * resolve newer than the close is known, and a firing newer than that resolve, in whichever order they came.
 */

/** Whether the alert is over, by itself or because its incident was closed. */
export function over({ alert, closedByHand }: Pick<Member, 'alert' | 'closedByHand'>, now: Millis): boolean {
  return closedByHand !== undefined || resolvedAt(alert, now)
}

/** When it was over, for those who are told. */
export function overAt(
  { alert, closedByHand }: Pick<Member, 'alert' | 'closedByHand'>,
  now: Millis,
): Millis | undefined {
  if (resolvedAt(alert, now)) return alert.endsAt
  return closedByHand?.at
}

/** What is left of the mark after a message was merged: the same, a newer one, or none. */
export function markAfterMerge(
  before: Member,
  arrival: { alert: Alert; stamp: Stamp },
  newest: { alert: Alert; stamp: Stamp },
): ClosedByHand | undefined {
  const { closedByHand } = before
  if (closedByHand === undefined) return undefined
  const { at, resolve } = closedByHand
  const ended = arrival.alert.endsAt <= arrival.stamp.at
  const newer = ended && arrival.stamp.at > at && (!resolve || compareStamps(arrival.stamp, resolve) > 0)
  const mark: ClosedByHand = newer ? { at, resolve: arrival.stamp } : closedByHand
  const firesSince = newest.alert.endsAt > newest.stamp.at
  const anew = mark.resolve !== undefined && compareStamps(newest.stamp, mark.resolve) > 0
  // It ran out before it was sent again: that is an end as good as a resolve.
  const apart = newest.stamp === arrival.stamp && before.alert.endsAt <= arrival.stamp.at
  return firesSince && (anew || apart) ? undefined : mark
}
