import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { type MuteReason, type Reason, reasonKey, sameReason } from '../reason/reason.ts'
import { deliveryId } from './content.ts'
import type { Draft, DroppedEnds, Note } from './context.ts'
import type { Group, TimelineEntry } from './group.ts'
import type { SentDelivery, TargetState } from './target-state.ts'

/** Alerts in an entry at most; the entry counts the others. */
const NAMED_ALERTS = 20

export function note(draft: Draft, at: Millis, entry: Omit<Note, 'at' | 'moreAlerts'>): void {
  const alerts = entry.alerts === undefined ? {} : namedAlerts(entry.alerts)
  const incident = draft.group.incident === undefined ? {} : { incident: draft.group.incident.id }
  draft.log.push({ at, ...incident, ...entry, ...alerts })
}

function namedAlerts(all: readonly Fingerprint[]): Pick<TimelineEntry, 'alerts' | 'moreAlerts'> {
  const more = all.length - NAMED_ALERTS
  return { alerts: all.slice(0, NAMED_ALERTS), ...(more > 0 && { moreAlerts: more }) }
}

/**
 * The incident of an end, which is told later than the incident closed when a muting or a failure comes between. An end
 * under the key of another group names that group's incident, and belongs to the timeline of this group.
 */
export function about(
  sent: Pick<SentDelivery, 'incident' | 'under'>,
  group: Pick<Group, 'incident' | 'lastIncident'>,
): Pick<TimelineEntry, 'incident'> {
  const incident = sent.under === undefined ? sent.incident : (group.incident ?? group.lastIncident)
  return incident === undefined ? {} : { incident: incident.id }
}

/** Ends that a changed configuration drops. */
export function noteDropped(draft: Draft, dropped: readonly DroppedEnds[] = [], at: Millis): void {
  for (const { target, reason, alerts } of dropped) note(draft, at, { kind: 'not-told', target, reason, alerts })
}

/** The same for a notification that is out, or was out, to the target of the state. */
export function noteDelivery(
  draft: Draft,
  at: Millis,
  entry: Omit<Note, 'at'> & { target: string; delivery: string },
  { count }: TargetState,
  content: string,
): void {
  const { birth } = draft.group
  // A delivery that was first tried in an earlier life of the group has an id of that life.
  const known = entry.delivery === deliveryId(draft.group, entry.target, { count }, { hash: content })
  note(draft, at, known ? { ...entry, parts: { birth, count, content } } : entry)
}

/**
 * The same as `note`, but said once: for a target that is not told for the same reason at every tick, only the first
 * tick notes the reason.
 */
export function noteTarget(draft: Draft, id: string, at: Millis, kind: TimelineEntry['kind'], reason: Reason): void {
  const state = draft.group.targets.get(id)
  if (state === undefined || sameReason(state.notedReason, reason)) return
  draft.group.targets.set(id, { ...state, notedReason: reason })
  note(draft, at, { kind, target: id, reason })
}

/** An entry for every reason of muting, with the alerts that the reason mutes. */
export function noteMuted(draft: Draft, muted: Iterable<[Fingerprint, MuteReason]>, at: Millis): void {
  for (const alerts of Map.groupBy(muted, ([, reason]) => reasonKey(reason)).values()) {
    const [, reason] = alerts[0]!
    note(draft, at, { kind: 'not-told', reason, alerts: alerts.map(([fingerprint]) => fingerprint) })
  }
}
