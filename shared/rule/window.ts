import type { Millis } from '../base/time.ts'
import { chainFrom, inTime, kept, keyOf, kindOf, linksOf, type Sighting } from './correlate.ts'
import { threshold } from './correlation.ts'
import type { Correlation } from './rule.ts'

/*
 * Many sightings of one group at once: what folding them one by one with `correlate` comes to, in one pass
 * over all of them. A message has up to a thousand records, and a flood of them may be one group.
 */

type Seen = readonly Sighting[]

/** All of them once, in time. */
export function together(correlation: Correlation, ...sets: readonly Seen[]): Seen {
  const byKey = new Map<string, Sighting>()
  for (const set of sets) {
    for (const sighting of set) {
      const key = keyOf(correlation, sighting)
      if (!byKey.has(key)) byKey.set(key, sighting)
    }
  }
  return inTime([...byKey.values()])
}

/** What to keep of what was kept and what is added: `set` itself when nothing is new. */
export function addAll(correlation: Correlation, set: Seen, added: Seen): Seen {
  const all = together(correlation, set, added)
  return all.length === set.length ? set : kept(correlation, all)
}

/** Whether an event that is among `all` lies in one timespan with enough of them. */
export function raising(correlation: Correlation, all: Seen): (event: Sighting) => boolean {
  const starts = correlation.type === 'temporal_ordered' ? chainStarts(correlation, all) : crowdStarts(correlation, all)
  return ({ time }) => {
    const start = lastUntil(starts, time)
    return start !== undefined && time - start < correlation.timespanMs
  }
}

/** Beginnings of timespans that hold enough different kinds, ascending. */
function crowdStarts(correlation: Correlation, all: Seen): Millis[] {
  const { timespanMs, condition } = correlation
  const enough = threshold(condition)
  const counts = new Map<string, number>()
  const starts: Millis[] = []
  let next = 0
  for (const start of all) {
    for (let one = all[next]; one !== undefined && one.time - start.time < timespanMs; one = all[++next]) {
      const kind = kindOf(correlation, one)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    if (counts.size >= enough) starts.push(start.time)
    const kind = kindOf(correlation, start)
    const left = (counts.get(kind) ?? 0) - 1
    if (left > 0) counts.set(kind, left)
    else counts.delete(kind)
  }
  return starts
}

/** The same for rules in their order. Every beginning looks at what follows it, so a flood is cut first. */
function chainStarts(correlation: Correlation, all: Seen): Millis[] {
  const enough = threshold(correlation.condition)
  const links = linksOf(correlation, kept(correlation, all))
  return links.flatMap(({ time }, index) => (chainFrom(correlation, links, index) >= enough ? [time] : []))
}

/** The last that is not later, by halving. */
function lastUntil(starts: readonly Millis[], time: Millis): Millis | undefined {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= time) low = middle + 1
    else high = middle
  }
  return starts[low - 1]
}
