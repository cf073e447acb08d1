import type { Labels } from '../../../../shared/alert/labels.ts'
import { LEVELS, type Level, type LevelCounts } from '../../../../shared/alert/level.ts'
import type { Matcher } from '../../../../shared/matcher/matcher.ts'
import { quote } from '../../../../shared/matcher/quote.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'

const MOST_TAGS = 12
const MOST_CHARS = 120

/** A matcher as Alertmanager writes it. */
export function matcherText({ name, op, value }: Matcher): string {
  return `${/^[A-Za-z_]\w*$/.test(name) ? name : quote(name)}${op}${quote(value)}`
}

/** Labels that stand for themselves, without the labels that something before has said. */
export function tags(ask: PageAsk, labels: Labels, without: Labels = {}): Html {
  const shown = Object.entries(labels).filter(
    ([name, value]) => name !== 'alertname' && name !== 'severity' && without[name] !== value,
  )
  return html`${shown.slice(0, MOST_TAGS).map(([name, value]) => tag(ask, name, value))}${
    shown.length > MOST_TAGS ? html`<span class="tag more">+${shown.length - MOST_TAGS}</span>` : nothing
  }`
}

/** A label leads to the alerts that have it. */
export function tag({ base, text }: PageAsk, name: string, value: string): Html {
  const matcher = matcherText({ name, op: '=', value })
  const query = new URLSearchParams({ filter: matcher })
  return html`<a class="tag" href="${base}/?${query.toString()}" title="${text.alerts.addFilter(matcher)}" data-filter="${matcher}"><bdi>${cut(name)}<i>=</i><b>${cut(value)}</b></bdi></a>`
}

export function matcherTag(matcher: Matcher): Html {
  return html`<span class="tag"><bdi>${cut(matcher.name)}<i>${matcher.op}</i><b>${cut(matcher.value)}</b></bdi></span>`
}

function cut(text: string): string {
  return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS).toWellFormed()}…`
}

export function level(of: Level): Html {
  return html`<span class="lv ${of.toLowerCase()}">${of}</span>`
}

/** Numbers by level, the worst first; levels without alerts are left out. */
export function countsText(counts: LevelCounts): string {
  return LEVELS.flatMap((one) => (counts[one] ? [`${one} ${counts[one]}`] : [])).join(' · ')
}
