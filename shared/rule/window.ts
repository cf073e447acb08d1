import type { Millis } from '../base/time.ts'
import {
  type CountedRecord,
  chainLengthFrom,
  chainLinksOf,
  countedKind,
  enoughInTimespan,
  recordKey,
  sortByTime,
  trimRecords,
} from './correlate.ts'
import { threshold } from './correlation.ts'
import type { Correlation } from './rule.ts'

/*
 * Many counted records of a group at once: the same result as adding the records one by one with `correlate`, in a
 * single pass. A message has up to a thousand records, and a flood of records may belong to a single group.
 */

type CountedRecords = readonly CountedRecord[]

/** A cell and its two neighbours answer for an event. */
const CELLS = 3

/** The union of the sets, without duplicates, sorted by time. */
export function unionOf(correlation: Correlation, ...sets: readonly CountedRecords[]): CountedRecords {
  const byKey = new Map<string, CountedRecord>()
  for (const records of sets) {
    for (const record of records) {
      const key = recordKey(correlation, record)
      if (!byKey.has(key)) byKey.set(key, record)
    }
  }
  return sortByTime([...byKey.values()])
}

/** The records to keep after the new records were added to the kept; `kept` itself when no record is new. */
export function addRecords(correlation: Correlation, kept: CountedRecords, added: CountedRecords): CountedRecords {
  const all = unionOf(correlation, kept, added)
  return all.length === kept.length ? kept : trimRecords(correlation, all, 1)
}

/** A test for a record among `all`: whether the record lies in a timespan together with enough other records. */
export function compileTimespanTest(correlation: Correlation, all: CountedRecords): (event: CountedRecord) => boolean {
  if (correlation.expression !== undefined) {
    // Every event is asked by itself, since an absent rule is looked for around the event. So a flood is trimmed first.
    const trimmed = trimRecords(correlation, all, CELLS)
    return (event) => enoughInTimespan(correlation, trimmed, event)
  }
  const starts =
    correlation.type === 'temporal_ordered' ? chainStarts(correlation, all) : timespanStarts(correlation, all)
  return ({ time }) => {
    const start = lastNotAfter(starts, time)
    return start !== undefined && time - start <= correlation.timespanMs
  }
}

/** Beginnings of timespans with enough different kinds, ascending. */
function timespanStarts(correlation: Correlation, all: CountedRecords): Millis[] {
  const { timespanMs, condition } = correlation
  const enough = threshold(condition)
  const counts = new Map<string, number>()
  const starts: Millis[] = []
  let next = 0
  for (const start of all) {
    for (let record = all[next]; record !== undefined && record.time - start.time <= timespanMs; record = all[++next]) {
      const kind = countedKind(correlation, record)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    if (counts.size >= enough) starts.push(start.time)
    const kind = countedKind(correlation, start)
    const left = (counts.get(kind) ?? 0) - 1
    if (left > 0) counts.set(kind, left)
    else counts.delete(kind)
  }
  return starts
}

/** The same for rules in their order. The search starts again at every beginning, so a flood is trimmed first. */
function chainStarts(correlation: Correlation, all: CountedRecords): Millis[] {
  const enough = threshold(correlation.condition)
  const links = chainLinksOf(correlation, trimRecords(correlation, all, CELLS))
  return links.flatMap(({ time }, index) => (chainLengthFrom(correlation, links, index) >= enough ? [time] : []))
}

/** The last start that is not later than the time, by binary search. */
function lastNotAfter(starts: readonly Millis[], time: Millis): Millis | undefined {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= time) low = middle + 1
    else high = middle
  }
  return starts[low - 1]
}
