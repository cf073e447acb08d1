import type { TextTest } from './glob.ts'

/** Below this number, a search per needle is faster than looking at every character. */
const FEW = 12
/** Characters that are looked at together. */
export const GRAM = 4

/**
 * Texts to find within another text, with a value per needle. A single pass finds every needle, for any number of
 * needles.
 */
export interface Needles<Value> {
  /** Four characters → the needles that are found by these characters. */
  byGram: ReadonlyMap<number, readonly NeedleEntry<Value>[]>
  /** 1 where a needle may exist: most characters of a text need no further look. */
  marks: Uint8Array
}

interface NeedleEntry<Value> {
  needle: string
  /** The place in the needle of the four characters by which the needle is found. */
  at: number
  value: Value
}

/** Whether a text contains a needle. */
export function compileNeedles(needles: readonly string[]): TextTest {
  if (needles.length <= FEW) return (text) => needles.some((needle) => text.includes(needle))
  const short = needles.filter((needle) => needle.length < GRAM)
  const long = buildNeedles(new Map(needles.filter((needle) => needle.length >= GRAM).map((needle) => [needle, true])))
  return (text) => short.some((needle) => text.includes(needle)) || scanNeedles(long, text, () => true)
}

/**
 * Files a needle, of at least four characters, under the four characters that the fewest needles share: many needles
 * begin alike.
 */
export function buildNeedles<Value>(needles: ReadonlyMap<string, Value>): Needles<Value> {
  const counts = new Map<number, number>()
  for (const needle of needles.keys()) {
    for (const gram of new Set(gramsOf(needle))) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  const byGram = new Map<number, NeedleEntry<Value>[]>()
  const marks = new Uint8Array(MARKS)
  for (const [needle, value] of needles) {
    const own = gramsOf(needle)
    let at = 0
    for (const [index, gram] of own.entries()) {
      if ((counts.get(gram) ?? 0) < (counts.get(own[at] ?? 0) ?? 0)) at = index
    }
    const gram = own[at] ?? 0
    marks[markOf(gram)] = 1
    const known = byGram.get(gram)
    if (known === undefined) byGram.set(gram, [{ needle, at, value }])
    else known.push({ needle, at, value })
  }
  return { byGram, marks }
}

/**
 * Calls `visit` for the value of every needle found, maybe more than once, until `visit` returns true; returns whether
 * `visit` did.
 */
export function scanNeedles<Value>(needles: Needles<Value>, text: string, visit: (value: Value) => boolean): boolean {
  const { byGram, marks } = needles
  for (let end = 0, gram = 0; end < text.length; end++) {
    gram = shiftedGram(gram, text.charCodeAt(end))
    if (end < GRAM - 1 || marks[markOf(gram)] === 0) continue
    for (const { needle, at, value } of byGram.get(gram) ?? NO_ENTRIES) {
      if (text.startsWith(needle, end - (GRAM - 1) - at) && visit(value)) return true
    }
  }
  return false
}

const NO_ENTRIES: readonly NeedleEntry<never>[] = []

function gramsOf(text: string): number[] {
  const all: number[] = []
  for (let at = 0, gram = 0; at < text.length; at++) {
    gram = shiftedGram(gram, text.charCodeAt(at))
    if (at >= GRAM - 1) all.push(gram)
  }
  return all
}

/** The low bytes of the last four characters. Characters with the same low byte cost only a comparison. */
function shiftedGram(gram: number, unit: number): number {
  return (gram << 8) | (unit & 0xff)
}

const MARKS = 1 << 16

/** Knuth's multiplicative hash: the upper bits depend on the whole gram. */
function markOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> 16
}
