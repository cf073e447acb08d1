import { integrationToken, integrationUrl } from '../../../../shared/account/token.ts'
import { LEVELS, type Level } from '../../../../shared/alert/level.ts'
import { digest } from '../../../../shared/base/hash.ts'
import { MINUTE } from '../../../../shared/base/time.ts'
import { listClosedIncidents } from '../../../../shared/group-store/incidents.ts'
import { parseMatcher } from '../../../../shared/matcher/parse.ts'
import { readLastSeen } from '../../../../shared/store/statistics.ts'
import { GROUP_STATES, type GroupQuery, ranksOf, readGroupQuery } from '../../groups/group-query.ts'
import { type CardPage, type ReadGroup, readCards, withFewAlerts } from '../../groups/read-groups.ts'
import { readSections, type Section, type SectionPage } from '../../groups/sections.ts'
import type { Summary } from '../../groups/summary.ts'
import { listPage, readPaging } from '../../http/paging.ts'
import { atLeast } from '../../http/role.ts'
import type { Refusal, Route } from '../../http/route.ts'
import { findIncident } from '../../incidents/read-incident.ts'
import { redirect } from '../page/answer.ts'
import type { ConsoleDeps, PageAsk, Shown } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { page } from '../page/page.ts'
import {
  empty,
  incidentsBar,
  linkButton,
  liveLine,
  livePart,
  notice,
  pager,
  queryWith,
  tabs,
} from '../parts/controls.ts'
import { whyOfCards } from '../parts/failing.ts'
import { level, matcherText } from '../parts/labels.ts'
import { sentence } from '../parts/said.ts'
import { targetNames } from '../parts/targets.ts'
import { clock, durationText } from '../parts/time.ts'
import { groupByMenu, partialSections, readGroupBy, sectionOf } from './group-by.ts'
import { groupCard } from './group-cards.ts'
import { viewsMenu } from './views.ts'

const LIST = 'groups'
const GROUPS = '25'
const FIRST_ALERTS = 5
/** Groups that may be read before an empty page is shown with the way on. */
const SUGGESTED_NAMES = 30
const SUGGESTED_MATCHERS = 60
const LONGEST_VALUE = 60

/** The page of alerts: groups, the unclaimed first. The address of the page has the whole view. */
export function alertsPage(deps: ConsoleDeps): Route {
  return page(deps, { path: '/', access: 'viewer', nav: 'alerts', load: (ask) => loadAlerts(deps, ask) })
}

async function loadAlerts(deps: ConsoleDeps, ask: PageAsk): Promise<Shown | Response | Refusal> {
  const added = readAdded(ask)
  if (added instanceof Response) return added
  const state = GROUP_STATES.find((one) => one === ask.query.get('state')) ?? 'all'
  const query = readGroupQuery(ask.query, { ranks: ranksOf(state), sort: 'level' })
  if ('refused' in query) return query
  const by = readGroupBy(ask)
  if (typeof by === 'object') return by
  const paging = readPaging({ ...ask, query: withLimit(ask.query) }, listName(by), deps.secrets)
  if ('refused' in paging) return paging
  const cards: Cards =
    by === undefined
      ? await readCards(deps, ask, paging, query)
      : { by, ...(await readSections(deps, ask, paging, query, by)) }
  const tag = tagOf(ask, cards)
  const read = (): Promise<ReadGroup[]> => withFewAlerts(deps, ask, cards.cards, FIRST_ALERTS, query)
  // The result of a claim may change after the page is shown, so it is a part of the list.
  const list = async (groups: readonly ReadGroup[]): Promise<Html> =>
    html`${await doneNotice(deps, ask)}${await groupList(deps, ask, cards, groups, query)}`
  const { text } = ask
  return {
    title: text.alerts.title,
    live: {
      tag,
      body: async () => livePart(ask, 'groups', '/', tag, await list(await read())),
      beside: (summary) => levelCounts(ask, summary, query.level, true),
    },
    body: () => bodyOf(deps, ask, { tag, cards, read, list, query, state, added }),
  }
}

/** The cards of a page; with `by`, in sections by the value of that label. */
type Cards = (CardPage & { by?: undefined }) | (SectionPage & { by: string })

/** A cursor is a place in one order of the groups. */
function listName(by: string | undefined): string {
  return by === undefined ? LIST : `${LIST} by ${by}`
}

interface View {
  tag: string
  cards: Cards
  read(): Promise<ReadGroup[]>
  list(groups: readonly ReadGroup[]): Promise<Html>
  query: GroupQuery
  state: (typeof GROUP_STATES)[number]
  added: { text: string; error?: string }
}

async function bodyOf(
  deps: ConsoleDeps,
  ask: PageAsk,
  { tag, cards, read, list, query, state, added }: View,
): Promise<Html> {
  const { text, base } = ask
  const [summary, groupBy, views, groups] = await Promise.all([
    deps.summaryOf(ask.account),
    groupByMenu(deps, ask, cards.cards, cards.by),
    viewsMenu(deps, ask, 'alerts'),
    read(),
  ])
  const suggestions = await suggested(deps, ask, groups)
  return html`<div class="title"><h1>${text.alerts.title}</h1>${levelCounts(ask, summary, query.level)}${liveLine(ask, clock(ask, ask.now))}</div>
<div class="tools">
<form class="filter" method="get" action="${base}/" role="search">
${[...ask.query].filter(([name]) => KEPT.has(name)).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label class="vh" for="f">${text.alerts.filter}</label>
<span class="chips">${chips(ask, query)}<input id="f" name="add" value="${added.text}" placeholder="team=&quot;shop&quot;  severity=~&quot;error|critical&quot;" title="${text.alerts.filterHelp}" autocomplete="off" autocapitalize="off" spellcheck="false" list="names" data-key="/"${
    added.error === undefined ? nothing : html` aria-invalid="true" aria-describedby="f-error"`
  }></span>
<datalist id="names">${suggestions.map((one) => html`<option value="${one}">`)}</datalist>
<button class="vh">${text.apply}</button>
${added.error === undefined ? nothing : html`<p class="error" id="f-error"><bdi>${added.error}</bdi></p>`}
</form>
${tabs(text.alerts.title, [
  ...GROUP_STATES.map((one) => ({
    href: `${base}/${queryWith(ask.query, { state: one === 'all' ? undefined : one })}`,
    words: text.alerts.states[one],
    now: one === state,
  })),
  { href: `${base}/incidents?state=closed`, words: text.alerts.resolved, now: false },
])}
${silenceThese(ask, query)}${groupBy}${views}
</div>
${livePart(ask, 'groups', '/', tag, await list(groups))}
${incidentsBar(ask)}`
}

/**
 * Suggestions of the box: names of labels, and matchers with values. Both are of the page. The whole account is asked when
 * the page shows nothing.
 */
async function suggested(deps: ConsoleDeps, { account }: PageAsk, groups: readonly ReadGroup[]): Promise<string[]> {
  const shown = groups.flatMap(({ card, alerts = [] }) => [
    ...Object.entries(card.labels),
    ...alerts.flatMap(({ alert }) => Object.entries(alert.labels)),
  ])
  const labels = groups.length > 0 ? shown : await labelsOfAccount(deps, account)
  const names = new Set(labels.map(([name]) => `${name}=`))
  const matchers = new Set(
    labels.flatMap(([name, value]) => (value.length <= LONGEST_VALUE ? [matcherText({ name, op: '=', value })] : [])),
  )
  return [...[...names].slice(0, SUGGESTED_NAMES), ...[...matchers].slice(0, SUGGESTED_MATCHERS)]
}

async function labelsOfAccount(deps: ConsoleDeps, account: string): Promise<[string, string][]> {
  const { names } = await deps.labelsOf(account)
  return [...names].flatMap(([name, values]) =>
    [...values.keys()].slice(0, 5).map((value): [string, string] => [name, value]),
  )
}

/** Parameters that a new filter leaves as they are. */
const KEPT = new Set(['filter', 'q', 'state', 'level', 'handler', 'policy', 'sort', 'group'])

function withLimit(query: URLSearchParams): URLSearchParams {
  const limited = new URLSearchParams(query)
  limited.set('limit', GROUPS)
  return limited
}

/** Changes with every card of the page, and once a minute for what cards do not say. */
function tagOf(ask: PageAsk, { cards, next, ...page }: Cards): string {
  const sections = page.by === undefined ? '' : JSON.stringify([page.sections.map(numbersOf), page.partial])
  return digest(
    [JSON.stringify(cards), sections, next ?? '', String(Math.floor(ask.now / MINUTE)), ask.role, ask.prefs.language],
    20,
  )
}

function numbersOf({ value, groups, firing, cards, begun }: Section): unknown[] {
  return [value, groups, firing, cards.length, begun]
}

async function groupList(
  deps: ConsoleDeps,
  ask: PageAsk,
  page: Cards,
  groups: readonly ReadGroup[],
  query: GroupQuery,
): Promise<Html> {
  const { text } = ask
  const { next } = listPage([], page.next, ask, listName(page.by), deps.secrets)
  if (groups.length === 0) return html`${await nothingHere(deps, ask, page, query)}${pager(ask, '/', ask.query, next)}`
  const [current, why] = await Promise.all([
    deps.configs.current(ask.account),
    whyOfCards(
      deps,
      ask,
      groups.map(({ card }) => card),
    ),
  ])
  const named = targetNames(current)
  const show = (some: readonly ReadGroup[], inSection: boolean): Html =>
    html`${heldLast(some).map((group) => groupCard(ask, group, { named, why, inSection }))}`
  const body = page.by === undefined ? show(groups, false) : sectionsOf(ask, page, groups, (some) => show(some, true))
  return html`<p class="vh" role="status">${text.alerts.groups(page.cards.length)}</p>${body}${pager(ask, '/', ask.query, next)}`
}

function sectionsOf(
  ask: PageAsk,
  page: SectionPage & { by: string },
  groups: readonly ReadGroup[],
  show: (groups: readonly ReadGroup[]) => Html,
): Html {
  const byId = new Map(groups.map((group) => [group.card.group, group]))
  const sections = page.sections.map((section) => {
    const here = section.cards.flatMap(({ group }) => byId.get(group) ?? [])
    return sectionOf(ask, page.by, section, show(here))
  })
  return html`${partialSections(ask, page)}${sections}`
}

/** Groups that are held back at this moment sink to the end of the page, or of their section. */
function heldLast(groups: readonly ReadGroup[]): ReadGroup[] {
  const sunk = groups.filter(({ alerts = [] }) => alerts.length > 0 && alerts.every(({ heldBy }) => heldBy.length > 0))
  return [...groups.filter((group) => !sunk.includes(group)), ...sunk]
}

async function nothingHere(
  deps: ConsoleDeps,
  ask: PageAsk,
  { looked, next }: CardPage,
  query: GroupQuery,
): Promise<Html> {
  const { text, base } = ask
  const filters = filtersOf(ask, query)
  if (filters > 0) {
    const more = html`${looked > 0 && next !== undefined ? html`<p>${text.alerts.looked(looked)}</p>` : nothing}<p><a class="button" href="${base}/">${text.clear}</a></p>`
    return empty(text.alerts.filtered(filters), more)
  }
  const { items } = await listClosedIncidents(deps.table, ask.account, { limit: 1 })
  const closedAt = items[0]?.closedAt
  if (closedAt !== undefined) return empty(text.alerts.quietSince(durationText(ask.now - closedAt, text)))
  return (await neverSent(deps, ask)) ? await fresh(deps, ask) : empty(text.alerts.quiet)
}

/** How many parts of the address leave groups out. */
function filtersOf({ query: asked }: PageAsk, { matchers, text, level, handler, policy }: GroupQuery): number {
  const parts = [text, level, handler, policy].filter((part) => part !== undefined)
  return matchers.length + parts.length + Number(asked.get('state') === 'held')
}

async function neverSent(deps: ConsoleDeps, { account }: PageAsk): Promise<boolean> {
  const { config } = await deps.configs.current(account)
  const first = config.integrations.slice(0, 20)
  const seen = await Promise.all(first.map(({ id }) => readLastSeen(deps.table, account, id)))
  return seen.every((at) => at === undefined)
}

/** The first page of a new account: what to do, with the line to paste. */
async function fresh(deps: ConsoleDeps, ask: PageAsk): Promise<Html> {
  const { text, account, role } = ask
  const { config } = await deps.configs.current(account)
  const one = config.integrations.find(({ type }) => type === 'prometheus')
  const url =
    one !== undefined && atLeast(role, 'editor')
      ? integrationUrl(deps.publicUrl, integrationToken(deps.secrets, account, one.id, one.generation))
      : `${deps.publicUrl}/i/TOKEN`
  const line = `curl ${url}/api/v2/alerts -H 'Content-Type: application/json' -d '[{"labels":{"alertname":"Hello","severity":"warning"},"annotations":{"summary":"It works"}}]'`
  return empty(
    text.alerts.fresh,
    html`<p>${text.alerts.freshHelp}</p><pre class="copy" id="line" tabindex="0">${line}</pre><p class="acts center"><button type="button" data-copy="line" hidden>${text.copy}</button>${linkButton(ask, '/integrations', text.alerts.freshButton)}</p>`,
  )
}

/** Counts by level: each shows only its level. */
function levelCounts(ask: PageAsk, { firing, held, partial }: Summary, chosen: Level | undefined, again = false): Html {
  const { text, base, query } = ask
  const to = (name: Level): string => `${base}/${queryWith(query, { level: name === chosen ? undefined : name })}`
  return html`<p class="counts" id="counts" role="status"${again ? html` hx-swap-oob="outerMorph"` : nothing}>${LEVELS.map(
    (one) =>
      html`<a href="${to(one)}" title="${text.levels[one]}"${one === chosen ? html` aria-current="true"` : nothing}>${level(one)} <b>${firing[one] ?? 0}</b></a>`,
  )}<a href="${base}/${queryWith(query, { state: 'held', level: undefined })}"><span class="lv held">${text.alerts.held}</span> <b>${held}</b></a>${
    partial ? html`<span class="meta" title="${text.alerts.partial}">+</span>` : nothing
  }</p>`
}

/** The parts of the filter, each with the way to take it away. */
function chips(ask: PageAsk, query: GroupQuery): Html {
  const { base, text } = ask
  const chip = (words: string, href: string): Html =>
    html`<a class="chip on" href="${href}" aria-label="${text.alerts.removeFilter(words)}"><bdi>${words.slice(0, 100)}</bdi> <span aria-hidden="true">×</span></a>`
  const filters = ask.query.getAll('filter')
  const without = (index: number): string => {
    const next = new URLSearchParams(ask.query)
    for (const name of ['filter', 'after', 'add', 'part']) next.delete(name)
    for (const [place, text] of filters.entries()) if (place !== index) next.append('filter', text)
    return `${base}/${next.size === 0 ? '' : `?${next.toString()}`}`
  }
  return html`${filters.map((words, index) => chip(words, without(index)))}${
    query.text === undefined
      ? nothing
      : chip(`“${ask.query.get('q')}”`, `${base}/${queryWith(ask.query, { q: undefined, add: undefined })}`)
  }${query.handler === undefined ? nothing : chip(`@${query.handler}`, `${base}/${queryWith(ask.query, { handler: undefined })}`)}`
}

/**
 * What was typed into the filter box: matchers become parts of the address, other words are searched. A wrong matcher
 * stays in the box with what is wrong.
 */
function readAdded(ask: PageAsk): { text: string; error?: string } | Response {
  const given = ask.query.get('add')
  if (given === null) return { text: '' }
  const next = new URLSearchParams(ask.query)
  for (const name of ['add', 'after', 'part']) next.delete(name)
  const words: string[] = []
  for (const token of tokens(given.slice(0, 2000))) {
    if (!/[=~]/.test(token)) {
      words.push(token)
      continue
    }
    const parsed = parseMatcher(token)
    if (!parsed.ok) return { text: given, error: ask.text.problem(parsed.error) }
    next.append('filter', matcherText(parsed.matcher))
  }
  if (words.length > 0) next.set('q', words.join(' '))
  return redirect(`${ask.base}/${next.size === 0 ? '' : `?${next.toString()}`}`)
}

/** Parts between spaces and commas, except inside of quotation marks. */
function tokens(text: string): string[] {
  const found: string[] = []
  let [token, quoted, escaped] = ['', false, false]
  for (const character of text) {
    if (!quoted && /[\s,]/.test(character)) {
      if (token !== '') found.push(token)
      token = ''
      continue
    }
    token += character
    if (escaped) escaped = false
    else if (quoted && character === '\\') escaped = true
    else if (character === '"') quoted = !quoted
  }
  return token === '' ? found : [...found, token]
}

/** What was done before this page, as the redirect says; of a claim, who has the incident at this moment. */
async function doneNotice(deps: ConsoleDeps, { query, text, account, me }: PageAsk): Promise<Html> {
  const words = text.incident
  const done = query.get('done') ?? query.get('slow')
  const incident = done === 'claim' ? await findIncident(deps, account, query.get('id') ?? '') : undefined
  const handler = incident?.handler
  if (handler !== undefined) {
    return handler === me ? notice(words.done.claim) : notice(sentence(words.anotherHas, handler), 'bad')
  }
  if (query.has('slow')) return notice(words.slow)
  return notice(
    done !== null && Object.hasOwn(words.done, done) ? words.done[done as keyof typeof words.done] : undefined,
  )
}

/** A silence with the matchers of the filter. */
function silenceThese({ text, base, role, query }: PageAsk, { matchers }: GroupQuery): Html {
  if (matchers.length === 0 || !atLeast(role, 'responder')) return nothing
  const filters = query.getAll('filter').map((one): [string, string] => ['filter', one])
  return html`<a class="button" href="${base}/silences/new?${new URLSearchParams(filters).toString()}">${text.alerts.silenceFilter}</a>`
}
