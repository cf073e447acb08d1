import { levelOf } from '../../../../shared/alert/level.ts'
import { type AlertInGroup, alertInGroup, readHoldingFacts } from '../../groups/alert-in-group.ts'
import { listPage, readPaging } from '../../http/paging.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { notFound } from '../../http/route.ts'
import { type IncidentAlerts, readIncidentAlerts } from '../../incidents/incident-alerts.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { empty, pager } from '../parts/controls.ts'
import { allTags } from '../parts/labels.ts'
import { said } from '../parts/said.ts'
import { alertRow } from './group-cards.ts'
import { alertLinks, sharedLabels, silenceLink } from './incident.ts'

const A_PAGE = 50

/** Every alert of an incident, by fingerprint: the page of the incident shows the first alerts. */
export function incidentAlertsPage(deps: ConsoleDeps): Route {
  return page(deps, {
    ...{ path: '/incidents/{id}/alerts', access: 'viewer', nav: 'incidents' },
    load: (ask) => loadAlerts(deps, ask),
  })
}

async function loadAlerts(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const id = ask.param('id')
  const { text, base } = ask
  const list = `alerts of ${id}`
  const paging = readPaging(ask, list, deps.secrets)
  if ('refused' in paging) return paging
  const read = await readIncidentAlerts(deps, ask, id, { ...paging, limit: A_PAGE })
  if (read === undefined) return notFound('incident')
  const alerts = await withReasons(deps, ask, read)
  const { next } = listPage([], read.next, ask, list, deps.secrets)
  const shared = alerts.length > 1 ? sharedLabels(alerts) : {}
  const title = text.incident.alertsOf(alerts[0]?.alert.labels.alertname ?? id)
  const row = (one: AlertInGroup): Html =>
    alertRow(ask, one, shared, undefined, {
      links: alertLinks(ask, one, undefined),
      act: silenceLink(ask, { id, state: read.state }, one),
    })
  return {
    title,
    body: html`<div class="crumb"><a class="button quiet" href="${base}/incidents/${id}">‹ ${text.back}</a></div>
<div class="title"><h1>${said(title)}</h1></div>
${read.state === 'closed' ? html`<p class="meta">${text.incident.keptAlerts}</p>` : nothing}
${alerts.length === 0 ? empty(text.incident.passedAlerts) : html`<section class="panel alerts">${allTags(ask, shared)}<ul class="rows">${alerts.map(row)}</ul></section>`}
${pager(ask, `/incidents/${id}/alerts`, ask.query, next, A_PAGE)}`,
  }
}

/** The alerts with the reasons for holding back at this moment; an alert of a closed incident has no such reason. */
async function withReasons(
  deps: ConsoleDeps,
  ask: PageAsk,
  { policy, items }: IncidentAlerts,
): Promise<AlertInGroup[]> {
  const { account, now } = ask
  const members = items.flatMap(({ member }) => member ?? [])
  const config = await deps.configs.current(account)
  const alerts = members.map(({ alert }) => alert)
  const facts = {
    ...(await readHoldingFacts(deps.table, account, config, alerts, now)),
    policy: config.policy(policy),
  }
  return items.map(({ fingerprint, alert, resolved, member }) =>
    member === undefined
      ? { fingerprint, alert, level: levelOf(alert.labels), resolved, heldBy: [] }
      : alertInGroup(fingerprint, member, facts),
  )
}
