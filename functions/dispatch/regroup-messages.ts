import type { Fingerprint } from '../../shared/alert/alert.ts'
import { howManyFit } from '../../shared/base/fitting.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Group, Member, Tombstone } from '../../shared/group/group.ts'
import { DELIVERY_WINDOW_MS } from '../../shared/group/target-state.ts'
import { type AlertsRegrouped, MESSAGE_VERSION } from '../../shared/message/message.ts'

/**
 * Limits of a message: number of alerts, and bytes of the alerts in JSON. With the knowledge of targets a message stays
 * below the queue's limit.
 */
const ALERTS_A_MESSAGE = 100
const ALERTS_BYTES = 512 * 1024

/** An alert on its way to another group, or the tombstone of an alert; `leaves`: the alert has left this group. */
export interface RegroupedAlert {
  fingerprint: Fingerprint
  one: Member | Tombstone
  leaves: boolean
}

type NewGroupKey = Pick<AlertsRegrouped, 'account' | 'revision' | 'policy' | 'labels'>

/**
 * The messages that bring alerts to another group, with this group's knowledge about the alerts. A target told by this
 * group is not told again by the next; a target that may have heard, from a delivery open or in doubt, is owed the
 * truth when the delivery can arrive no more.
 */
export function regroupMessages(
  about: NewGroupKey,
  alerts: readonly RegroupedAlert[],
  heard: readonly TargetKnowledge[],
): AlertsRegrouped[] {
  return inParts(alerts).map((part) => messageOf(about, part, heard))
}

function inParts(alerts: readonly RegroupedAlert[]): RegroupedAlert[][] {
  const parts: RegroupedAlert[][] = []
  for (let from = 0; from < alerts.length; ) {
    const some = alerts.slice(from, from + ALERTS_A_MESSAGE)
    const part = some.slice(0, Math.max(1, howManyFit(some, ALERTS_BYTES)))
    parts.push(part)
    from += part.length
  }
  return parts
}

function messageOf(
  about: NewGroupKey,
  alerts: readonly RegroupedAlert[],
  heard: readonly TargetKnowledge[],
): AlertsRegrouped {
  const members: AlertsRegrouped['members'] = []
  const tombstones: AlertsRegrouped['tombstones'] = []
  const leaving: Fingerprint[] = []
  for (const { fingerprint, one, leaves } of alerts) {
    if (isMember(one)) {
      const { compared: _, ...member } = one
      members.push(member)
      if (leaves) leaving.push(fingerprint)
    } else tombstones.push([fingerprint, one])
  }
  const told: AlertsRegrouped['told'] = []
  const doubt: AlertsRegrouped['doubt'] = []
  for (const { id, told: mark, knows, mayFire, mayBeOver, until } of heard) {
    const surely = leaving.filter((one) => knows.has(one) && !mayBeOver.has(one))
    if (mark !== undefined && surely.length > 0) told.push([id, { ...mark, firing: surely }])
    const resolved = leaving.filter((one) => mayBeOver.has(one))
    const firing = leaving.filter((one) => mayFire.has(one) || (knows.has(one) && mayBeOver.has(one)))
    if (firing.length + resolved.length > 0) doubt.push([id, { firing, resolved, until }])
  }
  return { v: MESSAGE_VERSION, kind: 'regrouped', ...about, members, told, doubt, tombstones }
}

export function isMember(one: Member | Tombstone): one is Member {
  return 'claimedEnd' in one
}

/** The knowledge of a group about a target, as sets. */
interface TargetKnowledge {
  id: string
  told: { at: Millis; until: Millis } | undefined
  knows: Set<Fingerprint>
  mayFire: Set<Fingerprint>
  mayBeOver: Set<Fingerprint>
  /** The last delivery in doubt may arrive until this moment. */
  until: Millis
}

/** Targets with owed life-cycle events are left out: the events belong to an incident, which stays. */
export function targetKnowledge(targets: Group['targets'], now: Millis): TargetKnowledge[] {
  return [...targets].flatMap(([id, { told, doubt, open, owedEvents }]) => {
    if (owedEvents !== undefined) return []
    const heard = {
      id,
      // The told delivery arrived by its deadline.
      told: told && { at: told.at, until: Math.min(now, (told.openedAt ?? now) + DELIVERY_WINDOW_MS) },
      knows: new Set(told?.firing),
      mayFire: new Set([...(doubt?.firing ?? []), ...(open?.firing ?? [])]),
      mayBeOver: new Set([...(doubt?.resolved ?? []), ...(open?.resolved ?? [])]),
      until: Math.max(doubt?.until ?? 0, open?.deadline ?? 0),
    }
    return [heard]
  })
}
