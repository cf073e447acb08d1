import type { FailureReason } from '../../../../shared/delivery/outcome.ts'
import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { countDeliveries, type DeliveryCounts } from '../../incidents/delivery-counts.ts'
import { readDeliveries } from '../../incidents/delivery-routes.ts'
import type { DeliveryItem } from '../../incidents/delivery-view.ts'
import { findDelivery } from '../../incidents/one-delivery.ts'
import { MOST_CHOSEN, replayChosen, requestReplay } from '../../incidents/replay.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Form, field } from '../page/form-data.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { action, page } from '../page/page.ts'
import { readOn } from '../page/read-on.ts'
import { actButton, bulkBar, empty, linkButton, notice, pager, pick, queryWith, tabs } from '../parts/controls.ts'
import { entryPath } from '../parts/entry-path.ts'
import { leftOutNotice, readLeftOut, withResult } from '../parts/left-out.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'
import { ownPath } from '../session/own-path.ts'
import { pausedHere, resumedNotice } from './paused.ts'
import { replayPages, replayQuery, replaysText } from './replay.ts'

const TABS = ['all', 'waiting', 'failed', 'dead', 'ambiguous', 'refused'] as const
type Tab = (typeof TABS)[number]
const COUNT = 25
/** Bytes of a refused body that a page shows. */
const BODY_BYTES = 4096

/** Deliveries with their outcomes, and bodies of senders that no integration could read. */
export function deliveryPages(deps: ConsoleDeps): Route[] {
  const nav = 'deliveries' as const
  return [
    page(deps, { path: '/deliveries', access: 'viewer', nav, load: (ask) => loadDeliveries(deps, ask) }),
    action(deps, { path: '/deliveries/{id}/replay', access: 'responder', nav, act: (ask) => replay(deps, ask) }),
    action(deps, {
      path: '/deliveries/chosen',
      access: 'responder',
      nav,
      act: (ask, form) => replayTicked(deps, ask, form),
    }),
    ...replayPages(deps),
  ]
}

async function loadDeliveries(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, query, base } = ask
  const tab = TABS.find((one) => one === query.get('state')) ?? 'all'
  const asked = new URLSearchParams(query)
  if (tab === 'all') asked.delete('state')
  const [list, counted] = await Promise.all([
    readOn(deps, ask, asked, COUNT, (one) => readDeliveries(deps, one)),
    countDeliveries(deps, ask),
  ])
  if ('refused' in list) return list
  if ('refused' in counted) return counted
  const words = text.deliveries
  const named = targetNames(await deps.configs.current(ask.account))
  return {
    title: text.places.deliveries,
    body: html`<div class="title"><h1>${text.places.deliveries}</h1></div>
${notice(doneText(ask))}${query.get('done') === 'replays' ? leftOut(deps, ask, named) : resumedNotice(ask, named)}${tab === 'failed' || query.get('target') ? pausedHere(deps, ask, query.get('target') || null, ownAddress(ask)) : nothing}
<div class="tools">${tabs(
      text.places.deliveries,
      TABS.map((one) => ({
        href: `${base}/deliveries${queryWith(query, { state: one === 'all' ? undefined : one })}`,
        words: tabText(ask, one, counted),
        now: one === tab,
      })),
    )}${(['incident', 'target'] as const).map((name) => filterChip(ask, name, named))}${list.items.length === 0 ? nothing : replayAll(ask, tab)}</div>
<p class="meta sub">${words.about[tab]}${counted.partial ? html` ${words.counted(counted.looked)}` : nothing}</p>
${list.items.length === 0 ? noDeliveries(ask, tab) : deliveryTable(ask, list.items, named)}${pager(ask, '/deliveries', query, list.next, COUNT)}${ticks(ask, list.items)}`,
  }
}

function noDeliveries(ask: PageAsk, tab: Tab): Html {
  const { text, query } = ask
  const filters = ['incident', 'target'].filter((name) => query.get(name)).length
  if (filters === 0) return empty(text.deliveries.none[tab])
  const all = queryWith(query, { incident: undefined, target: undefined })
  return empty(text.alerts.filtered(filters), html`<p>${linkButton(ask, `/deliveries${all}`, text.clear)}</p>`)
}

/** The number of a tab counts the newest deliveries only. */
function tabText({ text }: PageAsk, tab: Tab, { counts, partial }: DeliveryCounts): string {
  const count = tab === 'all' ? 0 : (counts[tab] ?? 0)
  return count === 0 ? text.deliveries.tabs[tab] : `${text.deliveries.tabs[tab]} ${count}${partial ? '+' : ''}`
}

function doneText(ask: PageAsk): string | undefined {
  return ask.query.get('done') === 'replay' ? ask.text.deliveries.replayed : replaysText(ask)
}

/** The way to the page with the numbers, and the button there. */
function replayAll(ask: PageAsk, tab: Tab): Html {
  const of = replayQuery(ask.query)
  const may = atLeast(ask.role, 'responder') && of.size > 0 && tab !== 'waiting' && tab !== 'refused'
  return may ? linkButton(ask, `/deliveries/replay?${of.toString()}`, ask.text.deliveries.replayAll) : nothing
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
      ...(items.some((item) => isReplayable(ask, item))
        ? [{ head: '', kind: 'pick' as const, cell: (item: DeliveryItem) => tick(ask, item, named) }]
        : []),
      { head: columns.at, cell: (item) => momentCell(ask, item) },
      { head: columns.target, kind: 'wide', cell: (item) => targetCell(ask, item, named) },
      {
        head: columns.state,
        cell: ({ state }) => html`<span class="chip ${CHIPS[state] ?? ''}">${states[state]}</span>`,
      },
      { head: columns.attempts, kind: 'num', cell: ({ attempts }) => (attempts ? String(attempts) : nothing) },
      {
        head: columns.outcome,
        cell: ({ outcome }) => (outcome === undefined ? nothing : outcomeText(ask, outcome)),
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

export const CHIPS: Partial<Record<DeliveryItem['state'], string>> = {
  arrived: 'ok',
  failed: 'bad',
  dead: 'bad',
  refused: 'bad',
  ambiguous: 'held',
}

function momentCell(ask: PageAsk, { id, state, openedAt, receivedAt }: DeliveryItem): Html {
  const at = openedAt ?? receivedAt
  if (at === undefined) return nothing
  const shown = clock(ask, Date.parse(at))
  return state === 'refused' ? shown : html`<a href="${ask.base}/deliveries/${id}" data-open>${shown}</a>`
}

function targetCell(ask: PageAsk, item: DeliveryItem, named: NameTarget): Html {
  const { text, base, query } = ask
  const { target, integration, queue, reason, state } = item
  const words = state === 'refused' ? reason : (text.deliveries.reasons[reason as 'lifecycle'] ?? reason)
  const name = target === undefined ? (integration ?? queue ?? '') : named(target)
  const shown = html`<b>${said(name, 120)}</b>`
  const of =
    target === undefined ? shown : html`<a href="${base}/deliveries${queryWith(query, { target })}">${shown}</a>`
  return html`${of} <span class="sum">${said(words, 200)}</span>${body(ask, item)}`
}

/** A refused body as text, beside the reason of the refusal. */
function body(ask: PageAsk, { state, body: bytes, integration }: DeliveryItem): Html {
  const { text, role, base } = ask
  if (state !== 'refused') return nothing
  if (!atLeast(role, 'editor')) return html` <span class="meta">${text.deliveries.bodyHidden}</span>`
  if (!bytes) return nothing
  const whole = Buffer.from(bytes, 'base64')
  const shown = whole.subarray(0, BODY_BYTES).toString().toWellFormed()
  const tries = integration !== undefined && whole.length <= BODY_BYTES
  return html`<details><summary>${text.deliveries.body}</summary><pre class="copy" tabindex="0"><bdi>${shown}</bdi></pre>${
    tries
      ? html`<form method="post" action="${base}${entryPath('/integrations', integration, 'test')}"><input type="hidden" name="body" value="${shown}"><button>${text.deliveries.tester}</button></form>`
      : nothing
  }</details>`
}

export function outcomeText({ text }: PageAsk, outcome: NonNullable<DeliveryItem['outcome']>): Html {
  const { reason, detail = '', note } = outcome
  const failed =
    reason === undefined ? detail : text.reason({ code: 'failed', failure: reason as FailureReason, detail })
  const words = [failed, note].filter(Boolean).join(': ')
  return words === '' ? nothing : said(words, 200)
}

/** Whether a person may send a delivery again: it waits for no attempt. */
function isReplayable({ role }: PageAsk, { state }: DeliveryItem): boolean {
  return state !== 'refused' && state !== 'waiting' && state !== 'sending' && atLeast(role, 'responder')
}

function tick(ask: PageAsk, item: DeliveryItem, named: NameTarget): Html {
  const { id, target = '' } = item
  return isReplayable(ask, item) ? pick('delivery', id, `${ask.text.deliveries.choose}: ${named(target)}`) : nothing
}

/** The bar below a list with boxes. */
function ticks(ask: PageAsk, items: readonly DeliveryItem[]): Html {
  if (!items.some((item) => isReplayable(ask, item))) return nothing
  return bulkBar(ask, '/deliveries/chosen', html`<button>${ask.text.deliveries.replay}</button>`, ownAddress(ask))
}

/** The address of this view of the list, to which an action returns. */
function ownAddress({ query }: PageAsk): string {
  return `/deliveries${queryWith(query, { after: query.get('after') ?? undefined })}`
}

async function replayTicked(deps: ConsoleDeps, ask: PageAsk, form: Form): Promise<Response | Refusal> {
  const ids = form.getAll('delivery').slice(0, MOST_CHOSEN)
  const next = field(form, 'next') ?? '/deliveries'
  if (ids.length === 0) return redirect(ask.base + ownPath(next))
  const { messages, left } = await replayChosen(deps, ask, ids, false)
  return redirect(ask.base + withResult(next, { done: 'replays', count: messages, left }))
}

/** The deliveries that were not sent again, by their targets. */
async function leftOut(deps: ConsoleDeps, ask: PageAsk, named: NameTarget): Promise<Html> {
  const left = readLeftOut(ask)
  const names = new Map(
    await Promise.all(left.map(async ({ id }) => [id, (await findDelivery(deps, ask, id))?.delivery.target] as const)),
  )
  return leftOutNotice(ask, left, (id) => {
    const target = names.get(id)
    if (target === undefined) return html`<code>${said(id, 80)}</code>`
    return html`<a href="${ask.base}/deliveries/${id}">${said(named(target), 100)}</a>`
  })
}

/** A button for a delivery that waits for no attempt. */
export function replayButton(ask: PageAsk, item: DeliveryItem): Html {
  if (!isReplayable(ask, item)) return nothing
  const { id, target } = item
  const { replay: words } = ask.text.deliveries
  return actButton(ask, `/deliveries/${id}/replay`, words, { label: `${words}: ${target}` })
}

async function replay(deps: ConsoleDeps, ask: PageAsk): Promise<Response | Refusal> {
  const asked = await requestReplay(deps, ask)
  return 'refused' in asked ? asked : redirect(`${ask.base}/deliveries?done=replay`)
}
