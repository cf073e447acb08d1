import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, pageOfArray, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { isRefusal, notFound } from '../http/route.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import { isOf, readIncidentQuery, readIncidents } from '../incidents/incident-routes.ts'
import { type IncidentItem, incidentItem, showIncident } from '../incidents/incident-view.ts'
import { checkAnswer, checkBody, checkRule } from './check-rule.ts'
import { listRules, type RuleStatus, ruleStatus, searchOf, withMatches } from './rule-status.ts'

const FEW_ALERTS = 5
const MOST_CHECKED_BYTES = 1024 * 1024

/** What rules do, beside the section `rules`: how each stands, when it fired, and whether a text is a rule. */
export function ruleRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/rules:status',
      access: 'viewer',
      about: {
        summary: 'How each rule stands: running, stopped or refused, its title, and when it matched last',
        query: {
          ...pagingQuery,
          q: z.string().describe('Words, all of which the id, the title, the template or the tags contain'),
        },
        answers: { 200: { text: 'The rules, as the account has them', schema: listOf(ruleStatus) } },
      },
      handle: (ask) => answer(readStatus(deps, ask)),
    },
    {
      method: 'POST',
      path: '/api/v1/rules:check',
      access: 'viewer',
      about: {
        summary: 'Check a rule, and try it on records; nothing is stored',
        body: { schema: checkBody },
        answers: {
          200: { text: 'What is wrong, with line and column; and the records that match', schema: checkAnswer },
          422: { text: 'The body is not such a question' },
        },
      },
      handle: (ask) => check(deps, ask),
    },
    {
      method: 'GET',
      path: '/api/v1/rules/{id}/history',
      access: 'viewer',
      about: {
        summary:
          'When a rule fired and what became of it: the incidents with alerts of the rule, open ones first, then the newest',
        query: pagingQuery,
        answers: {
          200: { text: 'Incidents, each with some of the alerts of the rule', schema: listOf(incidentItem) },
          404: { text: 'No rule has the id' },
        },
      },
      handle: (ask) => answer(readHistory(deps, ask)),
    },
  ]
}

async function answer(read: Promise<object | Refusal>): Promise<Answer> {
  const data = await read
  return isRefusal(data) ? data : json(200, data)
}

type StatusList = ReturnType<typeof listPage<RuleStatus>>

/** A page of the rules, and how each stands; with `q`, of the rules with all of its words. */
export async function readStatus(deps: ApiDeps, ask: Ask): Promise<StatusList | Refusal> {
  const isFound = searchOf(ask.query.get('q') ?? '')
  const all = await listRules(await deps.configs.current(ask.account))
  const found = all.filter(({ words }) => isFound(words))
  const page = pageOfArray(found, ({ status }) => status, ask, 'rules:status', deps.secrets)
  if ('refused' in page) return page
  return { ...page, items: await Promise.all(page.items.map((status) => withMatches(deps, ask, status))) }
}

type History = ReturnType<typeof listPage<IncidentItem>>

/** Reads incidents until a page has some of the rule; a rule that is gone has no history of its own any more. */
export async function readHistory(deps: ApiDeps, ask: Ask): Promise<History | Refusal> {
  const rule = ask.param('id')
  const { rules } = (await readConfig(deps, ask.account, ['rules'])).config
  if (!rules.some(({ id }) => id === rule)) return notFound('rule')
  const list = `history of ${rule}`
  const paging = readPaging(ask, list, deps.secrets)
  if ('refused' in paging) return paging
  const query = readIncidentQuery(new URLSearchParams())
  if ('refused' in query) return query
  const { items, next } = await readIncidents(deps, ask.account, { ...query, rule }, paging)
  const shown = items.map((incident) => {
    const alerts = incident.alerts.filter(({ alert }) => isOf(alert, rule))
    return showIncident({ ...incident, alerts }, ask.now, FEW_ALERTS)
  })
  return listPage(shown, next, ask, list, deps.secrets)
}

async function check(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request, { exact: true, limitBytes: MOST_CHECKED_BYTES })
  if (!body.ok) return body.refusal
  const asked = checkBody.safeParse(body.value)
  if (!asked.success) return invalid(zodProblems(asked.error))
  return await answer(checkRule(deps, ask, asked.data))
}
