import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { alertFields, showAlertFields } from '../groups/alert-view.ts'
import type { ApiDeps } from '../http/deps.ts'
import { filterParameter, readFilter } from '../http/filter.ts'
import { listPage, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import { listOf, pagingQuery, time } from '../http/schemas.ts'
import { readAlertPage } from './read-alerts.ts'
import { heldBack, type Standing } from './standing.ts'

const LIST = 'alerts'
const STATES = ['firing', 'resolved', 'suppressed'] as const

const alertItem = z
  .object({
    ...alertFields,
    updatedAt: time,
    generatorURL: z.string().optional(),
    state: z.enum(STATES),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
    mutedBy: z.array(z.string()),
    integration: z.string(),
    groups: z.array(z.object({ id: z.string(), policy: z.string(), incident: z.string().optional() })),
  })
  .meta({ id: 'Alert' })

export function alertRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/alerts',
      access: 'viewer',
      about: {
        summary: 'The present alerts: groups newest first, in each group by fingerprint; every alert once',
        query: {
          filter: filterParameter('A matcher, `severity=~"error|critical"`; repeated: every matcher matches'),
          state: z.enum(STATES),
          ...pagingQuery,
        },
        answers: { 200: { text: 'Alerts', schema: listOf(alertItem) } },
      },
      handle: (ask) => listAlerts(deps, ask),
    },
  ]
}

async function listAlerts(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const filter = readFilter(ask.query)
  if (!filter.ok) return refuseWith(400, 'invalid', `filter: ${filter.error}`)
  const state = ask.query.get('state')
  if (state !== null && !STATES.some((known) => known === state)) {
    return refuseWith(400, 'invalid', `state: one of ${STATES.join(', ')}`)
  }
  const { items, next } = await readAlertPage(deps, ask, paging, {
    labels: filter.matches,
    standing: (standing) => state === null || stateOf(standing) === state,
  })
  return json(200, listPage(items.map(showAlert), next, ask, LIST, deps.secrets))
}

function stateOf(standing: Standing): (typeof STATES)[number] {
  if (standing.resolved) return 'resolved'
  return heldBack(standing) || standing.mutedBy.length > 0 ? 'suppressed' : 'firing'
}

function showAlert(standing: Standing): z.output<typeof alertItem> {
  const { fingerprint, alert, updatedAt, silencedBy, inhibitedBy, mutedBy, groups } = standing
  return {
    ...showAlertFields(fingerprint, alert),
    updatedAt: toRfc3339(updatedAt),
    generatorURL: alert.generatorURL,
    state: stateOf(standing),
    silencedBy,
    inhibitedBy,
    mutedBy,
    integration: alert.origin.integration,
    groups: groups.map(({ id, policy, incident }) => ({ id, policy, incident: incident?.id })),
  }
}
