import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { type MuteReason, type Reason, reasonKey, sameReason } from '../reason/reason.ts'
import type { Draft } from './context.ts'
import type { TimelineEntry } from './group.ts'

/** An entry names so many alerts at most; the delivery names more. */
const NAMED_ALERTS = 20

export function note(draft: Draft, at: Millis, entry: Omit<TimelineEntry, 'at'>): void {
  const alerts = entry.alerts === undefined ? {} : { alerts: entry.alerts.slice(0, NAMED_ALERTS) }
  const incident = draft.group.incident === undefined ? {} : { incident: draft.group.incident.id }
  draft.log.push({ at, ...incident, ...entry, ...alerts })
}

/** The same, but said once: a target that is not told for the same reason at every tick says so at the first. */
export function noteTarget(draft: Draft, id: string, at: Millis, kind: TimelineEntry['kind'], reason: Reason): void {
  const state = draft.group.targets.get(id)
  if (state === undefined || sameReason(state.notedReason, reason)) return
  draft.group.targets.set(id, { ...state, notedReason: reason })
  note(draft, at, { kind, target: id, reason })
}

/** One entry for each reason, with the alerts that it keeps from being told. */
export function noteMuted(draft: Draft, muted: Iterable<[Fingerprint, MuteReason]>, at: Millis): void {
  for (const alerts of Map.groupBy(muted, ([, reason]) => reasonKey(reason)).values()) {
    const [, reason] = alerts[0]!
    note(draft, at, { kind: 'not-told', reason, alerts: alerts.map(([fingerprint]) => fingerprint) })
  }
}
