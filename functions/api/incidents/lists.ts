import { type Alert, type Fingerprint, resolvedAt } from '../../../shared/alert/alert.ts'
import { json } from '../../../shared/base/answers.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { type IncidentRecord, listClosedIncidents, openIncident } from '../../../shared/group-store/incidents.ts'
import { readIncident } from '../../../shared/group-store/read-incident.ts'
import { readTimeline } from '../../../shared/group-store/timeline.ts'
import type { Page } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'
import { type Paging, page, readPaging } from '../http/paging.ts'
import { shownReason } from '../http/reason.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound, refuse } from '../http/route.ts'
import { type Scanned, scan } from '../http/scan.ts'
import { incidentItem, incidentWithTimeline, listOf, pagingQuery } from '../http/schemas.ts'
import { shownAlert } from '../http/shown.ts'

const LIST = 'incidents'

/** A group's id, and when the incident opened; anything else names nothing. */
export const INCIDENT_ID = /^[0-9a-f]{32}-[0-9a-z]{1,16}$/

export function incidentRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/incidents'
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'Incidents: the open ones, then the closed ones, newest first',
        query: { state: 'open, closed', ...pagingQuery },
        answers: { 200: { text: 'Incidents', schema: listOf(incidentItem) } },
      },
      handle: (ask) => list(deps, ask),
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      access: 'viewer',
      about: {
        summary: 'One incident with its timeline, oldest entry first',
        query: pagingQuery,
        answers: {
          200: { text: 'The incident', schema: incidentWithTimeline },
          404: { text: 'There is none of that id' },
        },
      },
      handle: (ask) => show(deps, ask),
    },
  ]
}

/** Open incidents are in the groups, closed ones are items of their own: one list after the other. */
async function list(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const state = ask.query.get('state')
  if (state !== null && state !== 'open' && state !== 'closed') {
    return refuse(400, 'invalid', 'state: one of open, closed')
  }
  const { items, next } = await readIncidents(deps, ask.account, state, paging)
  const shown = items.map((incident) => showIncident(incident, ask.now))
  return json(200, page(shown, next, ask, LIST, deps.secrets))
}

async function readIncidents(
  deps: ApiDeps,
  account: string,
  state: 'open' | 'closed' | null,
  { limit, after = '' }: Paging,
): Promise<Scanned<IncidentRecord>> {
  const [, phase, place] = /^(open|closed):(.*)$/s.exec(after) ?? [undefined, state ?? 'open', '']
  const from = { limit, ...(place ? { after: place } : {}) }
  if (phase === 'closed') {
    return prefixed('closed', await scan(from, (page) => listClosedIncidents(deps.table, account, page)))
  }
  const open = await scan(from, (page) => listOpen(deps, account, page))
  if (open.next !== undefined || state === 'open') return prefixed('open', open)
  // The open ones end here; where the closed ones begin is the next place.
  if (open.items.length > 0) return { items: open.items, next: 'closed:' }
  return prefixed('closed', await scan({ limit }, (page) => listClosedIncidents(deps.table, account, page)))
}

function prefixed(phase: 'open' | 'closed', { items, next }: Scanned<IncidentRecord>): Scanned<IncidentRecord> {
  return next === undefined ? { items } : { items, next: `${phase}:${next}` }
}

async function listOpen(deps: ApiDeps, account: string, page: Page): Promise<Scanned<IncidentRecord>> {
  const { groups, next } = await listGroups(deps.table, account, page)
  const items = groups.flatMap((group) => openIncident(group) ?? [])
  return next === undefined ? { items } : { items, next }
}

async function show(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const id = ask.param('id')
  const paging = readPaging(ask, `timeline of ${id}`, deps.secrets)
  if ('refused' in paging) return paging
  const incident = INCIDENT_ID.test(id) ? await readIncident(deps.table, ask.account, id) : undefined
  if (incident === undefined) return notFound('incident')
  const { items, next } = await scan(paging, async (page) => {
    const found = await readTimeline(deps.table, ask.account, incident.group, id, page)
    const entries = found.entries.filter((entry) => belongs(entry, incident))
    return found.next === undefined ? { items: entries } : { items: entries, next: found.next }
  })
  const paged = page(items.map(showEntry), next, ask, `timeline of ${id}`, deps.secrets) as { next?: string }
  return json(200, {
    ...showIncident(incident, ask.now),
    timeline: items.map(showEntry),
    ...(paged.next === undefined ? {} : { timelineNext: paged.next }),
  })
}

/** What the group decided without naming an incident counts for the one that was open then. */
export function belongs(entry: TimelineEntry, { id, openedAt, closedAt }: IncidentRecord): boolean {
  if (entry.incident !== undefined) return entry.incident === id
  return entry.at >= openedAt && entry.at <= (closedAt ?? Number.POSITIVE_INFINITY)
}

export function showIncident(incident: IncidentRecord, now: Millis): object {
  const { openedAt, closedAt, alerts, comments, account: _, ...rest } = incident
  return {
    ...rest,
    openedAt: toRfc3339(openedAt),
    ...(closedAt === undefined ? {} : { closedAt: toRfc3339(closedAt) }),
    ...(comments === undefined
      ? {}
      : { comments: comments.map(({ at, ...said }) => ({ at: toRfc3339(at), ...said })) }),
    alerts: alerts.map((entry) => showAlert(entry, closedAt ?? now)),
  }
}

function showAlert({ fingerprint, alert }: { fingerprint: Fingerprint; alert: Alert }, at: Millis): object {
  return {
    ...shownAlert(fingerprint, alert),
    state: resolvedAt(alert, at) ? 'resolved' : 'firing',
  }
}

/** An entry of the timeline, without the incident that the answer is about. */
export function showEntry({ at, incident: _, reason, ...entry }: TimelineEntry): object {
  return { at: toRfc3339(at), ...entry, ...shownReason(reason) }
}
