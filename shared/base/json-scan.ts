import { losesDigits } from './digits.ts'

/** Nesting of arrays and objects. Real payloads nest fewer than ten deep. */
export const MAX_DEPTH = 32

/** From, to. */
export type Span = readonly [number, number]

/** The findings of a scan in the text up to `at`. */
export interface JsonScan {
  at: number
  depth: number
  /** Commas outside of strings. */
  commas: number
  /** Absent: numbers are not looked at. */
  inexact: Span[] | undefined
}

/** Told of brackets and commas outside of strings, in the order of the text. */
export interface ScanListener {
  open(at: number): void
  close(at: number): void
  comma(at: number): void
}

export function beginScan(exact: boolean): JsonScan {
  return { at: 0, depth: 0, commas: 0, inexact: exact ? [] : undefined }
}

/**
 * Reads on up to `until`, or to the end of the string or number there. False: the text nests too deeply. Adds the
 * numbers that JavaScript cannot hold. Characters inside of strings do not count; whether the text is JSON at all is
 * the parser's question. Jumping from quote to quote with `indexOf` takes two thirds of the time of a loop over the bytes.
 */
export function scanOn(scan: JsonScan, text: string, until = text.length, listener?: ScanListener): boolean {
  const { inexact } = scan
  const end = Math.min(until, text.length)
  let { depth, commas } = scan
  let i = scan.at
  for (; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) {
      i = endOfString(text, i)
      if (i < 0) i = text.length
    } else if ((unit | CURLY) === OPEN) {
      if (++depth > MAX_DEPTH) return false
      listener?.open(i)
    } else if ((unit | CURLY) === CLOSE) {
      depth--
      listener?.close(i)
    } else if (unit === COMMA) {
      commas++
      listener?.comma(i)
    } else if (inexact !== undefined && unit <= NINE && (unit >= ZERO || unit === MINUS)) {
      const last = endOfNumber(text, i)
      if (isInexact(text, i, last) && !isName(text, last)) inexact.push([i, last])
      i = last - 1
    }
  }
  scan.at = i
  scan.depth = depth
  scan.commas = commas
  return true
}

/** The text from `from` to `to`, with the given numbers in it as texts. */
export function withQuoted(text: string, numbers: readonly Span[], from = 0, to = text.length): string {
  if (numbers.length === 0) return text.slice(from, to)
  const parts: string[] = []
  let at = from
  for (const [begin, end] of numbers) {
    parts.push(text.slice(at, begin), '"', text.slice(begin, end), '"')
    at = end
  }
  return parts.join('') + text.slice(at, to)
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

/** A text of four characters has neither 16 digits nor an exponent of three, and most numbers are so short. */
function isInexact(text: string, from: number, to: number): boolean {
  if (to - from < 5) return false
  const number = text.slice(from, to)
  return losesDigits(number) && NUMBER.test(number)
}

/** A number in the place of a name is no JSON, and stays none. */
function isName(text: string, end: number): boolean {
  let at = end
  while (BLANK.has(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === COLON
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

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{`, `]` and `}` differ in this bit only. */
const CURLY = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d
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
