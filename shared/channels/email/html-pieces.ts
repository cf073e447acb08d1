/** A piece of a page of HTML, in the order of the page. */
export type Piece =
  | { words: string }
  /** `name`: in small letters; empty for a sign `<` that begins no tag. `source`: from `<` up to the place before `>`. */
  | { name: string; ends: boolean; source: string }

/** Elements of which nothing is shown. */
const HIDDEN: ReadonlySet<string> = new Set(['head', 'script', 'style', 'title'])

/**
 * The words and the tags of a page, without comments and hidden elements. One walk from tag to tag: the time grows with the
 * length of the page, whatever is in the page.
 */
export function* htmlPieces(html: string): Iterable<Piece> {
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at)
    const close = open < 0 ? -1 : html.indexOf('>', open)
    if (close < 0) {
      yield { words: html.slice(at) }
      return
    }
    yield { words: html.slice(at, open) }
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open)
      continue
    }
    const [, slash, written = ''] = /^<(\/?)([A-Za-z][A-Za-z0-9]*)/.exec(html.slice(open, open + 32)) ?? []
    const [name, ends] = [written.toLowerCase(), slash === '/']
    at = close + 1
    if (!ends && HIDDEN.has(name)) at = after(html, '>', after(html, `</${written}`, open) - 1)
    else yield { name, ends, source: html.slice(open, close) }
  }
}

/** The place behind the word; without the word, the end of the page. */
function after(html: string, word: string, from: number): number {
  const at = html.indexOf(word, from)
  return at < 0 ? html.length : at + word.length
}
