import type { Fingerprint } from '../../shared/alert/alert.ts'
import { howManyFit, jsonSizes } from '../../shared/base/fitting.ts'
import type { Millis } from '../../shared/base/time.ts'
import { DELIVERY_WINDOW_MS } from '../../shared/delivery/delivery.ts'
import { type AlertSet, common, union, without } from '../../shared/group/alert-sets.ts'
import { thoughtHere } from '../../shared/group/earlier-keys.ts'
import type { Group, Member, Teller, Tombstone } from '../../shared/group/group.ts'
import { closedUnmentioned, type OpenDelivery, type TargetState } from '../../shared/group/target-state.ts'
import { type AlertsRegrouped, MESSAGE_VERSION } from '../../shared/message/message.ts'

/** The most alerts in a message, and the most bytes of their JSON: half of the largest message of the queue. */
const ALERTS_A_MESSAGE = 100
const ALERTS_BYTES = 512 * 1024
/** The most bytes of the knowledge of the targets: most of the other half. */
const KNOWLEDGE_BYTES = 448 * 1024
/** Bytes of the knowledge of a target, without its key: once as surely told, and once as doubtful … */
const TARGET_BYTES = 120
/** … and the id of each group whose key told the target. */
const GROUP_BYTES = 40
/** Bytes of an alert in a list, with quotes and comma. A target's knowledge has two lists, and one for each group. */
const KNOWN_ALERT_BYTES = 19

/** An alert, or a tombstone, on its way to another group. `leaves`: the alert is no longer in this group. */
export interface RegroupedAlert {
  fingerprint: Fingerprint
  one: Member | Tombstone
  leaves: boolean
}

type NewGroupKey = Pick<AlertsRegrouped, 'account' | 'revision' | 'policy' | 'labels'>

/** The knowledge that goes to a group along with alerts. */
export interface Inheritance {
  heard: readonly TargetKnowledge[]
  /** The group that gives the knowledge. */
  from: string
  /** By id: what the groups that told the targets say of themselves. */
  tellers: ReadonlyMap<string, Teller>
}

/**
 * The messages that bring alerts to another group, with this group's knowledge of the targets. A target that this group
 * told is not told again by the next group. A target that may have heard of an alert, from a delivery that is open or
 * in doubt, is owed the truth after the delivery can no longer arrive. A told end goes along even when the alert has
 * left: a third group may have told the firing only.
 */
export function regroupMessages(
  about: NewGroupKey,
  alerts: readonly RegroupedAlert[],
  inheritance: Inheritance,
): AlertsRegrouped[] {
  return inParts(alerts, mostAlerts(inheritance.heard)).map((part) => messageOf(about, part, inheritance))
}

/** The alerts in a message at most: each of these targets may know of each alert. */
function mostAlerts(heard: readonly TargetKnowledge[]): number {
  const frames = heard.reduce((bytes, { id }) => bytes + 2 * Buffer.byteLength(id) + TARGET_BYTES, 0)
  const named = heard.filter(({ under }) => under.length > 1)
  const names = named.reduce((bytes, { id, under }) => bytes + Buffer.byteLength(id) + under.length * GROUP_BYTES, 0)
  const lists = named.reduce((count, { under }) => count + under.length, 2 * heard.length)
  const fit = Math.floor((KNOWLEDGE_BYTES - frames - names) / (lists * KNOWN_ALERT_BYTES))
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
  { heard, from, tellers }: Inheritance,
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
  const under: NonNullable<AlertsRegrouped['under']> = []
  const groups = new Set<string>()
  for (const { id, told: mark, knows, mayFire, mayBeOver, until, under: all } of heard) {
    const known = common(leaving, knows)
    const surely = without(known, mayBeOver)
    if (mark !== undefined && surely.length > 0) told.push([id, { ...mark, firing: surely }])
    const resolved = common(union(leaving, over), mayBeOver)
    const firing = union(common(leaving, mayFire), common(known, mayBeOver))
    if (firing.length + resolved.length > 0) doubt.push([id, { firing, resolved, until }])
    const lists = all.map(([group, thought]) => [group, common(leaving, thought)] as [string, AlertSet])
    const keys = lists.filter(([, thought]) => thought.length > 0)
    for (const [group] of keys) groups.add(group)
    // The list of the only key is what the target knows.
    if (keys.some(([group]) => group !== from)) under.push([id, keys])
  }
  const knowledge = { told, doubt, from, under, tellers: [...tellers].filter(([id]) => groups.has(id)), tombstones }
  return { v: MESSAGE_VERSION, kind: 'regrouped', ...about, members, ...knowledge }
}

/** The id of no group: of alerts on their way. */
export const NO_GROUP = ''

function mayEnd(state: TargetState, open: OpenDelivery): AlertSet {
  return union(open.resolved, closedUnmentioned(state, open))
}

export function isMember(one: Member | Tombstone): one is Member {
  return 'claimedEnd' in one
}

/** A group's knowledge of a target. */
export interface TargetKnowledge {
  id: string
  told: { at: Millis; until: Millis } | undefined
  knows: AlertSet
  mayFire: AlertSet
  mayBeOver: AlertSet
  /** The time until which the last delivery in doubt may arrive. */
  until: Millis
  /** By the group whose key told the target: the alerts that the target may think to fire. */
  under: (readonly [group: string, alerts: AlertSet])[]
  /** The alerts of which the target never heard under the key of this group. */
  only: AlertSet
}

/** Life-cycle events belong to an incident, and the incident stays. */
export function targetKnowledge({ id: group, targets }: Pick<Group, 'id' | 'targets'>, now: Millis): TargetKnowledge[] {
  return [...targets].flatMap(([id, state]) => {
    const { told, doubt, unmentioned, open, owedEvents, earlier } = state
    if (owedEvents !== undefined) return []
    const keys = [[group, thoughtHere(state)] as const, ...Object.entries(earlier?.under ?? {})]
    // The delivery of `told` arrived by its deadline.
    const heardBy = Math.min(now, told?.heardBy ?? (told?.openedAt ?? now) + DELIVERY_WINDOW_MS)
    const heard = {
      id,
      told: told && { at: told.at, until: heardBy },
      knows: told?.firing ?? [],
      // Not `knows`: where such an alert fires on, the next group tells of it anew, as this group would.
      mayFire: union(union(doubt?.firing, open?.firing), unmentioned),
      // An alert that was told as resolved and fires anew: the next group may have told the target the firing only.
      mayBeOver: union(union(doubt?.resolved, open && mayEnd(state, open)), told?.resolved),
      under: keys.filter(([told, thought]) => told !== NO_GROUP && thought.length > 0),
      only: earlier?.only ?? [],
      until: Math.max(
        doubt?.until ?? 0,
        open?.deadline ?? 0,
        told?.resolved.length || unmentioned?.length ? heardBy : 0,
      ),
    }
    return [heard]
  })
}
