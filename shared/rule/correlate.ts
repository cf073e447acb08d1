import type { Millis } from '../base/time.ts'
import { threshold } from './correlation.ts'
import type { Correlation } from './rule.ts'

/** A record that counts for a correlation, in the group of its group-by values. */
export interface CountedRecord {
  /** Time of the event, by the trail's clock. */
  time: Millis
  /** Hash of the event's id: copies of an event count once. */
  id: string
  /** Only for `temporal` and `temporal_ordered`: the rule that matched, as the correlation's `rules` names the rule. */
  rule?: string
  /** Only for `value_count`: the value, or the hash of the value. */
  value?: string
}

export interface CorrelationResult {
  /** The records to keep, by time; at most `4 × threshold + 64`. */
  records: readonly CountedRecord[]
  /**
   * Whether enough records lie in a span that contains the record. The first and the last record of a span are at most
   * a whole timespan apart, as in other engines; the specification is silent.
   */
  matched: boolean
}

/**
 * Adds a record to the kept records of its group. Whether the correlation matches depends on the known records, never
 * on which record is new: a second copy of an event matches again as its first copy did, and of records in random order
 * the last to arrive finds the whole set. So a lost answer or a failed save is mended by adding the event again.
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

/**
 * Two records with the same key count once. A record that two rules matched is a single event, but counts for both
 * rules.
 */
export function recordKey(correlation: Correlation, record: CountedRecord): string {
  const temporal = correlation.type === 'temporal' || correlation.type === 'temporal_ordered'
  return temporal ? `${record.id}\n${record.rule}` : record.id
}

/** The counted thing: for `event_count` the event, otherwise the value or the rule. */
export function countedKind({ type }: Correlation, { id, rule, value }: CountedRecord): string {
  if (type === 'event_count') return id
  return (type === 'value_count' ? value : rule) ?? ''
}

export function sortByTime(records: CountedRecord[]): CountedRecord[] {
  return records.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/**
 * Whether enough different kinds lie in a timespan together with the event. Of the records not further from the event
 * than the timespan, the earlier records share a span with the event, and so do the later records.
 */
function enoughInTimespan(correlation: Correlation, all: readonly CountedRecord[], event: CountedRecord): boolean {
  const { timespanMs } = correlation
  const enough = threshold(correlation.condition)
  const near = all.filter(({ time }) => Math.abs(time - event.time) <= timespanMs)
  const counts = new Map<string, number>()
  let first = 0
  for (const last of near) {
    counts.set(countedKind(correlation, last), (counts.get(countedKind(correlation, last)) ?? 0) + 1)
    for (let start = near[first]; start !== undefined && last.time - start.time > timespanMs; start = near[++first]) {
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
 * Whether enough of the rules matched in their order, in a timespan together with the event. Events of the same
 * millisecond may have happened in either order: trails often record whole seconds only.
 */
function enoughInOrder(correlation: Correlation, all: readonly CountedRecord[], event: CountedRecord): boolean {
  const enough = threshold(correlation.condition)
  const near = chainLinksOf(
    correlation,
    all.filter(({ time }) => Math.abs(time - event.time) <= correlation.timespanMs),
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

/** The number of rules that matched in their order within the timespan that begins with the link `first`. */
export function chainLengthFrom(
  { rules, timespanMs }: Correlation,
  links: readonly ChainLink[],
  first: number,
): number {
  const start = links[first]?.time ?? 0
  // By rule: the longest chain so far that ends with the rule.
  const chains: number[] = rules.map(() => 0)
  for (let i = first; i < links.length; i++) {
    const { time, place } = links[i] as ChainLink
    if (time - start > timespanMs) break
    const length = 1 + chains.slice(0, Math.max(0, place)).reduce((a, b) => Math.max(a, b), 0)
    if (place >= 0) chains[place] = Math.max(chains[place] ?? 0, length)
  }
  return chains.reduce((a, b) => Math.max(a, b), 0)
}

/** The records that have to be kept, be the set small or a flood. */
export function trimRecords(correlation: Correlation, all: readonly CountedRecord[]): readonly CountedRecord[] {
  const fits = all.length <= 4 * threshold(correlation.condition) + SPARE
  return fits ? all : trimByCell(correlation, all)
}

/** Records of a rule of an ordered correlation that are kept at either end of a cell. */
const ORDERED_ENDS = 8
/** Room for late records in quiet groups. */
const SPARE = 64

/**
 * Trims the records so that they fit an item, without changing an answer. Time is divided into cells as long as the
 * timespan. A span of that length is the end of a cell and the beginning of the next cell, so the middle of a cell is
 * not needed where both ends of the cell have enough: as many events as the threshold, and a single value or rule. (An
 * order of three or more rules may need the middle when floods arrive out of order.) Of the remaining records the
 * newest are kept; in a group without a match the newest records fill two cells or more.
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
