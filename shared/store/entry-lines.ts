import type { Steps } from '../base/steps.ts'

/*
 * A list of thousands of entries as one JSON text with a line for each entry, so the text is read and written in steps. A
 * piece ends where the entries themselves say, so a changed entry changes its own piece, wherever the entry stands.
 */

/** At most three bytes for each UTF-16 unit: a piece stays below the limit of an item. */
const PIECE_CHARS = 100_000
/** A piece of a list has so many characters at least, and about twice as many mostly. */
const LEAST_CHARS = 32_000
/** Of so many entries one ends a piece. */
const ENDS_ONE_OF = 32
/** Characters of JSON for one unit of `Steps`. */
const CHARS_PER_UNIT = 40

/** The text before and behind the entries. */
export interface Frame {
  open: string
  close: string
}

export const LIST: Frame = { open: '[', close: ']' }

/** The pieces of a text. `entries`: JSON, or several values with a comma and a line end between. */
export function* piecesOfEntries(entries: Iterable<string>, { open, close }: Frame): Steps<string[]> {
  const pieces: string[] = []
  let piece = open
  let between = '\n'
  for (const entry of entries) {
    if (piece.length >= LEAST_CHARS && (piece.length + entry.length > PIECE_CHARS || endsPiece(entry))) {
      pieces.push(...splitText(piece))
      piece = ''
    }
    piece += between + entry
    between = ',\n'
    yield 1 + entry.length / CHARS_PER_UNIT
  }
  return [...pieces, ...splitText(`${piece}\n${close}`)]
}

/** JSON of each value, in steps. */
export function* jsonOfEach(values: Iterable<unknown>): Steps<string[]> {
  const texts: string[] = []
  for (const value of values) {
    const text = JSON.stringify(value)
    texts.push(text)
    yield 1 + text.length / CHARS_PER_UNIT
  }
  return texts
}

/** The entries of a list. An earlier release wrote the list in one line, and so is a short list written. */
export function* readEntries(pieces: readonly string[]): Steps<unknown[]> {
  const text = pieces.join('')
  if (text === '') return []
  if (!text.includes('\n')) return JSON.parse(text) as unknown[]
  const entries: unknown[] = []
  for (const line of entryLines(text)) {
    entries.push(JSON.parse(line))
    yield 1 + line.length / CHARS_PER_UNIT
  }
  return entries
}

/** The lines of the entries, without what stands around and between the entries. */
function* entryLines(text: string): Generator<string> {
  const last = text.lastIndexOf('\n')
  for (let from = text.indexOf('\n') + 1; from > 0 && from <= last; ) {
    const to = text.indexOf('\n', from)
    yield text.slice(from, to === last ? to : to - 1)
    from = to + 1
  }
}

/** Never splits a surrogate pair: half a pair is not UTF-8 and would not come back. */
export function splitText(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + PIECE_CHARS, text.length)
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

/** The beginning of an entry has its id. FNV-1a, as any hash would do. */
function endsPiece(entry: string): boolean {
  let hash = 0x811c9dc5
  for (let at = 0; at < entry.length && at < 64; at++) hash = Math.imul(hash ^ entry.charCodeAt(at), 0x01000193)
  return (hash >>> 8) % ENDS_ONE_OF === 0
}
