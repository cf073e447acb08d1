import { type MayMatch, type WatchNode, watchedKey } from './watch.ts'

/*
 * One pass over the bytes of a line, a third of the time of JSON.parse. The pass checks the whole grammar of JSON, since
 * a line that is no JSON has to be named, and gives up where a case needs thought: the line is parsed then, and
 * parsing decides. Giving up costs time, never a match.
 */

/** The line has to be parsed. */
export const PARSE = -1

/** Every line that nests deeper is parsed. */
const MAX_DEPTH = 60

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d
const LIST_OPEN = 0x5b
const LIST_CLOSE = 0x5d
const COMMA = 0x2c
const COLON = 0x3a
const SPACE = 0x20

/** Bytes that stand for themselves in a string. Bytes beyond ASCII do too, and are looked at apart. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => {
  return byte >= SPACE && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0
})

export interface Scanner {
  /** The place behind the object that begins at `at`, if no value inside may match; otherwise `PARSE`. */
  scan(bytes: Buffer, at: number): number
}

export function createScanner(root: WatchNode): Scanner {
  // The objects and lists that are open around the present object or list, by depth.
  const kinds = new Uint8Array(MAX_DEPTH + 1)
  const nodes: (WatchNode | undefined)[] = []
  return {
    scan(bytes, at) {
      if (bytes[at] !== OPEN) return PARSE
      let i = at + 1
      let depth = 1
      let inObject = true
      let node: WatchNode | undefined = root
      let isEmpty = bytes[i] === CLOSE
      for (;;) {
        let test: MayMatch | undefined
        let inside: WatchNode | undefined = node
        if (inObject && !isEmpty) {
          const key = bytes[i] === QUOTE ? stringEnd(bytes, i + 1) : PARSE
          const end = key < 0 ? ~key : key
          if (key === PARSE || bytes[end + 1] !== COLON) return PARSE
          if (node !== undefined) {
            // A key that is written with escapes may be any key.
            if (key < 0) return PARSE
            const watched = watchedKey(node, bytes, i + 1, end)
            inside = watched?.inside
            test = watched?.test
          }
          i = bytes[end + 2] === SPACE ? end + 3 : end + 2
        }
        const first = bytes[i]
        if (isEmpty) isEmpty = false
        else if (first === OPEN || first === LIST_OPEN) {
          // Rules see the items of a list in the place of a text, and an object as its JSON.
          if (test !== undefined || depth === MAX_DEPTH) return PARSE
          kinds[depth] = inObject ? 1 : 0
          nodes[depth++] = node
          inObject = first === OPEN
          node = inside
          isEmpty = bytes[++i] === (inObject ? CLOSE : LIST_CLOSE)
          continue
        } else {
          i = valueEnd(bytes, i, test)
          if (i === PARSE) return PARSE
        }
        while (bytes[i] !== COMMA) {
          if (bytes[i++] !== (inObject ? CLOSE : LIST_CLOSE)) return PARSE
          if (--depth === 0) return i
          inObject = kinds[depth] === 1
          node = nodes[depth]
        }
        i = bytes[i + 1] === SPACE ? i + 2 : i + 1
      }
    },
  }
}

/** The place behind a value that is no object and no list. A watched value that is no simple text may match. */
function valueEnd(bytes: Buffer, at: number, test: MayMatch | undefined): number {
  const first = bytes[at] as number
  if (first === QUOTE) {
    const end = stringEnd(bytes, at + 1)
    if (test === undefined && end < PARSE) return ~end + 1
    return end < 0 || test?.(bytes, at + 1, end) ? PARSE : end + 1
  }
  // Null is no text, so no anchor asks for null.
  if (first === N) return isWord(bytes, at, NULL) ? at + NULL.length : PARSE
  if (test !== undefined) return PARSE
  if (first === T) return isWord(bytes, at, TRUE) ? at + TRUE.length : PARSE
  if (first === F) return isWord(bytes, at, FALSE) ? at + FALSE.length : PARSE
  return numberEnd(bytes, at)
}

const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const N = 0x6e
const T = 0x74
const F = 0x66

function isWord(bytes: Buffer, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}

/**
 * The place of the quote that ends a string; `~place` for a string with escapes or bytes beyond ASCII. Nearly every string ends in this function, which has to stay small: a longer function halves the speed of the whole scan.
 */
function stringEnd(bytes: Buffer, from: number): number {
  let i = from
  while (PLAIN[bytes[i] as number] === 1) i++
  return bytes[i] === QUOTE ? i : unusualEnd(bytes, i)
}

function unusualEnd(bytes: Buffer, from: number): number {
  for (let i = from; ; i++) {
    const byte = bytes[i] as number
    if (byte === QUOTE) return ~i
    // `\u` and four digits, and every mistake, are left to the parser.
    if (byte === BACKSLASH && ESCAPED.includes(bytes[i + 1] as number)) i++
    else if (PLAIN[byte] !== 1 && !(byte >= 0x80)) return PARSE
  }
}

const ESCAPED = Buffer.from('"\\/bfnrt')

/** https://www.rfc-editor.org/rfc/rfc8259#section-6, without exponents. */
function numberEnd(bytes: Buffer, at: number): number {
  let i = bytes[at] === MINUS ? at + 1 : at
  if (bytes[i] === ZERO) i++
  else {
    const end = digitsEnd(bytes, i)
    if (end === i) return PARSE
    i = end
  }
  if (bytes[i] !== DOT) return i
  const end = digitsEnd(bytes, i + 1)
  return end === i + 1 ? PARSE : end
}

function digitsEnd(bytes: Buffer, from: number): number {
  let i = from
  while ((bytes[i] as number) >= ZERO && (bytes[i] as number) <= NINE) i++
  return i
}

const ZERO = 0x30
const NINE = 0x39
const MINUS = 0x2d
const DOT = 0x2e
