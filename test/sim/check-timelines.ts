import type { Outcome } from './stage.ts'
import { storedTimelines } from './timelines.ts'

/** A timeline has every entry that a saved head noted, once, and no other entry. */
export function wrongTimelines({ everything, noted }: Pick<Outcome, 'everything' | 'noted'>): string[] {
  const stored = storedTimelines(everything())
  return [...new Set([...stored.keys(), ...noted.keys()])].flatMap((partition) => {
    const kept = countsOf((stored.get(partition) ?? []).map((entry) => JSON.stringify(entry)))
    const said = countsOf(noted.get(partition) ?? [])
    return [...new Set([...kept.keys(), ...said.keys()])].flatMap((entry) => {
      const [is, ought] = [kept.get(entry) ?? 0, said.get(entry) ?? 0]
      return is === ought ? [] : [`timeline: ${partition} has ${is} times, not ${ought} times, ${entry}`]
    })
  })
}

function countsOf(texts: readonly string[]): Map<string, number> {
  return new Map([...Map.groupBy(texts, (text) => text)].map(([text, list]) => [text, list.length]))
}
