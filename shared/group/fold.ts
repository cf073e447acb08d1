import { type Alert, type Fingerprint, resolvedAt } from '../alert/alert.ts'
import { mergeAlerts, overlaps } from '../alert/merge.ts'
import { compareStamps, type Stamp } from '../alert/stamp.ts'
import { DAY, MINUTE, type Millis } from '../base/time.ts'
import { markAfterMerge, over } from './closed-by-hand.ts'
import type { ClosedByHand, Group, Member, Tombstone } from './group.ts'

/** An alert on its way into a group. */
export interface Arrival {
  readonly fingerprint: Fingerprint
  readonly alert: Alert
  readonly stamp: Stamp
  readonly claimedEnd: Millis
  /** The mark of a regrouped alert, if the mark is set in the old group. */
  readonly closedByHand?: ClosedByHand
}

/**
 * Takes an alert into the group. The stamp alone decides which of two messages is newer, so the result is the same in
 * every order of the queue, and a second copy of a message changes nothing. Returns whether the alert began, or ceased,
 * to fire: only such a turn can make a message to a target owed.
 */
export function foldAlert(group: Group, arrival: Arrival, now: Millis): boolean {
  const tombstone = group.tombstones.get(arrival.fingerprint)
  if (tombstone !== undefined && compareStamps(arrival.stamp, tombstone.stamp) <= 0) return false

  const member = group.members.get(arrival.fingerprint)
  if (member === undefined) {
    const { alert, stamp, claimedEnd, closedByHand } = arrival
    group.members.set(arrival.fingerprint, { alert, stamp, claimedEnd, closedByHand })
    return true
  }
  const order = compareStamps(arrival.stamp, member.stamp)
  if (order === 0) return false
  const merged = order > 0 ? follow(member, arrival) : precede(member, arrival)
  const next = { ...merged, inHand: member.inHand, closedByHand: markAfterMerge(member, arrival, merged) }
  const turned = over(member, now) !== over(next, now)
  const seen = !turned && member.compared !== undefined && sameAt(member.compared, member, next)
  group.members.set(arrival.fingerprint, seen ? { ...next, compared: member.compared } : next)
  return turned
}

/**
 * A resolve that comes late can lie before a flush in which the alert fired: the alert was not compared as resolved
 * then.
 */
function sameAt(at: Millis, before: Member, after: Member): boolean {
  return resolvedAt(before.alert, at) === resolvedAt(after.alert, at)
}

/**
 * Merges a newer message: Alertmanager merges alerts whose times overlap; a newer alert without overlap replaces the
 * old alert.
 */
function follow(member: Member, arrival: Arrival): Member {
  const alert = overlaps(member.alert, arrival.alert)
    ? mergeAlerts(member.alert, arrival.alert, arrival.stamp.at)
    : arrival.alert
  return { alert, stamp: arrival.stamp, claimedEnd: Math.max(member.claimedEnd, arrival.claimedEnd) }
}

/** Merges a late message. The result is the same as if the message had come in time. */
function precede(member: Member, arrival: Arrival): Member {
  const alert = overlaps(arrival.alert, member.alert)
    ? mergeAlerts(arrival.alert, member.alert, member.stamp.at)
    : member.alert
  return { alert, stamp: member.stamp, claimedEnd: Math.max(member.claimedEnd, arrival.claimedEnd) }
}

/**
 * Brings an alert with a tombstone back as resolved. A target may have heard of the alert from another group, so the
 * end of the alert is owed.
 */
export function reviveAsResolved(group: Group, { fingerprint, alert }: Arrival): boolean {
  const tombstone = group.tombstones.get(fingerprint)
  if (tombstone === undefined || group.members.has(fingerprint)) return false
  const ended = { ...alert, endsAt: tombstone.alert.endsAt, timeout: false }
  group.tombstones.delete(fingerprint)
  group.members.set(fingerprint, { alert: ended, stamp: tombstone.stamp, claimedEnd: tombstone.until })
  return true
}

/** Takes the tombstone of another group: the alert is over in this group too, unless a newer message is known here. */
export function foldTombstone(group: Group, fingerprint: Fingerprint, tombstone: Tombstone): void {
  const member = group.members.get(fingerprint)
  const known = member ?? group.tombstones.get(fingerprint)
  if (known !== undefined && compareStamps(tombstone.stamp, known.stamp) <= 0) return
  if (member === undefined) {
    group.tombstones.set(fingerprint, tombstone)
    return
  }
  const { compared: _, ...rest } = member
  const alert = { ...member.alert, endsAt: Math.min(member.alert.endsAt, tombstone.alert.endsAt) }
  const claimedEnd = Math.max(member.claimedEnd, tombstone.until)
  group.members.set(fingerprint, { ...rest, alert, stamp: tombstone.stamp, claimedEnd })
}

/** No message outlives the queue's retention, so no claim about the end needs to be remembered longer. */
export const LONGEST_TOMBSTONE_MS = 4 * DAY

/**
 * The alert leaves; a late duplicate of an older firing finds the tombstone and does not page again. `messageLifeMs`:
 * the longest time of a message on its way.
 */
export function replaceByTombstone(
  group: Group,
  fingerprint: Fingerprint,
  member: Member,
  now: Millis,
  messageLifeMs: number,
): void {
  const until = Math.max(Math.min(member.claimedEnd, now + LONGEST_TOMBSTONE_MS), now + messageLifeMs)
  group.members.delete(fingerprint)
  const { labels, origin, endsAt } = member.alert
  group.tombstones.set(fingerprint, { stamp: member.stamp, until, alert: { labels, origin, endsAt } })
}

/** A wake comes within a minute, and that of a table which finds due items on a grid within some minutes. */
const LATE_MS = 6 * MINUTE

/**
 * Tombstones go when their time is over. A look that comes long after that time may have its moment from a clock that was
 * set forward, and messages on their way have not aged by that: the tombstone stays for one more life of a message. After
 * a halt of the whole service the same costs one more look.
 */
export function forgetTombstones(group: Group, { now, messageLifeMs }: { now: Millis; messageLifeMs: number }): void {
  for (const [fingerprint, tombstone] of group.tombstones) {
    if (tombstone.until > now) continue
    if (now - tombstone.until <= LATE_MS) group.tombstones.delete(fingerprint)
    else group.tombstones.set(fingerprint, { ...tombstone, until: now + messageLifeMs })
  }
}
