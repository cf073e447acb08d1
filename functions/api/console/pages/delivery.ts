import { MINUTE } from '../../../../shared/base/time.ts'
import type { Delivery } from '../../../../shared/delivery/delivery.ts'
import { entryAbout, targetsOf } from '../../../../shared/group/log-entry.ts'
import { wholeDelivery } from '../../../../shared/group-store/deliveries.ts'
import { readNewest } from '../../../../shared/group-store/timeline.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { type DeliveryItem, showDelivery } from '../../incidents/delivery-view.ts'
import { findDelivery } from '../../incidents/one-delivery.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { linkButton } from '../parts/controls.ts'
import { tags } from '../parts/labels.ts'
import { said } from '../parts/said.ts'
import { targetNames } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'
import { CHIPS, outcomeText, replayButton } from './deliveries.ts'
import { logLine } from './incident-log.ts'

const SHOWN_ALERTS = 20
const SHOWN_CHARS = 20_000

/** The page of a delivery: the attempts with the answers, and the frozen content. */
export function deliveryPage(deps: ConsoleDeps): Route {
  return page(deps, {
    ...{ path: '/deliveries/{id}', access: 'viewer', nav: 'deliveries' },
    load: (ask) => loadDelivery(deps, ask),
  })
}

async function loadDelivery(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base } = ask
  const known = await findDelivery(deps, ask, ask.param('id'))
  if (known === undefined) return notFound('delivery')
  const { delivery } = known
  const item = showDelivery(known, ask.now)
  const [whole, log, config] = await Promise.all([
    wholeDelivery(deps.table, delivery),
    readNewest(deps.table, ask.account, delivery.group, delivery.openedAt - MINUTE),
    deps.configs.current(ask.account),
  ])
  const named = targetNames(config)
  const words = text.deliveries.one
  const lines = log.flatMap((entry) => {
    const about = targetsOf(entry).includes(delivery.target)
    const own = about && entryAbout(delivery.target, entry, { id: delivery.group }).delivery === delivery.id
    return own ? [logLine(ask, { entry, targets: [], count: 1, since: entry.at }, named)] : []
  })
  const title = words.title(named(delivery.target))
  return {
    title,
    body: html`<div class="title"><h1>${said(title, 120)}</h1><span class="chip ${CHIPS[item.state] ?? ''}">${text.deliveries.states[item.state]}</span></div>
<section class="panel about">${facts(ask, item)}<div class="acts">${replayButton(ask, item)}${delivery.notification.event === undefined ? nothing : linkButton(ask, `/events/${delivery.id}`, text.events.detail)}</div></section>
<section class="panel log"><h2>${words.attempts}</h2>${lines.length === 0 ? html`<p class="meta">${words.noAttempts}</p>` : html`<ol class="lines">${lines}</ol>`}</section>
<section class="panel"><h2>${words.content}</h2>${content(ask, whole)}</section><p><a href="${base}/deliveries" data-key="Escape">${text.back}</a></p>`,
  }
}

function facts(ask: PageAsk, { id, reason, openedAt, attempts, outcome, incident, policy }: DeliveryItem): Html {
  const { text, base } = ask
  const { columns, reasons, one: words } = text.deliveries
  return html`<dl>
<dt>${words.reason}</dt><dd>${said(reasons[reason] ?? reason)}</dd>
${openedAt === undefined ? nothing : html`<dt>${columns.at}</dt><dd>${clock(ask, Date.parse(openedAt))}</dd>`}
<dt>${columns.attempts}</dt><dd>${attempts ?? 0}</dd>
${outcome === undefined ? nothing : html`<dt>${columns.outcome}</dt><dd>${outcomeText(ask, outcome)}</dd>`}
${incident === undefined ? nothing : html`<dt>${columns.incident}</dt><dd><a href="${base}/incidents/${incident}">${text.deliveries.open}</a></dd>`}
${policy === undefined ? nothing : html`<dt>${text.incidents.columns.policy}</dt><dd>${said(policy, 100)}</dd>`}
<dt>${text.incident.id}</dt><dd><code>${id}</code></dd>
</dl>`
}

/** The alerts of the message, and the whole content as it was frozen. */
function content(ask: PageAsk, whole: Delivery | undefined): Html {
  const { text } = ask
  const words = text.deliveries.one
  if (whole === undefined) return html`<p class="meta">${words.gone}</p>`
  const { alerts } = whole.notification
  const json = JSON.stringify(whole.notification, undefined, 2)
  return html`<ul class="messages">${alerts
    .slice(0, SHOWN_ALERTS)
    .map(
      ({ labels, annotations, endsAt }) =>
        html`<li><b>${said(labels.alertname ?? '', 120)}</b> ${endsAt === undefined ? nothing : html`<span class="chip ok">${text.alerts.resolvedTag}</span> `}${said(annotations.summary ?? '', 200)}<div class="tags">${tags(ask, labels)}</div></li>`,
    )}</ul>${
    alerts.length > SHOWN_ALERTS ? html`<p class="meta">${text.alerts.more(alerts.length - SHOWN_ALERTS)}</p>` : nothing
  }<details class="group"><summary>${words.whole}</summary><pre class="copy" tabindex="0"><bdi>${json.slice(0, SHOWN_CHARS).toWellFormed()}${json.length > SHOWN_CHARS ? '…' : ''}</bdi></pre></details>`
}
