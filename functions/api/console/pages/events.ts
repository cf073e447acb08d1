import type { Channel } from '../../../../shared/config/config.ts'
import { isForLifecycle } from '../../../../shared/document/sections/channels.ts'
import { notFound, type Refusal, type Route } from '../../http/route.ts'
import { EVENT_STATES, type EventItem, readEvent, readEventList } from '../../incidents/event-routes.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import { readOn } from '../page/read-on.ts'
import { empty, linkButton, pager, queryWith, tabs } from '../parts/controls.ts'
import { periodForm, readPeriod } from '../parts/period.ts'
import { said } from '../parts/said.ts'
import { listTable } from '../parts/table.ts'
import { channelWords, type NameTarget, targetNames } from '../parts/targets.ts'
import { clock } from '../parts/time.ts'

const TYPES = ['create', 'claim', 'comment', 'close'] as const
const COUNT = 25
const MOST_BUSES = 5

/** The life-cycle events that event buses were sent, and each as it was sent. */
export function eventPages(deps: ConsoleDeps): Route[] {
  const of = { access: 'viewer', nav: 'events' } as const
  return [
    page(deps, { ...of, path: '/events', load: (ask) => loadEvents(deps, ask) }),
    page(deps, { ...of, path: '/events/{id}', load: (ask) => loadEvent(deps, ask) }),
  ]
}

async function loadEvents(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, query, base } = ask
  const type = TYPES.find((one) => one === query.get('type'))
  const period = readPeriod(ask)
  const asked = new URLSearchParams(period.asked)
  if (type === undefined) asked.delete('type')
  const state = EVENT_STATES.find((one) => one === query.get('state'))
  if (state === undefined) asked.delete('state')
  const wrong = period.wrong.length > 0
  const list = wrong ? { items: [] } : await readOn(deps, ask, asked, COUNT, (one) => readEventList(deps, one))
  if ('refused' in list) return list
  const words = text.events
  const filtered = ['type', 'incident', 'channel', 'state', 'from', 'to'].some((name) => query.get(name))
  const { config, channel } = await deps.configs.current(ask.account)
  const named = targetNames({ channel })
  const buses = config.channels.filter(isForLifecycle)
  return {
    title: text.places.events,
    ...(wrong && { status: 422 }),
    body: html`<div class="title"><h1>${text.places.events}</h1></div>
<div class="tools">${tabs(text.places.events, [
      { href: `${base}/events${queryWith(query, { type: undefined })}`, words: text.all, now: type === undefined },
      ...TYPES.map((one) => ({
        href: `${base}/events${queryWith(query, { type: one })}`,
        words: words.types[one],
        now: one === type,
      })),
    ])}${
      query.has('incident')
        ? html`<a class="chip on" href="${base}/events${queryWith(query, { incident: undefined })}" aria-label="${text.alerts.removeFilter(words.columns.incident)}">${words.columns.incident} <bdi>${query.get('incident')}</bdi> <span aria-hidden="true">×</span></a>`
        : nothing
    }${buses.length < 2 && !query.get('channel') ? nothing : busTabs(ask, buses)}</div>
${periodForm(ask, '/events', period, { name: 'state', html: stateChoice(ask, state) })}
<p class="meta sub">${words.about}</p>
${list.items.length === 0 ? empty(filtered ? words.noneFiltered : words.none) : eventTable(ask, list.items, named)}${pager(ask, '/events', query, list.next, COUNT)}`,
  }
}

function stateChoice({ text }: PageAsk, now: EventItem['state'] | undefined): Html {
  const option = (value: string, words: string): Html =>
    html`<option value="${value}"${value === (now ?? '') ? html` selected` : nothing}>${words}</option>`
  return html`<label>${text.events.columns.state}<select name="state">${option('', text.all)}${EVENT_STATES.map((one) => option(one, text.deliveries.states[one]))}</select></label>`
}

/** A tab for each of a few buses. The address of the page may name a further bus. */
function busTabs({ text, base, query }: PageAsk, buses: readonly Channel[]): Html {
  const href = (channel: string | undefined): string => `${base}/events${queryWith(query, { channel })}`
  const now = query.get('channel') || undefined
  return tabs(text.events.columns.channel, [
    { href: href(undefined), words: text.all, now: now === undefined },
    ...buses.slice(0, MOST_BUSES).map((bus) => ({ href: href(bus.id), words: channelWords(bus), now: bus.id === now })),
  ])
}

function eventTable(ask: PageAsk, items: readonly EventItem[], named: NameTarget): Html {
  const { text, base } = ask
  const { columns, types, detail } = text.events
  return listTable<EventItem>(
    [
      { head: columns.at, cell: ({ at }) => clock(ask, Date.parse(at)) },
      {
        head: columns.type,
        kind: 'wide',
        cell: ({ type, event, test }) =>
          html`${test ? html`<span class="chip held">${text.events.test}</span> ` : nothing}<b>${types[type]}</b> <code>${said(String(event?.type ?? type), 100)}</code>`,
      },
      {
        head: columns.incident,
        cell: ({ incident, test }) =>
          test ? nothing : html`<a href="${base}/incidents/${incident}">${text.deliveries.open}</a>`,
      },
      { head: columns.channel, cell: ({ channel }) => said(named(channel), 120) },
      {
        head: columns.state,
        cell: ({ state }) => html`<span class="chip ${chipOf(state)}">${text.deliveries.states[state]}</span>`,
      },
      {
        head: '',
        kind: 'acts',
        cell: ({ delivery, type }) =>
          linkButton(ask, `/events/${delivery}`, detail, { label: `${detail}: ${types[type]}` }),
      },
    ],
    items,
  )
}

function chipOf(state: EventItem['state']): string {
  return state === 'arrived' ? 'ok' : state === 'failed' || state === 'dead' ? 'bad' : ''
}

async function loadEvent(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, base } = ask
  const found = await readEvent(deps, ask, ask.param('id'))
  if (found === undefined) return notFound('event')
  const { type, at, channel, incident, state, outcome, event, id, test } = found
  const words = text.events
  const named = targetNames(await deps.configs.current(ask.account))
  return {
    title: words.detail,
    body: html`<div class="title"><h1>${words.detail}</h1>${test ? html`<span class="chip held">${words.test}</span>` : nothing}<span class="chip ${chipOf(state)}">${text.deliveries.states[state]}</span></div>
<section class="panel about"><dl>
<dt>${words.columns.type}</dt><dd>${words.types[type]}</dd>
<dt>${words.columns.at}</dt><dd>${clock(ask, Date.parse(at))}</dd>
<dt>${words.columns.channel}</dt><dd>${said(named(channel), 200)}</dd>
<dt>${words.columns.incident}</dt><dd>${test ? words.testSays : html`<a href="${base}/incidents/${incident}">${text.deliveries.open}</a>`}</dd>
<dt>${text.incident.id}</dt><dd><code>${id}</code></dd>
${outcome?.detail === undefined ? nothing : html`<dt>${text.deliveries.columns.outcome}</dt><dd>${said(outcome.detail, 300)}</dd>`}
</dl></section>
<section class="panel"><h2>${words.asSent}</h2>${
      event === undefined
        ? html`<p class="meta">${words.notSent}</p>`
        : html`<pre class="copy" id="event" tabindex="0"><bdi>${JSON.stringify(event, undefined, 2)}</bdi></pre><p><button type="button" data-copy="event" hidden>${text.copy}</button></p>`
    }</section><p><a href="${base}/events">${text.back}</a></p>`,
  }
}
