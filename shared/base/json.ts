import { isAscii, isUtf8 } from 'node:buffer'
import { losesDigits } from './digits.ts'

export type ParsedJson =
  | { ok: true; value: unknown }
  | { ok: false; reason: 'utf8' | 'syntax' | 'too_deep'; message: string }

/** Nesting of arrays and objects. Real payloads nest fewer than ten deep. */
const MAX_DEPTH = 32

export interface JsonReading {
  /** A number that JavaScript cannot hold is read as its text. Otherwise it is rounded, as JSON.parse does. */
  exact?: boolean
  /** Bytes that are not UTF-8 become U+FFFD, as in Go: one bad byte costs no other alert of the body. */
  replace?: boolean
  /** The most values that the text may have: JSON.parse cannot be interrupted. */
  mostValues?: number
}

/** For the bodies of senders whose values become texts. */
export const AS_SENT: JsonReading = { exact: true, replace: true }

/**
 * JSON as hostile senders write JSON. A scan finds the depth first: a parser that recurses into a million brackets
 * costs time and stack. Text is well-formed afterwards: a lone surrogate, which only an escape can bring in, becomes
 * U+FFFD as in Go, so the text that users see is also the text that made the identity. An own property named
 * `__proto__` stays an ordinary name.
 */
export function parseJson(
  bytes: Uint8Array,
  { exact = false, replace = false, mostValues }: JsonReading = {},
): ParsedJson {
  const decoded = decodeUtf8(bytes)
  if (decoded === undefined && !replace) return NOT_UTF8
  const text = decoded ?? new TextDecoder().decode(bytes)
  const numbers: Span[] = []
  const commas = scan(text, exact ? numbers : undefined)
  if (commas === TOO_DEEP) return { ok: false, reason: 'too_deep', message: `nested more than ${MAX_DEPTH} deep` }
  if (mostValues !== undefined && commas >= mostValues) {
    return { ok: false, reason: 'syntax', message: `limit: there are more than ${mostValues} values in it` }
  }
  try {
    const value: unknown = JSON.parse(numbers.length === 0 ? text : withQuoted(text, numbers))
    return { ok: true, value: SURROGATE_ESCAPE.test(text) ? wellFormed(value) : value }
  } catch (error) {
    // What is no JSON and no UTF-8 is most likely no text at all.
    if (decoded === undefined) return NOT_UTF8
    return { ok: false, reason: 'syntax', message: syntaxMessage(error as Error, text) }
  }
}

const NOT_UTF8: ParsedJson = { ok: false, reason: 'utf8', message: 'the body is not valid UTF-8' }

/** JSON.parse, with the numbers that JavaScript cannot hold as texts. Throws as JSON.parse does. */
export function parseExact(text: string): unknown {
  if (!MAYBE_INEXACT.test(text)) return JSON.parse(text)
  const numbers: Span[] = []
  if (scan(text, numbers) === TOO_DEEP || numbers.length === 0) return JSON.parse(text)
  return JSON.parse(withQuoted(text, numbers))
}

/** Most texts have no such number, and need no scan. */
const MAYBE_INEXACT = /[\d.]{16}|\d[eE][-+]?\d{3}/

/** From, to. */
type Span = readonly [number, number]

function withQuoted(text: string, numbers: readonly Span[]): string {
  const parts: string[] = []
  let at = 0
  for (const [from, to] of numbers) {
    parts.push(text.slice(at, from), '"', text.slice(from, to), '"')
    at = to
  }
  return parts.join('') + text.slice(at)
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

/** Every request passes here, hence Node's vectorised checks; ASCII is also the cheapest text to parse. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isAscii(buffer)) return buffer.toString('latin1')
  if (!isUtf8(buffer)) return undefined
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf
  return buffer.toString('utf8', hasMark ? 3 : 0)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{`, `]` and `}` differ in this bit only. */
const CURLY = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * The number of commas, or that the text nests too deeply. Adds to `inexact` the numbers that JavaScript cannot hold.
 * What is inside strings does not count; whether the text is JSON at all is the parser's question. Jumping from quote
 * to quote with `indexOf` takes two thirds of the time of a loop over the bytes.
 */
function scan(text: string, inexact: Span[] | undefined): number {
  let commas = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) {
      i = endOfString(text, i)
      if (i < 0) return commas
    } else if ((unit | CURLY) === OPEN) {
      if (++depth > MAX_DEPTH) return TOO_DEEP
    } else if ((unit | CURLY) === CLOSE) depth--
    else if (unit === COMMA) commas++
    else if (inexact !== undefined && unit <= NINE && (unit >= ZERO || unit === MINUS)) {
      const end = endOfNumber(text, i)
      if (isInexact(text.slice(i, end)) && !isName(text, end)) inexact.push([i, end])
      i = end - 1
    }
  }
  return commas
}

/** One after the last character that a number can have. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end)
    const belongs = (unit >= ZERO && unit <= NINE) || unit === DOT || unit === PLUS || unit === MINUS
    if (!belongs && (unit | LOWER) !== EXPONENT) break
  }
  return end
}

function isInexact(number: string): boolean {
  return losesDigits(number) && NUMBER.test(number)
}

/** A number in the place of a name is no JSON, and stays none. */
function isName(text: string, end: number): boolean {
  let at = end
  while (BLANK.has(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === COLON
}

const TOO_DEEP = -1
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39
const MINUS = 0x2d
const PLUS = 0x2b
const DOT = 0x2e
const COLON = 0x3a
const LOWER = 0x20
const EXPONENT = 0x65
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d])
/** https://www.rfc-editor.org/rfc/rfc8259#section-6 */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/**
 * The quote that ends a string: the next quote with an even number of backslashes before. -1: the string has no end.
 */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    if ((end - before) % 2 === 1) return end
  }
  return -1
}

/** V8's message without the part that repeats the sender's text. */
function syntaxMessage({ message }: Error, text: string): string {
  const at = / in JSON at position (\d+)/.exec(message)?.[1]
  const cutOff = at !== undefined && Number(at) >= text.trimEnd().length
  if (cutOff || /^Unexpected end|^Unterminated string/.test(message)) return 'unexpected EOF'
  const token = /^Unexpected token (.{1,4}?), /su.exec(message)
  if (token) return `invalid character ${token[1]}`
  const known = /^(.{1,100}? in JSON at position \d+)/su.exec(message)
  return known ? known[1]!.charAt(0).toLowerCase() + known[1]!.slice(1) : 'invalid JSON'
}

/** Bounded by MAX_DEPTH. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name.toWellFormed(), wellFormed(of)]))
}
