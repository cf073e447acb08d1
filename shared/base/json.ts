import { isAscii, isUtf8 } from 'node:buffer'

export type ParsedJson =
  | { ok: true; value: unknown }
  | { ok: false; reason: 'utf8' | 'syntax' | 'too_deep'; message: string }

/** Nesting of arrays and objects. Real payloads nest fewer than ten deep. */
const MAX_DEPTH = 32

/**
 * JSON as hostile senders write JSON. A scan finds the depth first: a parser that recurses into a million brackets
 * costs time and stack. Text is well-formed afterwards: a lone surrogate, which only an escape can bring in, becomes
 * U+FFFD as in Go, so the text that users see is also the text that made the identity. An own property named
 * `__proto__` stays an ordinary name.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const text = decodeUtf8(bytes)
  if (text === undefined) return { ok: false, reason: 'utf8', message: 'the body is not valid UTF-8' }
  if (tooDeep(text)) return { ok: false, reason: 'too_deep', message: `nested more than ${MAX_DEPTH} deep` }
  try {
    const value: unknown = JSON.parse(text)
    return { ok: true, value: SURROGATE_ESCAPE.test(text) ? wellFormed(value) : value }
  } catch (error) {
    return { ok: false, reason: 'syntax', message: syntaxMessage(error as Error, text) }
  }
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
 * Brackets inside strings do not count; whether the text is JSON at all is the parser's question. Jumping from quote to
 * quote with `indexOf` takes two thirds of the time of a loop over the bytes.
 */
function tooDeep(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) {
      i = endOfString(text, i)
      if (i < 0) return false
    } else if ((unit | CURLY) === OPEN) {
      if (++depth > MAX_DEPTH) return true
    } else if ((unit | CURLY) === CLOSE) depth--
  }
  return false
}

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
