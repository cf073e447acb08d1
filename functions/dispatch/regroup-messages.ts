import type { Fingerprint } from '../../shared/alert/alert.ts'
import { howManyFit, jsonSizes } from '../../shared/base/fitting.ts'
import type { Millis } from '../../shared/base/time.ts'
import { type AlertSet, common, union, without } from '../../shared/group/alert-sets.ts'
import type { Group, Member, Tombstone } from '../../shared/group/group.ts'
import { DELIVERY_WINDOW_MS } from '../../shared/group/target-state.ts'
import { type AlertsRegrouped, MESSAGE_VERSION } from '../../shared/message/message.ts'

/** The most alerts in a message, and the most bytes of their JSON: half of the largest message of the queue. */
const ALERTS_A_MESSAGE = 100
const ALERTS_BYTES = 512 * 1024
/** The most bytes of the knowledge of the targets: most of the other half. */
const KNOWLEDGE_BYTES = 448 * 1024
/** Bytes of the knowledge of a target, without its key: once as surely told, and once as doubtful. */
const TARGET_BYTES = 120
/** Bytes of an alert in the knowledge of a target: in two lists at most, each time with quotes and comma. */
const KNOWN_ALERT_BYTES = 2 * 19

/** An alert, or a tombstone, on its way to another group. `leaves`: the alert is no longer in this group. */
export interface RegroupedAlert {
  fingerprint: Fingerprint
  one: Member | Tombstone
  leaves: boolean
}

type NewGroupKey = Pick<AlertsRegrouped, 'account' | 'revision' | 'policy' | 'labels'>

/**
 * The messages that bring alerts to another group, with this group's knowledge of the targets. A target that this group
 * told is not told again by the next group. A target that may have heard of an alert, from a delivery that is open or
 * in doubt, is owed the truth after the delivery can no longer arrive. A told end goes along even when the alert has
 * left: a third group may have told the firing only.
 */
export function regroupMessages(
  about: NewGroupKey,
  alerts: readonly RegroupedAlert[],
  heard: readonly TargetKnowledge[],
): AlertsRegrouped[] {
  return inParts(alerts, mostAlerts(heard)).map((part) => messageOf(about, part, heard))
}

/** The alerts in a message at most: each of these targets may know of each alert. */
function mostAlerts(heard: readonly TargetKnowledge[]): number {
  const frames = heard.reduce((bytes, { id }) => bytes + 2 * Buffer.byteLength(id) + TARGET_BYTES, 0)
  const fit = Math.floor((KNOWLEDGE_BYTES - frames) / (heard.length * KNOWN_ALERT_BYTES))
  return Math.max(1, Math.min(ALERTS_A_MESSAGE, fit))
}

function inParts(alerts: readonly RegroupedAlert[], most: number): RegroupedAlert[][] {
  const parts: RegroupedAlert[][] = []
  for (let from = 0; from < alerts.length; ) {
    const some = alerts.slice(from, from + most)
    const part = some.slice(0, Math.max(1, howManyFit(jsonSizes(some), ALERTS_BYTES)))
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
  const over: Fingerprint[] = []
  for (const { fingerprint, one, leaves } of alerts) {
    if (isMember(one)) {
      const { compared: _, ...member } = one
      members.push(member)
      if (leaves) leaving.push(fingerprint)
    } else {
      tombstones.push([fingerprint, one])
      if (leaves) over.push(fingerprint)
    }
  }
  const told: AlertsRegrouped['told'] = []
  const doubt: AlertsRegrouped['doubt'] = []
  for (const { id, told: mark, knows, mayFire, mayBeOver, until } of heard) {
    const known = common(leaving, knows)
    const surely = without(known, mayBeOver)
    if (mark !== undefined && surely.length > 0) told.push([id, { ...mark, firing: surely }])
    const resolved = common(union(leaving, over), mayBeOver)
    const firing = union(common(leaving, mayFire), common(known, mayBeOver))
    if (firing.length + resolved.length > 0) doubt.push([id, { firing, resolved, until }])
  }
  return { v: MESSAGE_VERSION, kind: 'regrouped', ...about, members, told, doubt, tombstones }
}

export function isMember(one: Member | Tombstone): one is Member {
  return 'claimedEnd' in one
}

/** A group's knowledge of a target. */
interface TargetKnowledge {
  id: string
  told: { at: Millis; until: Millis } | undefined
  knows: AlertSet
  mayFire: AlertSet
  mayBeOver: AlertSet
  /** The time until which the last delivery in doubt may arrive. */
  until: Millis
}

/** Life-cycle events belong to an incident, and the incident stays. */
export function targetKnowledge(targets: Group['targets'], now: Millis): TargetKnowledge[] {
  return [...targets].flatMap(([id, { told, doubt, unmentioned, open, owedEvents }]) => {
    if (owedEvents !== undefined) return []
    // The delivery of `told` arrived by its deadline.
    const heardBy = Math.min(now, told?.heardBy ?? (told?.openedAt ?? now) + DELIVERY_WINDOW_MS)
    const heard = {
      id,
      told: told && { at: told.at, until: heardBy },
      knows: told?.firing ?? [],
      // Not `knows`: where such an alert fires on, the next group tells of it anew, as this group would.
      mayFire: union(union(doubt?.firing, open?.firing), unmentioned),
      // An alert that was told as resolved and fires anew: the next group may have told the target the firing only.
      mayBeOver: union(union(doubt?.resolved, open?.resolved), told?.resolved),
      until: Math.max(
        doubt?.until ?? 0,
        open?.deadline ?? 0,
        told?.resolved.length || unmentioned?.length ? heardBy : 0,
      ),
    }
    return [heard]
  })
}
