import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import { GROUP_STATES, type GroupQuery, groupQueryParameters, ranksOf, readGroupQuery } from './group-query.ts'
import { groupItem, showGroup } from './group-view.ts'
import { readGroups } from './read-groups.ts'

const LIST = 'groups'
const MOST_ALERTS = 50

const groupList = listOf(groupItem)
  .extend({ looked: z.int().describe('Groups that were looked at for this page') })
  .meta({ id: 'GroupList' })

export function groupRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/groups',
      access: 'viewer',
      about: {
        summary: 'Groups with firing alerts or open incidents: nobody has them in hand first, then by the worst level',
        query: {
          ...groupQueryParameters,
          state: z.enum(GROUP_STATES).default('all').describe('`held`: all that fires is muted'),
          alerts: z.int().min(0).max(MOST_ALERTS).default(0).describe('The first alerts of each group'),
          ...pagingQuery,
        },
        answers: { 200: { text: 'Groups', schema: groupList } },
      },
      handle: (ask) => listGroups(deps, ask),
    },
  ]
}

async function listGroups(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const query = queryOfGroups(ask.query)
  if ('refused' in query) return query
  const alerts = ask.query.get('alerts') ?? '0'
  if (!/^\d{1,2}$/.test(alerts) || Number(alerts) > MOST_ALERTS) {
    return refuseWith(400, 'invalid', `alerts: a whole number up to ${MOST_ALERTS}`)
  }
  const { items, next, looked } = await readGroups(deps, ask, paging, query, Number(alerts))
  const answer: z.output<typeof groupList> = {
    ...listPage(items.map(showGroup), next, ask, LIST, deps.secrets),
    looked,
  }
  return json(200, answer)
}

function queryOfGroups(query: URLSearchParams): GroupQuery | Refusal {
  const state = query.get('state') || 'all'
  const known = GROUP_STATES.find((one) => one === state)
  if (known === undefined) return refuseWith(400, 'invalid', `state: one of ${GROUP_STATES.join(', ')}`)
  return readGroupQuery(query, { ranks: ranksOf(known), sort: 'level' })
}
