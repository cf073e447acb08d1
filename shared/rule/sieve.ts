/** False: the text, once folded, is surely none of the values. True: it may be. */
export type Sieve = (text: string) => boolean

const BITS = 4_095
/** Part of the one character whose fold is longer than itself (İ). */
const GROWN = '\u0307'

/**
 * Length, first and last character tell nearly all texts apart before any of them is folded or hashed,
 * which costs several times as much. A character beyond ASCII may fold to anything: it passes.
 */
export function compileSieve(values: Iterable<string>): Sieve {
  const marks = new Uint8Array(BITS + 1)
  for (const value of values) {
    if (value.includes(GROWN)) return () => true
    if (isPlain(value)) marks[markOf(value)] = 1
  }
  return (text) => marks[markOf(text)] === 1 || !isPlain(text)
}

/** Bit 0x20 is what differs between the cases of an ASCII letter. */
function markOf(text: string): number {
  const last = text.length - 1
  if (last < 0) return 0
  return (text.length * 641 + (text.charCodeAt(0) | 0x20) * 37 + (text.charCodeAt(last) | 0x20)) & BITS
}

function isPlain(text: string): boolean {
  const last = text.length - 1
  return last < 0 || (text.charCodeAt(0) < 0x80 && text.charCodeAt(last) < 0x80)
}
