import { placeOf } from '../alert/stamp.ts'
import { MINUTE, type Millis } from '../base/time.ts'
import type { Arrival } from '../group/fold.ts'
import type { Group, Member } from '../group/group.ts'
import { UNWRITTEN_MS } from './refreshes.ts'

/** The process before this one had so long to write that an end was over. */
const LATE_MS = MINUTE
/** A stamp that is later than the stamp without the mark, and earlier than every other later stamp. */
const MARK = '~'

/**
 * Refreshes in the place of those that were lost with the process before: an alert whose stored end is over gets the
 * longest time by which a refresh may have moved that end. So no alert ends early after a crash; an alert whose sender
 * stopped ends late by that time. An end that the sender gave as over is not moved. The mark in the stamp makes the
 * move happen once, however often the group is read, and any later message of the sender replaces the move.
 *
 * `knownAt`: the latest moment that the process before is known to have lived at.
 */
export function endsAfterStart({ members }: Group, { knownAt, now }: { knownAt: Millis; now: Millis }): Arrival[] {
  const moved: Arrival[] = []
  for (const [fingerprint, member] of members) {
    if (!mayEndEarly(member, knownAt, now)) continue
    const endsAt = member.alert.endsAt + UNWRITTEN_MS
    const stamp = { ...member.stamp, tie: member.stamp.tie + MARK }
    moved.push({ fingerprint, alert: { ...member.alert, endsAt }, stamp, claimedEnd: endsAt })
  }
  return moved
}

function mayEndEarly({ alert, stamp, compared }: Member, knownAt: Millis, now: Millis): boolean {
  const { endsAt, origin } = alert
  if (endsAt > now || endsAt + UNWRITTEN_MS <= now || endsAt <= knownAt - LATE_MS) return false
  if (placeOf(stamp) > knownAt || stamp.tie.endsWith(MARK)) return false
  const given = endsAt <= stamp.at
  const told = compared !== undefined && compared >= endsAt
  return !given && !told && origin.rule === undefined
}
