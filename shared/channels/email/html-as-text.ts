/*
 * A page of HTML as text, for the part of a message that mail programs without HTML show. One walk from tag to tag: the
 * time grows with the length of the page, whatever is in the page.
 */

/** Elements of which nothing is shown. */
export const HIDDEN: ReadonlySet<string> = new Set(['head', 'script', 'style', 'title'])
/** Elements that begin and end a line. */
const BLOCKS = new Set([
  ...[
    'address',
    'article',
    'blockquote',
    'div',
    'dl',
    'footer',
    'form',
    'header',
    'hr',
    'li',
    'main',
    'ol',
    'p',
    'pre',
  ],
  ...['section', 'table', 'tr', 'ul', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
])
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

export function htmlAsText(html: string): string {
  const pieces: string[] = []
  let link: { url: string; from: number } | undefined
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at)
    const close = open < 0 ? -1 : html.indexOf('>', open)
    if (close < 0) {
      pieces.push(textOf(html.slice(at)))
      break
    }
    pieces.push(textOf(html.slice(at, open)))
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open)
      continue
    }
    const [, end, name = ''] = /^<(\/?)([A-Za-z][A-Za-z0-9]*)/.exec(html.slice(open, open + 32)) ?? []
    const element = name.toLowerCase()
    at = close + 1
    if (end === '' && HIDDEN.has(element)) at = after(html, '>', after(html, `</${name}`, open) - 1)
    else if (element === 'br' || BLOCKS.has(element)) pieces.push(element === 'li' && end === '' ? '\n- ' : '\n')
    else if (element === 'td' || element === 'th') pieces.push(' ')
    else if (element === 'a' && end === '') link = { url: urlOf(html.slice(open, close)), from: pieces.length }
    else if (element === 'a' && link !== undefined) {
      const shown = pieces.slice(link.from).join('').trim()
      if (link.url !== '' && link.url !== shown) pieces.push(` (${link.url})`)
      link = undefined
    }
  }
  const lines = pieces
    .join('')
    .split('\n')
    .map((line) => line.replace(/[^\S\n]+/g, ' ').trim())
  return `${lines
    .filter((line, index) => line !== '' || (lines[index - 1] ?? '') !== '')
    .join('\n')
    .trim()}\n`
}

/** The place behind the word; without the word, the end of the page. */
export function after(html: string, word: string, from: number): number {
  const at = html.indexOf(word, from)
  return at < 0 ? html.length : at + word.length
}

/** The address of a link; empty for an address that is no page and no mailbox. */
export function urlOf(tag: string): string {
  const [, double, single] = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag) ?? []
  const url = decoded(double ?? single ?? '').trim()
  return /^(?:https?|mailto):/i.test(url) ? url : ''
}

function textOf(html: string): string {
  return decoded(html.replace(/\s+/g, ' '))
}

/** Without entities. */
export function decoded(html: string): string {
  return html.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code).toWellFormed() : ''
  })
}
