import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import type { LogEntry } from '../../../shared/group/group.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { type IncidentRecord, listClosedIncidents, openIncident } from '../../../shared/group-store/incidents.ts'
import { readTimeline } from '../../../shared/group-store/timeline.ts'
import type { Page } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, type Paging, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { type Scanned, scan } from '../http/scan.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import { incidentItem, incidentWithTimeline, showIncident, showTimelineEntry } from './incident-view.ts'
import { belongsTo, findIncident } from './read-incident.ts'

const LIST = 'incidents'

export function incidentRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/incidents'
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'Incidents: open incidents, then closed incidents, newest first',
        query: { state: z.enum(['open', 'closed']), ...pagingQuery },
        answers: { 200: { text: 'Incidents', schema: listOf(incidentItem) } },
      },
      handle: (ask) => listIncidents(deps, ask),
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
          404: { text: 'No entry has the id' },
        },
      },
      handle: (ask) => getIncident(deps, ask),
    },
  ]
}

/** Open incidents are parts of their groups, closed incidents are separate items: the two lists follow each other. */
async function listIncidents(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const state = ask.query.get('state')
  if (state !== null && state !== 'open' && state !== 'closed') {
    return refuseWith(400, 'invalid', 'state: one of open, closed')
  }
  const { items, next } = await readIncidents(deps, ask.account, state, paging)
  const shown = items.map((incident) => showIncident(incident, ask.now))
  return json(200, listPage(shown, next, ask, LIST, deps.secrets))
}

async function readIncidents(
  deps: ApiDeps,
  account: string,
  state: 'open' | 'closed' | null,
  { limit, after = '' }: Paging,
): Promise<Scanned<IncidentRecord>> {
  const [, phase, place] = /^(open|closed):(.*)$/s.exec(after) ?? [undefined, state ?? 'open', '']
  const from = { limit, after: place || undefined }
  if (phase === 'closed') {
    return prefixed('closed', await scan(from, (page) => listClosedIncidents(deps.table, account, page)))
  }
  const open = await scan(from, (page) => listOpen(deps, account, page))
  if (open.next !== undefined || state === 'open') return prefixed('open', open)
  // The list of open incidents ends here; the next page begins with the closed incidents.
  if (open.items.length > 0) return { items: open.items, next: 'closed:' }
  return prefixed('closed', await scan({ limit }, (page) => listClosedIncidents(deps.table, account, page)))
}

function prefixed(phase: 'open' | 'closed', { items, next }: Scanned<IncidentRecord>): Scanned<IncidentRecord> {
  return { items, next: next === undefined ? undefined : `${phase}:${next}` }
}

async function listOpen(deps: ApiDeps, account: string, page: Page): Promise<Scanned<IncidentRecord>> {
  const { groups, next } = await listGroups(deps.table, account, page)
  const items = groups.flatMap((group) => openIncident(group) ?? [])
  return { items, next }
}

async function getIncident(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const id = ask.param('id')
  const paging = readPaging(ask, `timeline of ${id}`, deps.secrets)
  if ('refused' in paging) return paging
  const incident = await findIncident(deps, ask.account, id)
  if (incident === undefined) return notFound('incident')
  const { items, next } = await scan(paging, async (page) => {
    const wanted = (entry: LogEntry): boolean => belongsTo(entry, incident)
    const { entries, next } = await readTimeline(deps.table, ask.account, incident.group, wanted, page)
    return { items: entries, next }
  })
  const timeline = listPage(items.map(showTimelineEntry), next, ask, `timeline of ${id}`, deps.secrets)
  const answer: z.output<typeof incidentWithTimeline> = {
    ...showIncident(incident, ask.now),
    timeline: timeline.items,
    timelineNext: timeline.next,
  }
  return json(200, answer)
}
