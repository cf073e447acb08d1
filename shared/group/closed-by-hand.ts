import { type Alert, resolvedAt } from '../alert/alert.ts'
import { compareStamps, type Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { Member, Shut } from './group.ts'

/*
 * A person closed the incident while alerts of it still fire. For everybody who is told, those alerts are
 * over from then on: a sender that goes on resending them reopens nothing. Each stays in the group, shut,
 * for as long as it is resent, and is taken up again only when it really ended and then fired anew: when a
 * resolve newer than the close is known, and a firing newer than that resolve, in whichever order they came.
 */

/** Whether the alert is over, by itself or because its incident was closed. */
export function over({ alert, shut }: Pick<Member, 'alert' | 'shut'>, now: Millis): boolean {
  return shut !== undefined || resolvedAt(alert, now)
}

/** When it was over, for those who are told. */
export function overAt({ alert, shut }: Pick<Member, 'alert' | 'shut'>, now: Millis): Millis | undefined {
  if (resolvedAt(alert, now)) return alert.endsAt
  return shut?.at
}

/** What is left of the mark after a message was merged: the same, a newer one, or none. */
export function shutAfter(
  before: Member,
  arrival: { alert: Alert; stamp: Stamp },
  newest: { alert: Alert; stamp: Stamp },
): Shut | undefined {
  if (before.shut === undefined) return undefined
  const shut = { ...before.shut }
  const ended = arrival.alert.endsAt <= arrival.stamp.at
  if (ended && arrival.stamp.at > shut.at && (!shut.resolve || compareStamps(arrival.stamp, shut.resolve) > 0)) {
    shut.resolve = arrival.stamp
  }
  const firesSince = newest.alert.endsAt > newest.stamp.at
  const anew = shut.resolve !== undefined && compareStamps(newest.stamp, shut.resolve) > 0
  // It ran out before it was sent again: that is an end as good as a resolve.
  const apart = newest.stamp === arrival.stamp && before.alert.endsAt <= arrival.stamp.at
  return firesSince && (anew || apart) ? undefined : shut
}
