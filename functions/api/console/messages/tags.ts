import { decoded, urlOf } from '../../../../shared/channels/email/html-as-text.ts'
import { htmlPieces } from '../../../../shared/channels/email/html-pieces.ts'
import { escapeHtml } from '../../../../shared/message-text/escape.ts'
import { linkTags, withinPage } from './inline.ts'

/*
 * HTML of a content template, written anew by the names of its elements: no attribute comes through but the address of a
 * link and the colour of letters, so no part is loaded or run. The text is walked once, from tag to tag.
 */

/** Elements that stay unchanged. */
const SAME = new Set([
  ...['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'del', 'code', 'pre', 'blockquote', 'small', 'sub', 'sup'],
  ...['p', 'div', 'span', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'center'],
  ...['table', 'thead', 'tbody', 'tr', 'td', 'th'],
])
/** A heading would count as a heading of the page with the preview. */
const HEADINGS = /^h[1-6]$/
const DEEPEST = 40

interface Open {
  name: string
  end: string
}

/** `known`: the elements that stay; of further elements the words stay. */
export function tagsAsHtml(text: string, known: ReadonlySet<string> = SAME): string {
  const written: string[] = []
  const open: Open[] = []
  for (const piece of htmlPieces(text)) {
    if ('words' in piece) written.push(wordsOf(piece.words))
    else if (piece.name === '') written.push(wordsOf(`${piece.source}>`))
    else if (piece.ends) written.push(closed(open, piece.name))
    else written.push(opened(open, piece.name, piece.source, known))
  }
  const rest = open.reverse().map((one) => one.end)
  return withinPage(text, [...written, ...rest].join(''))
}

function opened(open: Open[], name: string, source: string, known: ReadonlySet<string>): string {
  if (name === 'br' || name === 'hr') return `<${name}>`
  if (name === 'img') return `<span class="image">${escapeHtml(attribute(source, 'alt') || '▦')}</span>`
  if (open.length >= DEEPEST) return ''
  const made = begun(name, source, known)
  if (made === undefined) return ''
  open.push({ name, end: made[1] })
  return made[0]
}

/** The begin and the end of an element; undefined: the element is left out, and its words stay. */
function begun(name: string, source: string, known: ReadonlySet<string>): [string, string] | undefined {
  if (name === 'a') return linkTags(urlOf(source))
  if (HEADINGS.test(name)) return [`<p class="${name}">`, '</p>']
  if (name === 'font' || colourOf(source) !== undefined) {
    const colour = name === 'font' ? attribute(source, 'color') : colourOf(source)
    const within = known.has(name) && name !== 'span' ? name : 'span'
    if (colour !== undefined && /^#?\w{3,20}$/.test(colour))
      return [`<${within}><font color="${colour}">`, `</font></${within}>`]
  }
  return known.has(name) ? [`<${name}>`, `</${name}>`] : undefined
}

/** Elements that were left open inside end with the element around. An end without a begin is left out. */
function closed(open: Open[], name: string): string {
  const place = open.findLastIndex((one) => one.name === name)
  if (place < 0) return ''
  const inside = open.splice(place)
  return inside
    .reverse()
    .map((one) => one.end)
    .join('')
}

function wordsOf(html: string): string {
  return escapeHtml(decoded(html))
}

function attribute(source: string, name: 'alt' | 'color'): string | undefined {
  const [, double, single, bare] =
    (name === 'alt' ? /\salt\s*=\s*(?:"([^"]*)"|'([^']*)')/i : /\scolor\s*=\s*(?:"([^"]*)"|'([^']*)'|([#\w]+))/i).exec(
      source,
    ) ?? []
  const value = double ?? single ?? bare
  return value === undefined ? undefined : decoded(value)
}

function colourOf(source: string): string | undefined {
  return /\sstyle\s*=\s*["'](?:[^"']{0,500};)?\s{0,10}color\s{0,10}:\s{0,10}(#?\w{3,20})/i.exec(source)?.[1]
}

/** https://core.telegram.org/bots/api#html-style */
const TELEGRAM = new Set(['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'code', 'pre', 'blockquote'])

export function telegramText(text: string): string {
  return `<p class="lines">${tagsAsHtml(text, TELEGRAM)}</p>`
}
