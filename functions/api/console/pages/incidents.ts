import type { Level } from '../../../../shared/alert/level.ts'
import { digest } from '../../../../shared/base/hash.ts'
import { MINUTE, type Millis } from '../../../../shared/base/time.ts'
import { CARD_RANKS, sumOf } from '../../../../shared/group/card.ts'
import type { GroupCard } from '../../../../shared/group-store/cards.ts'
import type { IncidentRecord } from '../../../../shared/group-store/incidents.ts'
import { levelOfCard } from '../../groups/group-query.ts'
import { readCards } from '../../groups/read-groups.ts'
import { listPage, type Paging, readPaging } from '../../http/paging.ts'
import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { type IncidentQuery, readIncidentQuery, readIncidents } from '../../incidents/incident-routes.ts'
import { levelOfIncident, levelsOf } from '../../incidents/incident-view.ts'
import { findIncident } from '../../incidents/read-incident.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import {
  empty,
  incidentsBar,
  liveLine,
  livePart,
  notice,
  pager,
  pick,
  queryWith,
  searchBox,
  tabs,
} from '../parts/controls.ts'
import { failingLines, type WhyFailing, whyOfCards } from '../parts/failing.ts'
import { level, policyText } from '../parts/labels.ts'
import { doneCount, leftOutNotice, readLeftOut } from '../parts/left-out.ts'
import { periodForm, readPeriod } from '../parts/period.ts'
import { said, sentence } from '../parts/said.ts'
import { type Column, listTable } from '../parts/table.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'
import { ago, clock, durationText } from '../parts/time.ts'

const TABS = ['open', 'mine', 'closed'] as const
type Tab = (typeof TABS)[number]
const COUNT = 25

/** A row of the list: of an open incident by its card, of a closed one by its item. */
interface Row {
  id: string
  level: string
  title: string
  summary?: string
  openedAt: Millis
  closedAt?: Millis
  handler?: string
  firing: number
  all: number
  policy: string
  failing: string[]
  moreFailing?: number
}

/** Open incidents, those that one has in hand, and closed ones: the newest first. */
export function incidentsPage(deps: ConsoleDeps): Route {
  return page(deps, { path: '/incidents', access: 'viewer', nav: 'incidents', load: (ask) => loadIncidents(deps, ask) })
}

async function loadIncidents(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Refusal> {
  const { text, query, base } = ask
  const tab = TABS.find((one) => one === (query.get('tab') ?? query.get('state'))) ?? 'open'
  const period = readPeriod(ask)
  const wrong = period.wrong.length > 0
  const read = wrong ? { rows: [], next: undefined } : await readRows(deps, ask, period.asked, tab)
  if ('refused' in read) return read
  const { rows, next } = read
  const tag = digest([JSON.stringify(rows), next ?? '', String(Math.floor(ask.now / MINUTE)), ask.prefs.language], 20)
  const list = async (): Promise<Html> => {
    const [current, why] = await Promise.all([deps.configs.current(ask.account), whyOfCards(deps, ask, rows)])
    return livePart(ask, 'incidents', '/incidents', tag, table(ask, { rows, next }, tab, [targetNames(current), why]))
  }
  return {
    title: text.incidents.title,
    ...(wrong && { status: 422 }),
    live: { tag, body: list },
    body: () => html`<div class="title"><h1>${text.incidents.title}</h1>${liveLine(ask, clock(ask, ask.now))}</div>
${notice(doneNotice(ask))}${leftOut(deps, ask)}
<div class="tools">${tabs(
      text.incidents.title,
      TABS.map((one) => ({
        href: `${base}/incidents${queryWith(query, { tab: one === 'open' ? undefined : one, state: undefined })}`,
        words: text.incidents.tabs[one],
        now: one === tab,
      })),
    )}
${searchBox(ask, '/incidents', { kept: ['tab', 'from', 'to', 'level', 'handler', 'policy'] })}</div>
${periodForm(ask, '/incidents', period)}
${list()}${tab === 'closed' ? nothing : incidentsBar(ask)}`,
  }
}

function doneNotice(ask: PageAsk): string | undefined {
  const { bulkDone, done: words } = ask.text.incident
  const done = ask.query.get('done') ?? ''
  if (Object.hasOwn(bulkDone, done)) return bulkDone[done as keyof typeof bulkDone](doneCount(ask))
  return Object.hasOwn(words, done) ? words[done as keyof typeof words] : undefined
}

/** The incidents that an action on several left out, by their titles. */
async function leftOut(deps: ConsoleDeps, ask: PageAsk): Promise<Html> {
  const left = readLeftOut(ask)
  const found = await Promise.all(left.map(({ id }) => findIncident(deps, ask.account, id)))
  const titles = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.id, titleOf(one)] as const])))
  return leftOutNotice(ask, left, (id) => {
    const title = titles.get(id)
    return title === undefined
      ? html`<code>${said(id, 80)}</code>`
      : html`<a href="${ask.base}/incidents/${id}">${said(title, 120)}</a>`
  })
}

interface Rows {
  rows: Row[]
  next: string | undefined
}

/** The rows of a tab. `asked`: the query, with the times of the API. */
async function readRows(deps: ConsoleDeps, ask: PageAsk, asked: URLSearchParams, tab: Tab): Promise<Rows | Refusal> {
  const given = new URLSearchParams(asked)
  given.set('limit', String(COUNT))
  given.set('state', tab === 'closed' ? 'closed' : 'open')
  if (tab === 'mine') given.set('handler', ask.me)
  const query = readIncidentQuery(given)
  if ('refused' in query) return query
  const list = `${given.get('state')} incidents`
  const paging = readPaging({ ...ask, query: given }, list, deps.secrets)
  if ('refused' in paging) return paging
  const { rows, next } =
    tab === 'closed' ? await closedRows(deps, ask, query, paging) : await openRows(deps, ask, query, paging)
  return { rows, next: listPage([], next, ask, list, deps.secrets).next }
}

async function openRows(
  deps: ConsoleDeps,
  ask: PageAsk,
  { from, to, ...query }: IncidentQuery,
  paging: Paging,
): Promise<Rows> {
  const opened = from > Number.NEGATIVE_INFINITY || to < Number.POSITIVE_INFINITY ? { opened: { from, to } } : {}
  const { cards, next } = await readCards(deps, ask, paging, { ...query, ranks: CARD_RANKS, ...opened })
  const rows = cards.flatMap((card) => (card.incident === undefined ? [] : [rowOfCard(card, card.incident)]))
  return { rows, next }
}

function rowOfCard(card: GroupCard, id: string): Row {
  const { title, summary, openedAt = card.at, handler, policy, failing = [], moreFailing } = card
  return {
    ...{ id, level: levelOfCard(card), title, openedAt, policy, failing },
    ...(moreFailing !== undefined && { moreFailing }),
    ...{ firing: sumOf(card.firing), all: sumOf(card.firing) },
    ...(summary !== undefined && { summary }),
    ...(handler !== undefined && { handler }),
  }
}

async function closedRows(deps: ConsoleDeps, ask: PageAsk, query: IncidentQuery, paging: Paging): Promise<Rows> {
  const { items, next } = await readIncidents(deps, ask.account, query, paging)
  return { rows: items.map(rowOfRecord), next }
}

function rowOfRecord(record: IncidentRecord): Row {
  const { id, openedAt, closedAt, closedBy, handler, policy, alerts } = record
  const first = alerts[0]?.alert
  const who = handler ?? closedBy
  const summary = first?.annotations.summary
  return {
    ...{ id, level: levelOfIncident(record) ?? 'P4', title: titleOf(record) },
    ...{ openedAt, policy, failing: [], firing: 0, all: sumOf(levelsOf(record)) },
    ...(closedAt !== undefined && { closedAt }),
    ...(who !== undefined && { handler: who }),
    ...(summary !== undefined && { summary }),
  }
}

function titleOf({ id, alerts, labels }: IncidentRecord): string {
  return alerts[0]?.alert.labels.alertname ?? Object.values(labels)[0] ?? id
}

function table(ask: PageAsk, { rows, next }: Rows, tab: Tab, of: [NameTarget, WhyFailing]): Html {
  const { text, base, role } = ask
  const { columns } = text.incidents
  const more = pager(ask, '/incidents', ask.query, next, COUNT)
  if (rows.length === 0) return html`${nothingHere(ask, tab)}${more}`
  const picks = tab !== 'closed' && atLeast(role, 'responder')
  const pickColumn: Column<Row> = {
    head: '',
    kind: 'pick',
    cell: ({ id, title }) => pick('incident', id, text.alerts.select(title)),
  }
  const list: Column<Row>[] = [
    ...(picks ? [pickColumn] : []),
    { head: columns.level, kind: 'lvl', cell: (row) => level(row.level as Level) },
    {
      head: columns.title,
      kind: 'wide',
      cell: ({ id, title, summary }) =>
        html`<a href="${base}/incidents/${id}" data-open><b>${said(title, 120)}</b></a>${
          summary === undefined ? nothing : html` <span class="sum">${said(summary, 160)}</span>`
        }`,
    },
    { head: columns.state, cell: (row) => stateText(ask, row) },
    { head: columns.opened, kind: 'num', cell: ({ openedAt }) => clock(ask, openedAt) },
    {
      head: columns.lasted,
      kind: 'num',
      cell: ({ openedAt, closedAt }) =>
        closedAt === undefined ? ago(ask, openedAt) : durationText(closedAt - openedAt, text),
    },
    { head: columns.alerts, kind: 'num', cell: ({ all }) => String(all) },
    { head: columns.policy, cell: ({ policy }) => policyText(ask, policy) },
    {
      head: columns.targets,
      cell: (row) => failingLines(ask, row, ...of),
    },
  ]
  return html`${listTable(list, rows, (row) => html` class="${row.level.toLowerCase()}"`)}${more}`
}

const FILTERS = ['q', 'from', 'to', 'level', 'handler', 'policy', 'filter']

function nothingHere({ text, base, query }: PageAsk, tab: Tab): Html {
  const filters = FILTERS.filter((name) => query.get(name)).length
  if (filters === 0) return empty(text.incidents.none[tab], html`<p>${text.incidents.noneHelp[tab]}</p>`)
  const clear = `${base}/incidents${tab === 'open' ? '' : `?tab=${tab}`}`
  return empty(text.alerts.filtered(filters), html`<p><a class="button" href="${clear}">${text.clear}</a></p>`)
}

function stateText({ text }: PageAsk, { closedAt, handler }: Row): Html | string {
  if (closedAt !== undefined) return text.incidents.closed
  return handler === undefined ? text.incidents.open : sentence(text.incidents.inHand, handler)
}
