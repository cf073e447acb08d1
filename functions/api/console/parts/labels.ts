import type { Labels } from '../../../../shared/alert/labels.ts'
import { LEVELS, type Level, type LevelCounts } from '../../../../shared/alert/level.ts'
import { UNROUTED_POLICY } from '../../../../shared/config/config.ts'
import type { Matcher } from '../../../../shared/matcher/matcher.ts'
import { quote } from '../../../../shared/matcher/quote.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { queryWith } from './controls.ts'
import { said, unmarked } from './said.ts'

const MOST_TAGS = 12
const MOST_CHARS = 80

/** A matcher as Alertmanager writes it. */
export function matcherText({ name, op, value }: Matcher): string {
  return `${/^[A-Za-z_]\w*$/.test(name) ? name : quote(name)}${op}${quote(value)}`
}

function shownLabels(labels: Labels, without: Labels): [string, string][] {
  return Object.entries(labels).filter(
    ([name, value]) => name !== 'alertname' && name !== 'severity' && without[name] !== value,
  )
}

/** Labels that stand for themselves, without the labels that something before has said. */
export function tags(ask: PageAsk, labels: Labels, without: Labels = {}): Html {
  const shown = shownLabels(labels, without)
  return html`${shown.slice(0, MOST_TAGS).map(([name, value]) => tag(ask, name, value))}${
    shown.length > MOST_TAGS ? html`<span class="tag">+${shown.length - MOST_TAGS}</span>` : nothing
  }`
}

/** The labels of all alerts of an incident: very many are folded. */
export function allTags(ask: PageAsk, labels: Labels): Html {
  const shown = shownLabels(labels, {}).map(([name, value]) => tag(ask, name, value))
  if (shown.length === 0) return nothing
  const rest = shown.slice(MOST_TAGS)
  return html`<div class="tags">${shown.slice(0, MOST_TAGS)}${
    rest.length === 0
      ? nothing
      : html`<details class="more"><summary class="tag">+${rest.length}</summary><div class="tags">${rest}</div></details>`
  }</div>`
}

/** A label leads to the alerts that have it. On the page of alerts the label joins the filter. */
export function tag(ask: PageAsk, name: string, value: string): Html {
  const { base, text } = ask
  const matcher = matcherText({ name, op: '=', value })
  const query = new URLSearchParams(isList(ask) ? queryWith(ask.query, { add: undefined }) : '')
  query.delete('filter', matcher)
  // The last of the filters: a click with Alt turns the last one round.
  query.append('filter', matcher)
  return html`<a class="tag" href="${base}/?${query.toString()}" title="${text.alerts.addFilter(matcher)}" data-filter="${matcher}"><bdi>${cut(name)}<i>=</i><b>${cut(value)}</b></bdi></a>`
}

function isList({ request, base }: PageAsk): boolean {
  return new URL(request.url).pathname === `${base}/`
}

export function matcherTag(matcher: Matcher): Html {
  return html`<span class="tag"><bdi>${cut(matcher.name)}<i>${matcher.op}</i><b>${cut(matcher.value)}</b></bdi></span>`
}

function cut(given: string): string {
  const text = unmarked(given)
  return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS).toWellFormed()}…`
}

/** A policy by its id. An alert without a policy needs a person. */
export function policyText({ text }: Pick<PageAsk, 'text'>, id: string): Html {
  return id === UNROUTED_POLICY ? html`<span class="chip bad">✕ ${text.alerts.noPolicy}</span>` : said(id, 60)
}

export function level(of: Level): Html {
  return html`<span class="lv ${of.toLowerCase()}">${of}</span>`
}

/** Numbers by level, the worst first; levels without alerts are left out. */
export function countsText(counts: LevelCounts): string {
  return LEVELS.flatMap((one) => (counts[one] ? [`${one} ${counts[one]}`] : [])).join(' · ')
}
