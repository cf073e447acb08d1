import { type Html, html, nothing } from '../page/html.ts'
import type { Texts } from '../text/texts.ts'

/*
 * Texts of strangers: of alerts, and of people. Every text is escaped, stands apart from the direction of the text around
 * it, and is cut where it is long.
 */

const SHOWN_CHARS = 1000
/** A text of many short lines is long too. */
const SHOWN_LINES = 40

/**
 * Without characters that begin or end an isolated text. Browsers isolate an element by the same characters: one more in
 * the text would end the element's own, and its direction would reach the text behind it.
 */
export function unmarked(text: string): string {
  return text.replaceAll(/[\u2066-\u2069]/g, '')
}

/** A text in a line. */
export function said(given: string, most = 300): Html {
  const text = unmarked(given)
  return html`<bdi>${text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`}</bdi>`
}

/** Names with commas between, and how many more there are. */
export function saidList(names: readonly string[], most = 10): Html {
  const shown = names.slice(0, most).map((name, place) => html`${place === 0 ? nothing : ', '}${said(name, 120)}`)
  return html`<bdi>${shown}${names.length > most ? ` +${names.length - most}` : nothing}</bdi>`
}

/** Characters that hold the places of names in a sentence; no language has these characters. */
const NAME_MARKS = /([\ue000-\ue00f])/

/** A sentence with names in it. Each name stands apart from the direction of the sentence, and the sentence from a name. */
export function sentence(words: (...names: string[]) => string, ...names: string[]): Html {
  const marks = names.map((_, place) => String.fromCharCode(0xe000 + place))
  const parts = words(...marks).split(NAME_MARKS)
  return html`<bdi>${parts.map((part, place) => (place % 2 === 0 ? part : said(names[part.charCodeAt(0) - 0xe000] ?? '', 120)))}</bdi>`
}

/** A host, or a path, in a narrow column: lines end behind its dots and slashes. */
export function saidHost(host: string): Html {
  const parts = host.slice(0, 253).split(/(?<=[./])/)
  return html`<bdi>${parts.map((part, index) => html`${index === 0 ? nothing : html`<wbr>`}${part}`)}</bdi>`
}

/** A text of several lines, whole on request. */
export function saidWhole(
  given: string,
  { showAll }: Pick<Texts, 'showAll'>,
  { chars = SHOWN_CHARS, lines = SHOWN_LINES } = {},
): Html {
  const words = unmarked(given)
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
