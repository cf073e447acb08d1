import { isAscii, isUtf8 } from 'node:buffer'
import { JsonPieces, PIECE_CHARS } from './json-pieces.ts'
import { beginScan, MAX_DEPTH, scanOn, withQuoted } from './json-scan.ts'
import { LIMITS } from './limits.ts'
import { finish, inSlices, STEP, type Steps } from './steps.ts'

export type ParsedJson =
  | { ok: true; value: unknown }
  | { ok: false; reason: 'utf8' | 'syntax' | 'too_deep'; message: string }

export interface JsonReading {
  /** A number that JavaScript cannot hold is read as a text. Otherwise the number is rounded, as by JSON.parse. */
  exact?: boolean
  /** Bytes that are not UTF-8 become U+FFFD, as in Go: one bad byte costs no other alert of the body. */
  replace?: boolean
  /** The most values that the text may have: JSON.parse cannot be interrupted. */
  mostValues?: number
  /** The most names of an object of a large text: a loop over names cannot be interrupted. */
  mostNames?: number
}

/** For the bodies of senders. */
export const SENT: JsonReading = { replace: true, mostNames: LIMITS.objectNames }
/** For the bodies of senders whose values become texts. */
export const AS_SENT: JsonReading = { ...SENT, exact: true }

/**
 * JSON as hostile senders write JSON. A scan finds the depth first: a parser that recurses into a million brackets
 * costs time and stack. Text is well-formed afterwards: a lone surrogate, which only an escape can bring in, becomes
 * U+FFFD as in Go, so the text that users see is also the text that made the identity. An own property named
 * `__proto__` stays an ordinary name.
 */
export function parseJson(bytes: Uint8Array, reading: JsonReading = {}): ParsedJson {
  return finish(jsonSteps(bytes, reading))
}

/** The same with pauses, for bodies of requests, which may have megabytes. */
export function parseJsonInSlices(bytes: Uint8Array, reading?: JsonReading): Promise<ParsedJson> {
  return inSlices(jsonSteps(bytes, reading))
}

/** Smaller texts are parsed at once. */
const LARGE_BYTES = 256 * 1024

export function* jsonSteps(bytes: Uint8Array, reading: JsonReading = {}): Steps<ParsedJson> {
  const { exact = false, replace = false, mostValues, mostNames } = reading
  const decoded = decodeUtf8(bytes)
  if (decoded === undefined && !replace) return NOT_UTF8
  const text = decoded ?? new TextDecoder().decode(bytes)
  const scan = beginScan(exact)
  const pieces = bytes.length > LARGE_BYTES ? new JsonPieces(text, scan, parseText, mostNames) : undefined
  while (scan.at < text.length) {
    const isShallow = scanOn(scan, text, pieces && scan.at + PIECE_CHARS, pieces)
    if (!isShallow) return { ok: false, reason: 'too_deep', message: `nested more than ${MAX_DEPTH} deep` }
    if (pieces !== undefined) yield 2 * STEP
  }
  if (mostValues !== undefined && scan.commas >= mostValues) {
    return { ok: false, reason: 'syntax', message: `limit: there are more than ${mostValues} values in it` }
  }
  if (pieces?.hasTooManyNames) {
    return { ok: false, reason: 'syntax', message: `limit: an object has more than ${mostNames} names` }
  }
  try {
    const whole = (): unknown => parseText(withQuoted(text, scan.inexact ?? []))
    return { ok: true, value: pieces === undefined ? whole() : pieces.value() }
  } catch (error) {
    // What is no JSON and no UTF-8 is most likely no text at all.
    if (decoded === undefined) return NOT_UTF8
    return { ok: false, reason: 'syntax', message: syntaxMessage(error as Error, text) }
  }
}

/** JSON.parse, with well-formed texts. */
function parseText(json: string): unknown {
  const value: unknown = JSON.parse(json)
  return SURROGATE_ESCAPE.test(json) ? wellFormed(value) : value
}

const NOT_UTF8: ParsedJson = { ok: false, reason: 'utf8', message: 'the body is not valid UTF-8' }

/** JSON.parse, with the numbers that JavaScript cannot hold as texts. Throws as JSON.parse does. */
export function parseExact(text: string): unknown {
  if (!MAYBE_INEXACT.test(text)) return JSON.parse(text)
  const scan = beginScan(true)
  return JSON.parse(scanOn(scan, text) ? withQuoted(text, scan.inexact!) : text)
}

/** Most texts have no such number, and need no scan. A number begins the text, or stands behind a sign or a space. */
const MAYBE_INEXACT = /(?:^|[[:,\s])-?\d(?:[\d.]{15}|[\d.]*[eE][-+]?\d{3})/

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

/** Every request passes here, hence Node's vectorised checks; ASCII is also the cheapest text to parse. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isAscii(buffer)) return buffer.toString('latin1')
  if (!isUtf8(buffer)) return undefined
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf
  return buffer.toString('utf8', hasMark ? 3 : 0)
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
