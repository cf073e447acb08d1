import type { Millis } from '../base/time.ts'
import type { LogEntry } from '../group/group.ts'

/*
 * Most entries of a timeline are pairs: a target is being told, and was told. Only the moment of the second entry is new,
 * so the second entry is written as the place of the first entry and the moment. A head and an item have room for more
 * entries then.
 */

/** Told as the entry at this place among the entries before says, at this moment. */
type ToldEntry = [place: number, at: Millis]

export type WrittenEntry = LogEntry | ToldEntry

/** The entries as they are written. `readTold` gives equal entries for every list of entries. */
export function writeTold(entries: readonly LogEntry[]): WrittenEntry[] {
  return entries.map((entry, index): WrittenEntry => {
    if (entry.kind !== 'told') return entry
    const text = textOf(entry)
    const place = entries.findLastIndex(
      (before, place) => place < index && before.kind === 'telling' && textOf(toldAs(before, entry.at)) === text,
    )
    return place < 0 ? entry : [place, entry.at]
  })
}

export function readTold(written: readonly WrittenEntry[]): LogEntry[] {
  return written.map((one) => (isTold(one) ? toldAs(written[one[0]] as LogEntry, one[1]) : one))
}

/** The number of entries that are written whole. */
export function wholeEntries(entries: readonly LogEntry[]): number {
  return writeTold(entries).filter((one) => !isTold(one)).length
}

function isTold(one: WrittenEntry): one is ToldEntry {
  return Array.isArray(one)
}

function toldAs({ incident, target, targets, delivery, deliveries, reason }: LogEntry, at: Millis): LogEntry {
  return {
    ...{ at, kind: 'told', reason },
    ...(incident !== undefined && { incident }),
    ...(target !== undefined && { target }),
    ...(targets !== undefined && { targets }),
    ...(delivery !== undefined && { delivery }),
    ...(deliveries !== undefined && { deliveries }),
  }
}

/** Equal for entries with equal members, in whatever order. An entry that was read back has no undefined members. */
function textOf(entry: LogEntry): string {
  const members = Object.entries(entry).filter(([, value]) => value !== undefined)
  return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)))
}
