import { escapeHtml } from '../../../../shared/message-text/escape.ts'
import { safeUrl } from '../parts/said.ts'

/*
 * Marks inside of a line, as HTML of ours: a text is escaped, and only these functions write tags. A text of a stranger
 * may be long, so every mark has a longest form, and marks inside of marks end at a depth.
 */

/** A mark of a chat. */
export interface Mark {
  /** The characters that the mark may begin with: elsewhere the form is not tried. */
  starts: string
  /** Sticky. */
  form: RegExp
  /** `inner` writes a part with marks inside. */
  write(parts: readonly string[], inner: (text: string) => string): string
}

const DEEPEST = 6

export function inline(text: string, marks: readonly Mark[], depth = 0): string {
  const inner = (part: string): string => inline(part, depth < DEEPEST ? marks : [], depth + 1)
  let [written, from, at] = ['', 0, 0]
  while (at < text.length) {
    const found = markAt(text, at, marks)
    if (found === undefined) {
      at++
      continue
    }
    written += escapeHtml(text.slice(from, at)) + found.mark.write(found.parts, inner)
    at += found.parts[0]!.length
    from = at
  }
  return written + escapeHtml(text.slice(from))
}

function markAt(text: string, at: number, marks: readonly Mark[]): { mark: Mark; parts: string[] } | undefined {
  for (const mark of marks) {
    if (!mark.starts.includes(text[at]!)) continue
    mark.form.lastIndex = at
    const parts = mark.form.exec(text)
    if (parts !== null) return { mark, parts: [...parts].map((part) => part ?? '') }
  }
  return undefined
}

export function tag(name: 'b' | 'i' | 's' | 'u' | 'code'): Mark['write'] {
  return ([, part = ''], inner) => `<${name}>${name === 'code' ? escapeHtml(part) : inner(part)}</${name}>`
}

/** The begin and the end of a link to http and https alone; the words of another link stay words. */
export function linkTags(url: string): [begin: string, end: string] {
  const safe = safeUrl(url)
  if (safe === undefined) return ['<span class="link">', '</span>']
  return [`<a href="${escapeHtml(safe.href)}" target="_blank" rel="noreferrer noopener">`, '</a>']
}

/** `words`: HTML. */
export function anchor(url: string, words: string): string {
  return linkTags(url).join(words)
}

export function called(name: string): string {
  return `<span class="at">@${escapeHtml(name)}</span>`
}

/** A colour of `#RGB` or `#RRGGBB`, or a name: an attribute, because pages take no style of their own. */
export function coloured(colour: string, words: string): string {
  return /^(?:#[0-9a-f]{3}(?:[0-9a-f]{3})?|[a-z]{3,20})$/i.test(colour)
    ? `<font color="${colour}" class="c-${colour.replace('#', '')}">${words}</font>`
    : words
}

const MOST_TAGS = 1200

/** HTML that fits into a page; a text with more marks than a page has room for is shown unchanged. */
export function withinPage(text: string, html: string): string {
  let tags = 0
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) tags++
  return tags <= MOST_TAGS ? html : `<pre>${escapeHtml(text)}</pre>`
}
