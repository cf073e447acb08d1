import { isUtf8 } from 'node:buffer'

/*
 * A string of Go is any bytes, mostly UTF-8. Here a string is a text; a byte that belongs to no character of UTF-8, as
 * a slice through a character leaves it, is a lone surrogate from U+DC80 to U+DCFF (the way of PEP 383). No character
 * of UTF-8 is such a surrogate, so both forms hold the same.
 */

const FIRST_BYTE = 0xdc80
const LAST_BYTE = 0xdcff
const REPLACEMENT = Buffer.from('\ufffd')

/** The bytes that Go has for the text. */
export function toBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text)
  const parts: Buffer[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at)!
    if (code > 0xffff) at++
    else if (code >= 0xd800 && code <= 0xdfff) {
      const isByte = code >= FIRST_BYTE && code <= LAST_BYTE
      parts.push(Buffer.from(text.slice(from, at)), isByte ? Buffer.of(code & 0xff) : REPLACEMENT)
      from = at + 1
    }
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(from))])
}

/** The text of bytes; bytes of a character that were apart come together. */
export function fromBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < bytes.length; ) {
    const width = widthAt(bytes, at)
    if (width > 0) {
      at += width
      continue
    }
    parts.push(bytes.toString('utf8', from, at), String.fromCharCode(0xdc00 | bytes[at]!))
    from = ++at
  }
  return parts.join('') + bytes.toString('utf8', from)
}

/** Length of the character that begins there; 0: no character of UTF-8 does. */
function widthAt(bytes: Buffer, at: number): number {
  const first = bytes[at]!
  if (first < 0x80) return 1
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  return isUtf8(bytes.subarray(at, at + width)) && at + width <= bytes.length ? width : 0
}

/** Go's `len`. */
export function byteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text) : toBytes(text).length
}

/** Order by bytes, as Go compares strings. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  // The order of UTF-16 differs from the order of UTF-8 only where a surrogate is.
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1
  return Buffer.compare(toBytes(a), toBytes(b))
}

const SURROGATE = /[\ud800-\udfff]/

/** Bytes of a character that were apart come together. */
export function normalised(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text))
}

/** The text as it leaves the templates: a byte that belongs to no character becomes U+FFFD. */
export function wellFormed(text: string): string {
  return normalised(text).toWellFormed()
}
