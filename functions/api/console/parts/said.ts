import { type Html, html, nothing } from '../page/html.ts'
import type { Texts } from '../text/texts.ts'

/*
 * Texts of strangers: of alerts, and of people. Every text is escaped, stands apart from the direction of the text around
 * it, and is cut where it is long.
 */

const SHOWN_CHARS = 1000
/** A text of many short lines is long too. */
const SHOWN_LINES = 40

/** A text in a line. */
export function said(text: string, most = 300): Html {
  return html`<bdi>${text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`}</bdi>`
}

/** A host in a narrow column: its lines end behind dots. */
export function saidHost(host: string): Html {
  const parts = host.slice(0, 253).split('.')
  return html`<bdi>${parts.map((part, index) => html`${index === 0 ? nothing : html`.<wbr>`}${part}`)}</bdi>`
}

/** A text of several lines, whole on request. */
export function saidWhole(
  words: string,
  { showAll }: Pick<Texts, 'showAll'>,
  { chars = SHOWN_CHARS, lines = SHOWN_LINES } = {},
): Html {
  const end = Math.min(chars, words.split('\n', lines).join('\n').length)
  const [first, rest] = [words.slice(0, end).toWellFormed(), words.slice(end).trimStart().toWellFormed()]
  if (rest === '') return html`<bdi class="pre">${first}</bdi>`
  return html`<bdi class="pre">${first}</bdi><details class="rest"><summary>${showAll}</summary><bdi class="pre">${rest}</bdi></details>`
}

/** A link of an alert: to http and https only, with the host shown. The address of this page is not sent along. */
export function outside(url: string | undefined, words: string): Html {
  const safe = safeUrl(url)
  if (safe === undefined) return nothing
  return html`<a class="out" href="${safe.href}" rel="noreferrer noopener">${words === '' ? safe.host : html`${words} <small>${safe.host}</small>`} <span aria-hidden="true">↗</span></a>`
}

export function safeUrl(url: string | undefined): URL | undefined {
  if (url === undefined || url.length > 2000 || !URL.canParse(url)) return undefined
  const parsed = new URL(url)
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed : undefined
}
