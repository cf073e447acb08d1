import * as z from 'zod'
import { type Alert, raisedHere } from '../../../shared/alert/alert.ts'
import { json } from '../../../shared/base/answers.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import type { Millis } from '../../../shared/base/time.ts'
import type { LogEntry } from '../../../shared/group/group.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { type IncidentRecord, listClosedIncidents, openIncident } from '../../../shared/group-store/incidents.ts'
import { readTimeline } from '../../../shared/group-store/timeline.ts'
import type { Page } from '../../../shared/table/port.ts'
import { type GroupQuery, groupQueryParameters, readGroupQuery, wantedAlert } from '../groups/group-query.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, type Paging, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { type Scanned, scan } from '../http/scan.ts'
import { listOf, pagingQuery, time } from '../http/schemas.ts'
import { readIncidentAlerts } from './incident-alerts.ts'
import {
  incidentAlert,
  incidentItem,
  incidentWithTimeline,
  showIncident,
  showIncidentAlert,
  showTimelineEntry,
} from './incident-view.ts'
import { belongsTo, findIncident } from './read-incident.ts'

const LIST = 'incidents'
/** Alerts of an incident in a list, unless the request says another number; and at most. */
const FEW_ALERTS = 5
const MOST_ALERTS = 200

const { sort: _, ...filterQuery } = groupQueryParameters

export function incidentRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/incidents'
  const alerts = z.int().min(0).max(MOST_ALERTS)
  const unknown = { 404: { text: 'No entry has the id' } }
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'Incidents: open incidents, then closed incidents, newest first',
        query: {
          state: z.enum(['open', 'closed']),
          ...filterQuery,
          from: time.describe('RFC 3339: only incidents that opened at this time or later'),
          to: time.describe('RFC 3339: only incidents that opened before this time'),
          alerts: alerts.default(FEW_ALERTS).describe('Alerts that are shown of each incident'),
          ...pagingQuery,
        },
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
        query: {
          order: z.enum(['asc', 'desc']).default('asc').describe('`desc`: the newest entry of the timeline first'),
          alerts: alerts.default(MOST_ALERTS).describe('Alerts that are shown'),
          ...pagingQuery,
        },
        answers: { 200: { text: 'The incident', schema: incidentWithTimeline }, ...unknown },
      },
      handle: (ask) => getIncident(deps, ask),
    },
    {
      method: 'GET',
      path: `${path}/{id}/alerts`,
      access: 'viewer',
      about: {
        summary: 'Every alert of an incident, by fingerprint; of a closed incident the alerts that it kept',
        query: pagingQuery,
        answers: { 200: { text: 'Alerts', schema: listOf(incidentAlert) }, ...unknown },
      },
      handle: (ask) => listAlerts(deps, ask),
    },
  ]
}

/** Which incidents a list shows. */
export interface IncidentQuery extends GroupQuery {
  state: 'open' | 'closed' | null
  from: Millis
  to: Millis
  /** Only incidents with an alert that this rule raised. */
  rule?: string
}

export function readIncidentQuery(query: URLSearchParams): IncidentQuery | Refusal {
  const state = query.get('state') || null
  if (state !== null && state !== 'open' && state !== 'closed') {
    return refuseWith(400, 'invalid', 'state: one of open, closed')
  }
  const times = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  for (const name of ['from', 'to'] as const) {
    const text = query.get(name)
    const at = text ? parseRfc3339(text) : times[name]
    if (at === undefined) return refuseWith(400, 'invalid', `${name}: a time such as 2026-01-05T00:00:00Z`)
    times[name] = at
  }
  const read = readGroupQuery(query, { ranks: [], sort: 'newest' })
  return 'refused' in read ? read : { ...read, state, ...times }
}

function readCount(query: URLSearchParams, usual: number): number | Refusal {
  const text = query.get('alerts')
  const count = text === null ? usual : /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  return count <= MOST_ALERTS ? count : refuseWith(400, 'invalid', `alerts: a whole number up to ${MOST_ALERTS}`)
}

/** Whether a rule of this account raised the alert. */
export function isOf({ origin }: Pick<Alert, 'origin'>, rule: string): boolean {
  return raisedHere(origin) && origin.rule === rule
}

function isWanted(incident: IncidentRecord, query: IncidentQuery): boolean {
  const { level, handler, policy, from, to, matchers, text, rule } = query
  if (rule !== undefined && !incident.alerts.some(({ alert }) => isOf(alert, rule))) return false
  if (incident.openedAt < from || incident.openedAt >= to) return false
  if (policy !== undefined && incident.policy !== policy) return false
  if (handler !== undefined && (incident.handler ?? '-') !== handler) return false
  if (level !== undefined && showIncident(incident, 0, 0).level !== level) return false
  if (matchers.length === 0 && text === undefined) return true
  return incident.alerts.some(({ alert }) => wantedAlert(alert.labels, alert.annotations, query))
}

/** Open incidents are parts of their groups, closed incidents are separate items: the two lists follow each other. */
async function listIncidents(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const query = readIncidentQuery(ask.query)
  if ('refused' in query) return query
  const count = readCount(ask.query, FEW_ALERTS)
  if (typeof count !== 'number') return count
  const { items, next } = await readIncidents(deps, ask.account, query, paging)
  const shown = items.map((incident) => showIncident(incident, ask.now, count))
  return json(200, listPage(shown, next, ask, LIST, deps.secrets))
}

export async function readIncidents(
  deps: ApiDeps,
  account: string,
  query: IncidentQuery,
  { limit, after = '' }: Paging,
): Promise<Scanned<IncidentRecord>> {
  const { state } = query
  const [, phase, place] = /^(open|closed):(.*)$/s.exec(after) ?? [undefined, state ?? 'open', '']
  const from = { limit, after: place || undefined }
  const wanted = ({ items, next }: Scanned<IncidentRecord>): Scanned<IncidentRecord> => {
    return { items: items.filter((incident) => isWanted(incident, query)), next }
  }
  const closed = async (page: Page) => wanted(await listClosedIncidents(deps.table, account, page))
  if (phase === 'closed') return prefixed('closed', await scan(from, closed))
  const open = await scan(from, async (page) => wanted(await listOpen(deps, account, page)))
  if (open.next !== undefined || state === 'open') return prefixed('open', open)
  // The list of open incidents ends here; the next page begins with the closed incidents.
  if (open.items.length > 0) return { items: open.items, next: 'closed:' }
  return prefixed('closed', await scan({ limit }, closed))
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
  const order = ask.query.get('order') ?? 'asc'
  if (order !== 'asc' && order !== 'desc') return refuseWith(400, 'invalid', 'order: one of asc, desc')
  const list = `timeline of ${id} ${order}`
  const paging = readPaging(ask, list, deps.secrets)
  if ('refused' in paging) return paging
  const count = readCount(ask.query, MOST_ALERTS)
  if (typeof count !== 'number') return count
  const incident = await findIncident(deps, ask.account, id)
  if (incident === undefined) return notFound('incident')
  const { items, next } = await scan({ ...paging, descending: order === 'desc' }, async (page) => {
    const wanted = (entry: LogEntry): boolean => belongsTo(entry, incident)
    const { entries, next } = await readTimeline(deps.table, ask.account, incident.group, wanted, page)
    return { items: entries, next }
  })
  const timeline = listPage(items.map(showTimelineEntry), next, ask, list, deps.secrets)
  const answer: z.output<typeof incidentWithTimeline> = {
    ...showIncident(incident, ask.now, count),
    timeline: timeline.items,
    timelineNext: timeline.next,
  }
  return json(200, answer)
}

async function listAlerts(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const id = ask.param('id')
  const list = `alerts of ${id}`
  const paging = readPaging(ask, list, deps.secrets)
  if ('refused' in paging) return paging
  const page = await readIncidentAlerts(deps, ask, id, paging)
  if (page === undefined) return notFound('incident')
  const items = page.items.map(({ fingerprint, alert, resolved }) => showIncidentAlert(fingerprint, alert, resolved))
  return json(200, listPage(items, page.next, ask, list, deps.secrets))
}
