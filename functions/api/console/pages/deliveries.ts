import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { readDeliveries, requestReplay } from '../../incidents/delivery-routes.ts'
import type { DeliveryItem } from '../../incidents/delivery-view.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { readOn } from '../page/read-on.ts'
import { actButton, empty, notice, pager, queryWith, tabs } from '../parts/controls.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'

const TABS = ['all', 'waiting', 'failed', 'dead', 'ambiguous', 'refused'] as const
const COUNT = 25
/** Bytes of a refused body that a page shows. */
const BODY_BYTES = 4096

/** Deliveries with their outcomes, and bodies of senders that no integration could read. */
export function deliveryPages(deps: ConsoleDeps): Route[] {
  const nav = 'deliveries' as const
  return [
    page(deps, { path: '/deliveries', access: 'viewer', nav, load: (ask) => loadDeliveries(deps, ask) }),
    action(deps, { path: '/deliveries/{id}/replay', access: 'responder', nav, act: (ask) => replay(deps, ask) }),
  ]
}

async function loadDeliveries(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, query, base } = ask
  const tab = TABS.find((one) => one === query.get('state')) ?? 'all'
  const asked = new URLSearchParams(query)
  if (tab === 'all') asked.delete('state')
  const list = await readOn(deps, ask, asked, COUNT, (one) => readDeliveries(deps, one))
  if ('refused' in list) return list
  const words = text.deliveries
  const named = targetNames(await deps.configs.current(ask.account))
  return {
    title: text.places.deliveries,
    body: html`<div class="title"><h1>${text.places.deliveries}</h1></div>
${notice(query.get('done') === 'replay' ? words.replayed : undefined)}
<div class="tools">${tabs(
      text.places.deliveries,
      TABS.map((one) => ({
        href: `${base}/deliveries${queryWith(query, { state: one === 'all' ? undefined : one })}`,
        words: words.tabs[one],
        now: one === tab,
      })),
    )}${(['incident', 'target'] as const).map((name) => filterChip(ask, name, named))}</div>
<p class="meta sub">${words.about[tab]}</p>
${list.items.length === 0 ? empty(words.none[tab]) : deliveryTable(ask, list.items, named)}${pager(ask, '/deliveries', query, list.next, COUNT)}`,
  }
}

function filterChip({ query, base, text }: PageAsk, name: 'incident' | 'target', named: NameTarget): Html {
  const value = query.get(name)
  if (!value) return nothing
  const words = `${text.deliveries.columns[name]} ${(name === 'target' ? named(value) : value).slice(0, 100)}`
  return html`<a class="chip on" href="${base}/deliveries${queryWith(query, { [name]: undefined })}" aria-label="${text.alerts.removeFilter(words)}"><bdi>${words}</bdi> <span aria-hidden="true">×</span></a>`
}

function deliveryTable(ask: PageAsk, items: readonly DeliveryItem[], named: NameTarget): Html {
  const { text, base } = ask
  const { columns, states } = text.deliveries
  return listTable<DeliveryItem>(
    [
      { head: columns.at, cell: ({ openedAt, receivedAt }) => moment(ask, openedAt ?? receivedAt) },
      { head: columns.target, kind: 'wide', cell: (item) => targetCell(ask, item, named) },
      {
        head: columns.state,
        cell: ({ state }) => html`<span class="chip ${CHIPS[state] ?? ''}">${states[state]}</span>`,
      },
      { head: columns.attempts, kind: 'num', cell: ({ attempts }) => (attempts ? String(attempts) : nothing) },
      {
        head: columns.outcome,
        cell: ({ outcome }) => (outcome === undefined ? nothing : outcomeText(outcome)),
      },
      {
        head: columns.incident,
        cell: ({ incident }) =>
          incident === undefined ? nothing : html`<a href="${base}/incidents/${incident}">${text.deliveries.open}</a>`,
      },
      { head: '', kind: 'acts', cell: (item) => replayButton(ask, item) },
    ],
    items,
  )
}

const CHIPS: Partial<Record<DeliveryItem['state'], string>> = {
  arrived: 'ok',
  failed: 'bad',
  dead: 'bad',
  refused: 'bad',
  ambiguous: 'held',
}

function moment(ask: PageAsk, at: string | undefined): Html {
  return at === undefined ? nothing : clock(ask, Date.parse(at))
}

function targetCell(ask: PageAsk, item: DeliveryItem, named: NameTarget): Html {
  const { text } = ask
  const { target, integration, queue, reason, state } = item
  const words = state === 'refused' ? reason : (text.deliveries.reasons[reason as 'lifecycle'] ?? reason)
  const name = target === undefined ? (integration ?? queue ?? '') : named(target)
  return html`<b>${said(name, 120)}</b> <span class="sum">${said(words, 200)}</span>${body(ask, item)}`
}

/** A refused body as text, beside the reason of the refusal. */
function body({ text, role }: PageAsk, { state, body: bytes }: DeliveryItem): Html {
  if (state !== 'refused') return nothing
  if (!atLeast(role, 'editor')) return html` <span class="meta">${text.deliveries.bodyHidden}</span>`
  if (!bytes) return nothing
  const shown = Buffer.from(bytes, 'base64').subarray(0, BODY_BYTES).toString().toWellFormed()
  return html`<details><summary>${text.deliveries.body}</summary><pre class="copy" tabindex="0"><bdi>${shown}</bdi></pre></details>`
}

function outcomeText({ reason, detail, note }: NonNullable<DeliveryItem['outcome']>): Html {
  const words = [reason, detail, note].filter(Boolean).join(': ')
  return words === '' ? nothing : said(words, 200)
}

function replayButton(ask: PageAsk, { id, state, target }: DeliveryItem): Html {
  if (state === 'refused' || state === 'waiting' || state === 'sending' || !atLeast(ask.role, 'responder'))
    return nothing
  const { replay: words } = ask.text.deliveries
  return actButton(ask, `/deliveries/${id}/replay`, words, { label: `${words}: ${target}` })
}

async function replay(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const asked = await requestReplay(deps, ask)
  return 'refused' in asked ? asked : redirect(`${ask.base}/deliveries?done=replay`)
}
