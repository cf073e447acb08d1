import type { Millis } from '../base/time.ts'
import { threshold } from './correlation.ts'
import type { Correlation } from './rule.ts'

/** One record that counts for a correlation, in the group of its group-by values. */
export interface CountedRecord {
  /** When it happened, by the trail's clock. */
  time: Millis
  /** Hash of the event's id: copies of one event count once. */
  id: string
  /** Of `temporal` and `temporal_ordered`: the rule that held, as the correlation's `rules` names it. */
  rule?: string
  /** Of `value_count`: the value, or its hash. */
  value?: string
}

export interface CorrelationResult {
  /** What to keep, by time; at most `4 × threshold + 64`. */
  records: readonly CountedRecord[]
  /** Some span of the timespan's length that holds the event holds enough. */
  matched: boolean
}

/**
 * Folds one record into those that are kept of its group. Whether it is raised depends on what was
 * seen, never on what is new: a second copy of an event raises again what its first copy raised, and of
 * records in any order the last one to arrive finds all of them. So an answer that was lost, or a save
 * that was not, is mended by folding the event again.
 */
export function correlate(
  correlation: Correlation,
  kept: readonly CountedRecord[],
  event: CountedRecord,
): CorrelationResult {
  const key = recordKey(correlation, event)
  const known = kept.some((record) => recordKey(correlation, record) === key)
  const all = known ? kept : sortByTime([...kept, event])
  const matched =
    correlation.type === 'temporal_ordered'
      ? enoughInOrder(correlation, all, event)
      : enoughInTimespan(correlation, all, event)
  return { records: trimRecords(correlation, all), matched }
}

/** What makes two sightings one. A record that two rules found is one event, but a sighting of each rule. */
export function recordKey(correlation: Correlation, record: CountedRecord): string {
  const temporal = correlation.type === 'temporal' || correlation.type === 'temporal_ordered'
  return temporal ? `${record.id}\n${record.rule}` : record.id
}

/** What is counted: of `event_count` the events, else the different rules or values. */
export function countedKind({ type }: Correlation, { id, rule, value }: CountedRecord): string {
  if (type === 'event_count') return id
  return (type === 'value_count' ? value : rule) ?? ''
}

export function sortByTime(records: CountedRecord[]): CountedRecord[] {
  return records.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/**
 * Whether enough different kinds lie in one timespan with the event. Of what is nearer to it than the
 * timespan, everything before is in one span with it, and so is everything after.
 */
function enoughInTimespan(correlation: Correlation, all: readonly CountedRecord[], event: CountedRecord): boolean {
  const { timespanMs } = correlation
  const enough = threshold(correlation.condition)
  const near = all.filter(({ time }) => Math.abs(time - event.time) < timespanMs)
  const counts = new Map<string, number>()
  let first = 0
  for (const last of near) {
    counts.set(countedKind(correlation, last), (counts.get(countedKind(correlation, last)) ?? 0) + 1)
    for (let start = near[first]; start !== undefined && last.time - start.time >= timespanMs; start = near[++first]) {
      const kind = countedKind(correlation, start)
      const left = (counts.get(kind) ?? 0) - 1
      if (left > 0) counts.set(kind, left)
      else counts.delete(kind)
    }
    if (counts.size >= enough) return true
  }
  return false
}

/**
 * Whether enough of the rules were seen in their order, in one timespan with the event. What happened in
 * the same millisecond is in any order: trails often know seconds only.
 */
function enoughInOrder(correlation: Correlation, all: readonly CountedRecord[], event: CountedRecord): boolean {
  const enough = threshold(correlation.condition)
  const near = chainLinksOf(
    correlation,
    all.filter(({ time }) => Math.abs(time - event.time) < correlation.timespanMs),
  )
  return near.some((_, index) => chainLengthFrom(correlation, near, index) >= enough)
}

/** A record by the place of its rule in the order. */
interface ChainLink {
  time: Millis
  place: number
}

export function chainLinksOf({ rules }: Correlation, records: readonly CountedRecord[]): ChainLink[] {
  const links = records.map(({ time, rule }) => ({ time, place: rules.indexOf(rule ?? '') }))
  return links.sort((a, b) => a.time - b.time || a.place - b.place)
}

/** How many of the rules were seen in their order within the timespan that begins with one of them. */
export function chainLengthFrom(
  { rules, timespanMs }: Correlation,
  links: readonly ChainLink[],
  first: number,
): number {
  const start = links[first]?.time ?? 0
  // The longest chain so far that ends with each of the rules.
  const chains: number[] = rules.map(() => 0)
  for (let i = first; i < links.length; i++) {
    const { time, place } = links[i] as ChainLink
    if (time - start >= timespanMs) break
    const length = 1 + chains.slice(0, Math.max(0, place)).reduce((a, b) => Math.max(a, b), 0)
    if (place >= 0) chains[place] = Math.max(chains[place] ?? 0, length)
  }
  return chains.reduce((a, b) => Math.max(a, b), 0)
}

/** What has to be kept of them, be they few or a flood. */
export function trimRecords(correlation: Correlation, all: readonly CountedRecord[]): readonly CountedRecord[] {
  const fits = all.length <= 4 * threshold(correlation.condition) + SPARE
  return fits ? all : trimByCell(correlation, all)
}

/** Sightings of one rule of an ordered correlation that are kept at each end of a cell. */
const ORDERED_ENDS = 8
/** Room for late records where little happens. */
const SPARE = 64

/**
 * Cut so that it fits an item, without changing an answer. Time is divided into cells as long as the
 * timespan; any span of that length is the end of one cell and the beginning of the next, so what lies in
 * the middle of a cell is not needed where its ends have enough: of events the threshold, of values and
 * rules one. (An order of three or more rules may need the middle when floods arrive out of order.) Of
 * what is left the newest is kept; where nothing is raised that is two cells or more.
 */
function trimByCell(correlation: Correlation, all: readonly CountedRecord[]): readonly CountedRecord[] {
  const enough = threshold(correlation.condition)
  const ends = correlation.type === 'event_count' ? enough : correlation.type === 'temporal_ordered' ? ORDERED_ENDS : 1
  const cellOf = (record: CountedRecord): string => {
    const kind = correlation.type === 'event_count' ? '' : countedKind(correlation, record)
    return `${Math.floor(record.time / correlation.timespanMs)}\n${kind}`
  }
  const sizes = new Map<string, number>()
  for (const record of all) sizes.set(cellOf(record), (sizes.get(cellOf(record)) ?? 0) + 1)
  const seen = new Map<string, number>()
  const left = all.filter((record) => {
    const cell = cellOf(record)
    const place = seen.get(cell) ?? 0
    seen.set(cell, place + 1)
    return place < ends || place >= (sizes.get(cell) ?? 0) - ends
  })
  return left.slice(-(4 * enough + SPARE))
}
