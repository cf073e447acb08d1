import { DAY, HOUR, toRfc3339 } from '../../../../shared/base/time.ts'
import type { PageAsk } from '../page/ask.ts'
import { type Html, html, nothing } from '../page/html.ts'
import { DONE_PARAMETERS, queryWith } from './controls.ts'
import { localText, readMoment, zoneOf } from './time.ts'

/* The time of a list: `from` and `to` of the query, typed in the zone of the reader. */

const ENDS = ['from', 'to'] as const
type End = (typeof ENDS)[number]
const SPANS = { hour: HOUR, day: DAY, week: 7 * DAY } as const

export interface Period {
  /** The query with the two ends in the form of the API. */
  asked: URLSearchParams
  /** The ends without a readable time. */
  wrong: readonly End[]
}

export function readPeriod(ask: PageAsk): Period {
  const asked = new URLSearchParams(ask.query)
  const wrong: End[] = []
  for (const name of ENDS) {
    const text = ask.query.get(name)?.trim()
    asked.delete(name)
    if (!text) continue
    const at = readMoment(ask, text)
    if (at === undefined) wrong.push(name)
    else asked.set(name, toRfc3339(at))
  }
  return { asked, wrong }
}

/**
 * Inputs for the two ends, and links for usual times. Further parameters of the query stay. `choice`: a further choice in
 * the same form, with the name of its parameter.
 */
export function periodForm(
  ask: PageAsk,
  path: string,
  { asked, wrong }: Period,
  choice?: { name: string; html: Html },
): Html {
  const { text, base, query, now } = ask
  const words = text.period
  const others = [...query].filter(
    ([name]) => ![...ENDS, 'after', 'part', ...DONE_PARAMETERS, choice?.name].includes(name),
  )
  const input = (name: End): Html => {
    const at = asked.get(name)
    const isWrong = wrong.includes(name)
    return html`<label>${words[name]}<input type="datetime-local" name="${name}" value="${at === null ? '' : localText(ask, Date.parse(at))}"${isWrong ? html` aria-invalid="true" aria-describedby="period-error"` : nothing}></label>`
  }
  const set = ENDS.some((name) => query.get(name))
  return html`<form class="period" method="get" action="${base}${path}">${others.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${choice?.html ?? nothing}${ENDS.map(input)}<button>${words.show}</button>${Object.entries(SPANS).map(
    ([span, ms]) =>
      html`<a class="button quiet" href="${base}${path}${queryWith(query, { from: localText(ask, now - ms), to: undefined })}">${words.spans[span as keyof typeof SPANS]}</a>`,
  )}${set ? html`<a class="button quiet" href="${base}${path}${queryWith(query, { from: undefined, to: undefined })}">${text.clear}</a>` : nothing}<span class="meta">${zoneOf(ask)}</span></form>${
    wrong.length === 0 ? nothing : html`<p class="error" id="period-error">${words.wrong}</p>`
  }`
}
