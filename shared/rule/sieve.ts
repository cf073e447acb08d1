/** False: the text, once folded, is certainly none of the values. True: the text may be a value. */
export type Sieve = (text: string) => boolean

/** Part of the only character whose fold is longer than the character (İ). */
const GROWN = '\u0307'

/**
 * Length, first and last character tell nearly all texts apart before folding or hashing, which costs several times as
 * much. A character beyond ASCII may fold to any other character, so the text passes.
 */
export function compileSieve(values: Iterable<string>): Sieve {
  const all = [...values]
  if (all.some((value) => value.includes(GROWN))) return () => true
  const plain = [...new Set(all.filter(isPlain).map(markOf))]
  const [only] = plain
  if (plain.length === 1) return (text) => markOf(text) === only || !isPlain(text)
  // Eight slots or more per value, so that few values share a slot.
  const size = 2 ** Math.min(16, 4 + Math.ceil(Math.log2(plain.length + 1)))
  const marks = new Uint8Array(size)
  for (const mark of plain) marks[mark & (size - 1)] = 1
  return (text) => marks[markOf(text) & (size - 1)] === 1 || !isPlain(text)
}

/** Bit 0x20 is the difference between the cases of an ASCII letter. */
function markOf(text: string): number {
  const last = text.length - 1
  if (last < 0) return 0
  return text.length * 641 + (text.charCodeAt(0) | 0x20) * 37 + (text.charCodeAt(last) | 0x20)
}

function isPlain(text: string): boolean {
  const last = text.length - 1
  return last < 0 || (text.charCodeAt(0) < 0x80 && text.charCodeAt(last) < 0x80)
}
