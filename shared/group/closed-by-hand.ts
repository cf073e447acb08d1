import { type Alert, resolvedAt } from '../alert/alert.ts'
import { compareStamps, type Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { ClosedByHand, Member } from './group.ts'

/*
 * A person closed the incident while alerts of the incident still fire. Targets are told that those alerts are over
 * from then on: a sender that goes on resending the alerts reopens nothing. Such an alert stays in the group, marked as
 * closed by hand, for as long as the alert is resent. The mark goes only when the alert really ended and then fired
 * anew: when a resolve newer than the close is known, and a firing newer than the resolve, in either order of arrival.
 */

/** Whether the alert is over, by itself or because its incident was closed. */
export function over({ alert, closedByHand }: Pick<Member, 'alert' | 'closedByHand'>, now: Millis): boolean {
  return closedByHand !== undefined || resolvedAt(alert, now)
}

/** The moment at which the alert was over, as targets are told; undefined: the alert is not over. */
export function overAt(
  { alert, closedByHand }: Pick<Member, 'alert' | 'closedByHand'>,
  now: Millis,
): Millis | undefined {
  if (resolvedAt(alert, now)) return alert.endsAt
  return closedByHand?.at
}

/** The mark of an alert after a message was merged: the same mark, a mark with a newer resolve, or no mark. */
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
  // The alert ran out before the sender sent the alert again: such an end is as good as a resolve.
  const apart = newest.stamp === arrival.stamp && before.alert.endsAt <= arrival.stamp.at
  return firesSince && (anew || apart) ? undefined : mark
}
