import * as z from 'zod'
import { type Alert, type Fingerprint, resolvedAt } from '../../../shared/alert/alert.ts'
import { countLevels, LEVELS, type Level, type LevelCounts } from '../../../shared/alert/level.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import type { IncidentRecord } from '../../../shared/group-store/incidents.ts'
import { alertFields, showAlertFields } from '../groups/alert-view.ts'
import { levelCounts, showCounts } from '../groups/group-view.ts'
import { reasonFields, showReason } from '../http/reason.ts'
import { labels, time } from '../http/schemas.ts'

export const timelineEntry = z
  .object({
    at: time,
    kind: z.string(),
    ...reasonFields,
    target: z.string().optional().describe('Absent: every target'),
    delivery: z.string().optional(),
    step: z.string().optional().describe('The step of the flow that names the target, as the policy has it'),
    alerts: z.array(z.string()).optional().describe('Fingerprints, at most 20'),
    moreAlerts: z.number().optional().describe('The number of further alerts, which `alerts` does not name'),
    note: z
      .string()
      .optional()
      .describe('The part of the message that did not arrive, such as one of several mailboxes'),
    by: z.string().optional().describe('The person who acted'),
    text: z.string().optional().describe('The text of the person: a comment or a solution'),
  })
  .meta({ id: 'TimelineEntry' })

const comment = z.object({ at: time, by: z.string(), text: z.string() }).meta({ id: 'IncidentComment' })

export const incidentAlert = z
  .object({ ...alertFields, state: z.enum(['firing', 'resolved']) })
  .meta({ id: 'IncidentAlert' })

export const incidentItem = z
  .object({
    id: z.string(),
    group: z.string(),
    policy: z.string(),
    labels,
    state: z.enum(['open', 'closed']),
    openedAt: time,
    closedAt: time.optional(),
    closedBecause: z.enum(['resolved', 'closed', 'policy-removed', 'moved']).optional(),
    closedBy: z.string().optional(),
    solution: z.string().optional(),
    handler: z.string().optional().describe('The person who has the incident in hand'),
    comments: z.array(comment).optional(),
    acted: z.array(z.string()).optional().describe('Ids of the latest actions of people that the group has taken'),
    level: z.enum(LEVELS).optional().describe('The worst level of the alerts'),
    levels: levelCounts.describe('All alerts of the incident'),
    alerts: z.array(incidentAlert).describe('Some of the alerts'),
  })
  .meta({ id: 'Incident' })

export const incidentWithTimeline = incidentItem
  .extend({
    timeline: z.array(timelineEntry),
    timelineNext: z.string().optional().describe('`?after=` for the entries that follow'),
  })
  .meta({ id: 'IncidentWithTimeline' })

export type IncidentItem = z.output<typeof incidentItem>

/** Alerts of a closed incident are shown as they were at its close; at most `most` alerts. */
export function showIncident(incident: IncidentRecord, now: Millis, most?: number): IncidentItem {
  const { id, group, policy, state, openedAt, closedAt, closedBecause, closedBy, solution, handler, comments } =
    incident
  const at = closedAt ?? now
  const levels = levelsOf(incident)
  return {
    id,
    group,
    policy,
    labels: incident.labels,
    state,
    openedAt: toRfc3339(openedAt),
    closedAt: closedAt === undefined ? undefined : toRfc3339(closedAt),
    closedBecause,
    closedBy,
    solution,
    handler,
    comments: comments?.map(({ at, by, text }) => ({ at: toRfc3339(at), by, text })),
    acted: incident.acted,
    level: levelOfIncident(incident),
    levels: showCounts(levels),
    alerts: incident.alerts
      .slice(0, most)
      .map(({ fingerprint, alert }) => showIncidentAlert(fingerprint, alert, resolvedAt(alert, at))),
  }
}

/** All alerts of the incident by level; of an incident that an earlier release closed, the alerts that are shown. */
export function levelsOf({ levels, alerts }: IncidentRecord): LevelCounts {
  return levels ?? countLevels(alerts.map(({ alert }) => alert))
}

/** The worst level of the alerts. */
export function levelOfIncident(incident: IncidentRecord): Level | undefined {
  const levels = levelsOf(incident)
  return LEVELS.find((level) => (levels[level] ?? 0) > 0)
}

export function showIncidentAlert(
  fingerprint: Fingerprint,
  alert: Alert,
  resolved: boolean,
): z.output<typeof incidentAlert> {
  return { ...showAlertFields(fingerprint, alert), state: resolved ? 'resolved' : 'firing' }
}

/** An entry of the timeline, without the incident that the answer is about. */
export function showTimelineEntry(entry: TimelineEntry): z.output<typeof timelineEntry> {
  const { at, kind, reason, target, delivery, step, alerts, moreAlerts, note, by, text } = entry
  const shown = { at: toRfc3339(at), kind, ...showReason(reason), target, delivery, step }
  return { ...shown, alerts: alerts && [...alerts], moreAlerts, note, by, text }
}
