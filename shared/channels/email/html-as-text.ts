import { htmlPieces } from './html-pieces.ts'

/* A page of HTML as text, for the part of a message that mail programs without HTML show. */

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
  for (const piece of htmlPieces(html)) {
    if ('words' in piece) {
      pieces.push(textOf(piece.words))
      continue
    }
    const { name, ends, source } = piece
    if (name === 'br' || BLOCKS.has(name)) pieces.push(name === 'li' && !ends ? '\n- ' : '\n')
    else if (name === 'td' || name === 'th') pieces.push(' ')
    else if (name === 'a' && !ends) link = { url: urlOf(source), from: pieces.length }
    else if (name === 'a' && link !== undefined) {
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
