import type { TextTest } from './glob.ts'

/** Below this many, one search each is faster than looking at every character. */
const FEW = 12
/** Characters that are looked at together. */
export const GRAM = 4

/** Texts to find within another, each with what it stands for. One pass, however many they are. */
export interface Needles<Found> {
  /** Four characters → the needles that are found by them. */
  places: ReadonlyMap<number, readonly Place<Found>[]>
  /** 1 where some place may be: most of a text's characters end here. */
  marks: Uint8Array
}

interface Place<Found> {
  needle: string
  /** Where in the needle the four characters stand by which it is found. */
  at: number
  found: Found
}

/** Whether a text holds one of the needles. */
export function compileNeedles(needles: readonly string[]): TextTest {
  if (needles.length <= FEW) return (text) => needles.some((needle) => text.includes(needle))
  const short = needles.filter((needle) => needle.length < GRAM)
  const long = buildNeedles(new Map(needles.filter((needle) => needle.length >= GRAM).map((needle) => [needle, true])))
  return (text) => short.some((needle) => text.includes(needle)) || scanNeedles(long, text, () => true)
}

/** Each needle, of at least four characters, by the four that the fewest needles have: many begin alike. */
export function buildNeedles<Found>(needles: ReadonlyMap<string, Found>): Needles<Found> {
  const counts = new Map<number, number>()
  for (const needle of needles.keys()) {
    for (const gram of new Set(gramsOf(needle))) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  const places = new Map<number, Place<Found>[]>()
  const marks = new Uint8Array(MARKS)
  for (const [needle, found] of needles) {
    const own = gramsOf(needle)
    let at = 0
    for (const [index, gram] of own.entries()) {
      if ((counts.get(gram) ?? 0) < (counts.get(own[at] ?? 0) ?? 0)) at = index
    }
    const gram = own[at] ?? 0
    marks[markOf(gram)] = 1
    const known = places.get(gram)
    if (known === undefined) places.set(gram, [{ needle, at, found }])
    else known.push({ needle, at, found })
  }
  return { places, marks }
}

/** Calls `visit` for what is found, maybe more than once, until it says true; then so does this. */
export function scanNeedles<Found>(needles: Needles<Found>, text: string, visit: (found: Found) => boolean): boolean {
  const { places, marks } = needles
  for (let end = 0, gram = 0; end < text.length; end++) {
    gram = pushed(gram, text.charCodeAt(end))
    if (end < GRAM - 1 || marks[markOf(gram)] === 0) continue
    for (const { needle, at, found } of places.get(gram) ?? NO_PLACES) {
      if (text.startsWith(needle, end - (GRAM - 1) - at) && visit(found)) return true
    }
  }
  return false
}

const NO_PLACES: readonly Place<never>[] = []

function gramsOf(text: string): number[] {
  const all: number[] = []
  for (let at = 0, gram = 0; at < text.length; at++) {
    gram = pushed(gram, text.charCodeAt(at))
    if (at >= GRAM - 1) all.push(gram)
  }
  return all
}

/** The low bytes of the last four characters. Characters that share them only cost a comparison. */
function pushed(gram: number, unit: number): number {
  return (gram << 8) | (unit & 0xff)
}

const MARKS = 1 << 16

/** Knuth's multiplicative hash: the upper bits depend on all of the gram. */
function markOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> 16
}
