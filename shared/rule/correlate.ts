import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import { threshold } from './correlation.ts'
import type { Correlation } from './rule.ts'
import { holds } from './rule-expression.ts'

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
  /** The records to keep, by time. */
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
  const all = isKnown(correlation, kept, event) ? kept : inserted(kept, event)
  const matched =
    correlation.type === 'temporal_ordered'
      ? enoughInOrder(correlation, all, event)
      : correlation.type === 'event_count'
        ? enoughEvents(correlation, all, event)
        : enoughInTimespan(correlation, all, event)
  return { records: trimRecords(correlation, all, 2), matched }
}

/** The same as comparing `recordKey`, without a text for every kept record. */
function isKnown({ type }: Correlation, kept: readonly CountedRecord[], event: CountedRecord): boolean {
  if (type === 'event_count') return kept.some(({ id }) => id === event.id)
  if (type !== 'value_count') return kept.some(({ id, rule }) => id === event.id && rule === event.rule)
  for (let place = kept.length - 1; place >= 0; place--) {
    const { time, value } = kept[place]!
    if (time < event.time) return false
    if (time === event.time && value === event.value) return true
  }
  return false
}

function inserted(kept: readonly CountedRecord[], event: CountedRecord): readonly CountedRecord[] {
  let place = kept.length
  while (place > 0 && byTime(kept[place - 1]!, event) > 0) place--
  return kept.toSpliced(place, 0, event)
}

/**
 * Two records with the same key count once. A record that two rules matched is a single event, but counts for both
 * rules. Values count once each, so for `value_count` events of the same moment with the same value are one record.
 */
export function recordKey({ type }: Correlation, { id, time, rule, value }: CountedRecord): string {
  switch (type) {
    case 'event_count':
      return id
    case 'value_count':
      return `${time}\n${value}`
    case 'temporal':
    case 'temporal_ordered':
      return `${id}\n${rule}`
    default:
      return never(type)
  }
}

/** The counted thing: for `event_count` the event, otherwise the value or the rule. */
export function countedKind({ type }: Correlation, { id, rule, value }: CountedRecord): string {
  if (type === 'event_count') return id
  return (type === 'value_count' ? value : rule) ?? ''
}

export function sortByTime(records: CountedRecord[]): CountedRecord[] {
  return records.sort(byTime)
}

function byTime(a: CountedRecord, b: CountedRecord): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** The same as `enoughInTimespan` where every record is another event: so fast that thousands may be needed. */
function enoughEvents(correlation: Correlation, all: readonly CountedRecord[], event: CountedRecord): boolean {
  const { timespanMs } = correlation
  const enough = threshold(correlation.condition)
  for (let last = enough - 1; last < all.length; last++) {
    const from = all[last - enough + 1]!.time
    const to = all[last]!.time
    if (to > event.time + timespanMs) return false
    const span = Math.max(to, event.time) - Math.min(from, event.time)
    if (span <= timespanMs) return true
  }
  return false
}

/**
 * Whether enough different kinds lie in a timespan together with the event. Of the records not further from the event
 * than the timespan, the earlier records share a span with the event, and so do the later records.
 */
export function enoughInTimespan(
  correlation: Correlation,
  all: readonly CountedRecord[],
  event: CountedRecord,
): boolean {
  const { timespanMs } = correlation
  const near = all.filter(({ time }) => Math.abs(time - event.time) <= timespanMs)
  if (near.length < threshold(correlation.condition) && correlation.expression === undefined) return false
  if (correlation.type === 'value_count' && near.at(-1)?.time === event.time) return enoughValues(correlation, near)
  const isEnough = compileEnough(correlation, near)
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
    if (isEnough(counts)) return true
  }
  return false
}

/** Whether enough values lie before the last record: records mostly arrive in their order. */
function enoughValues({ condition }: Correlation, near: readonly CountedRecord[]): boolean {
  const enough = threshold(condition)
  const values = new Set<string | undefined>()
  for (let place = near.length - 1; place >= 0 && values.size < enough; place--) values.add(near[place]!.value)
  return values.size >= enough
}

/** Whether the kinds of a span are enough. `near`: the records of every span with the event. */
function compileEnough(
  correlation: Correlation,
  near: readonly CountedRecord[],
): (counts: ReadonlyMap<string, unknown>) => boolean {
  const { condition, expression } = correlation
  const enough = threshold(condition)
  if (expression === undefined) return (counts) => counts.size >= enough
  const kinds = new Set(near.map((record) => countedKind(correlation, record)))
  const isNear = (rule: string): boolean => kinds.has(rule)
  return (counts) => holds(expression, (rule) => counts.has(rule), isNear)
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

/**
 * The records that have to be kept, be the set small or a flood. `cells`: the number of timespans that are kept: an
 * item has one cell, and a set in memory the newest two.
 */
export function trimRecords(
  correlation: Correlation,
  all: readonly CountedRecord[],
  cells: number,
): readonly CountedRecord[] {
  const room = cells * roomOfCell(correlation)
  if (all.length <= room) return all
  // A part of the room stays free, so that the next records need no trimming.
  return trimByCell(correlation, all).slice(Math.ceil(spareOf(correlation) / 2) - room)
}

/** Twice the threshold, and room for late records in quiet groups. */
function roomOfCell(correlation: Correlation): number {
  return 2 * threshold(correlation.condition) + spareOf(correlation)
}

function spareOf({ condition }: Correlation): number {
  return Math.max(64, Math.ceil(threshold(condition) / 8))
}

/** Records of a rule of an ordered correlation that are kept at either end of a cell. */
const ORDERED_ENDS = 8

/**
 * Trims the records so that they fit an item, without changing an answer. Time is divided into cells as long as the
 * timespan. A span of that length is the end of a cell and the beginning of the next cell, so the middle of a cell is
 * not needed where both ends of the cell have enough: as many events as the threshold, as many different values with
 * the moment that is nearest to the end, and a single record of each rule. (An order of three or more rules may need
 * the middle when floods arrive out of order.) In a group without a match the newest records fill two cells or more.
 */
function trimByCell(correlation: Correlation, all: readonly CountedRecord[]): readonly CountedRecord[] {
  const { timespanMs, type } = correlation
  const enough = threshold(correlation.condition)
  const cells = Map.groupBy(all, ({ time }) => Math.floor(time / timespanMs))
  return [...cells.values()].flatMap((cell) => {
    if (type === 'event_count') return ends(cell, enough)
    if (type === 'value_count') return endsOfValues(cell, enough)
    const perRule = type === 'temporal' ? 1 : ORDERED_ENDS
    const kept = [...Map.groupBy(cell, ({ rule }) => rule).values()].flatMap((of) => ends(of, perRule))
    return inTheirOrder(cell, kept)
  })
}

function ends(records: readonly CountedRecord[], count: number): readonly CountedRecord[] {
  return records.length <= 2 * count ? records : [...records.slice(0, count), ...records.slice(-count)]
}

/** The first record of each of the first values, and the last record of each of the last values. */
function endsOfValues(cell: readonly CountedRecord[], count: number): readonly CountedRecord[] {
  const first = new Map<string | undefined, CountedRecord>()
  const last = new Map<string | undefined, CountedRecord>()
  for (const record of cell) if (first.size < count && !first.has(record.value)) first.set(record.value, record)
  for (const record of cell.toReversed()) {
    if (last.size < count && !last.has(record.value)) last.set(record.value, record)
  }
  return inTheirOrder(cell, [...first.values(), ...last.values()])
}

function inTheirOrder(all: readonly CountedRecord[], chosen: readonly CountedRecord[]): readonly CountedRecord[] {
  const kept = new Set(chosen)
  return all.filter((record) => kept.has(record))
}
