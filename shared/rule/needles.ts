import type { TextTest } from './glob.ts'

/** Below this many, one search each is faster than looking at every character. */
const FEW = 12
/** Characters that are looked at together. */
const GRAM = 4

/** Whether a text holds one of the needles: one pass over the text, however many needles there are. */
export function compileNeedles(needles: readonly string[]): TextTest {
  const short = needles.filter((needle) => needle.length < GRAM)
  const long = needles.filter((needle) => needle.length >= GRAM)
  if (needles.length <= FEW) return (text) => needles.some((needle) => text.includes(needle))
  const table = grams(long)
  return (text) => short.some((needle) => text.includes(needle)) || scan(table, text)
}

interface Place {
  needle: string
  /** Where in the needle the four characters stand by which it is found. */
  at: number
}

/** Four characters → the needles that are found by them. */
type Grams = ReadonlyMap<number, readonly Place[]>

/** Each needle by the four of its characters that the fewest needles have: many share their beginning. */
function grams(needles: readonly string[]): Grams {
  const counts = new Map<number, number>()
  for (const needle of needles) {
    for (const gram of new Set(gramsOf(needle))) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  const table = new Map<number, Place[]>()
  for (const needle of needles) {
    const own = gramsOf(needle)
    let best = 0
    for (const [at, gram] of own.entries()) {
      if ((counts.get(gram) ?? 0) < (counts.get(own[best] ?? 0) ?? 0)) best = at
    }
    const key = own[best] ?? 0
    const places = table.get(key)
    if (places === undefined) table.set(key, [{ needle, at: best }])
    else places.push({ needle, at: best })
  }
  return table
}

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

function scan(table: Grams, text: string): boolean {
  for (let at = 0, gram = 0; at < text.length; at++) {
    gram = pushed(gram, text.charCodeAt(at))
    if (at < GRAM - 1) continue
    const places = table.get(gram)
    if (places?.some((place) => text.startsWith(place.needle, at - (GRAM - 1) - place.at))) return true
  }
  return false
}
