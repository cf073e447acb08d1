import type { Decision, DroppedEnds, Note } from '../../shared/group/context.ts'
import type { ClosedIncident, Group } from '../../shared/group/group.ts'
import { about } from '../../shared/group/log.ts'
import { joinNotes } from '../../shared/group/log-entry.ts'

/** The policy is gone: the alerts of the group were regrouped, its incident ends, no target is told. */
export function dissolve(group: Group, dropped: readonly DroppedEnds[], now: number): Decision {
  const { incident } = group
  const alerts = [...group.members].map(([fingerprint, { alert }]): ClosedIncident['alerts'][number] => [
    fingerprint,
    alert,
  ])
  const closed =
    incident === undefined ? [] : [{ ...incident, closedAt: now, closedBecause: 'policy-removed' as const, alerts }]
  const entry = { at: now, kind: 'closed' as const, reason: { code: 'policy-removed' as const } }
  const notes: Note[] = incident === undefined ? [] : [{ ...entry, incident: incident.id }]
  const named = incident && { incident: incident.id }
  for (const ends of dropped) notes.push({ at: now, kind: 'not-told', ...named, ...ends })
  // Life-cycle events that are still owed are noted as not told: only the policy could say which targets get the
  // events.
  for (const [target, { owedEvents = [] }] of group.targets) {
    for (const { delivery, type } of owedEvents) {
      notes.push({ at: now, kind: 'not-told', target, delivery, reason: { code: 'policy-removed', event: type } })
    }
  }
  // No attempt is made again. An attempt that is out may still arrive, and no head takes its outcome.
  for (const [target, { last, open, retry, paused, owedEvents = [] }] of group.targets) {
    if (owedEvents.length > 0) continue
    if (open === undefined && retry === undefined && paused === undefined) continue
    const kind = open === undefined ? 'not-told' : 'ambiguous'
    const sent = open ?? last
    const which = sent && { delivery: sent.delivery, ...about(sent, group) }
    notes.push({ at: now, kind, target, reason: { code: 'policy-removed' }, ...which })
  }
  const empty = { members: new Map(), tombstones: new Map(), targets: new Map(), tellers: undefined }
  return {
    group: {
      ...group,
      ...empty,
      log: joinNotes(notes),
      incident: undefined,
      lastIncident: undefined,
      wakeAt: undefined,
    },
    contents: [],
    open: [],
    closed,
    reopened: [],
    announce: { beforeSave: [], afterSave: [] },
    arrived: [],
    closedKeys: [],
  }
}
