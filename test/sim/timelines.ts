import type { LogEntry, TimelineEntry } from '../../shared/group/group.ts'
import { entryAbout, targetsOf } from '../../shared/group/log-entry.ts'
import { parseHead } from '../../shared/group-store/head-body.ts'
import { parseTimeline } from '../../shared/group-store/timeline.ts'
import { parseGroupPartition } from '../../shared/table/keys.ts'
import type { Item, ItemKey, Table } from '../../shared/table/port.ts'
import type { Disk } from './machine.ts'

type Stored = ItemKey & { body: string }

/** The timelines in a table by partition, of dropped groups too, one entry for each target. */
export function storedTimelines(items: readonly Item[]): Map<string, TimelineEntry[]> {
  const logs = [...storedLogs(items)].map(([partition, log]): [string, TimelineEntry[]] => {
    const { group = '' } = parseGroupPartition(partition) ?? {}
    return [partition, log.flatMap((entry) => entriesIn(entry, group))]
  })
  return new Map(logs)
}

export function entriesIn(entry: LogEntry, group: string): TimelineEntry[] {
  const targets = targetsOf(entry)
  return targets.length === 0 ? [entry] : targets.map((target) => entryAbout(target, entry, { id: group }))
}

/**
 * The same as it is stored: items in the order of the saves, even if the clocks of the workers say otherwise, and then
 * the entries that the head carries.
 */
export function storedLogs(items: readonly Item[]): Map<string, LogEntry[]> {
  const placed = items.flatMap((item): { partition: string; place: number; entries: LogEntry[] }[] => {
    const { partition, sort } = item
    if (sort === 'head') return [{ partition, place: Number.POSITIVE_INFINITY, entries: carriedBy(item) }]
    const [, count] = /^log#\d+-(\d+)-/.exec(sort) ?? []
    return count === undefined ? [] : [{ partition, place: Number(count), entries: parseTimeline(item) }]
  })
  placed.sort((a, b) => a.place - b.place)
  const lists = Map.groupBy(placed, ({ partition }) => partition)
  return new Map([...lists].map(([partition, list]) => [partition, list.flatMap(({ entries }) => entries)]))
}

function carriedBy(head: Stored): LogEntry[] {
  return parseHead(head).core.log
}

/** The table, and the entries that saved heads ever noted, as texts by partition. */
export function watchTimelines<T extends Table>(table: T, disk?: Disk): { table: T; noted: Map<string, string[]> } {
  const noted = new Map<string, string[]>()
  const carried = new Map<string, string[]>()
  const put: Table['put'] = async (item, when) => {
    const lossesBefore = disk?.losses()
    const version = await table.put(item, when)
    const { partition, sort } = item
    // The disk lost the save before this function went on.
    const lost = version === 'lost' || disk?.losses() !== lossesBefore
    if (lost || sort !== 'head') return version
    const log = carriedBy(item).map((entry) => JSON.stringify(entry))
    const before = carried.get(partition) ?? []
    const goesOn = before.every((text, index) => text === log[index])
    const was = [noted.get(partition) ?? [], carried.get(partition) ?? []] as const
    disk?.wrote(() => {
      noted.set(partition, was[0])
      carried.set(partition, was[1])
    })
    noted.set(partition, [...(noted.get(partition) ?? []), ...log.slice(goesOn ? before.length : 0)])
    carried.set(partition, log)
    return version
  }
  const remove: Table['remove'] = async (key, when) => {
    const lossesBefore = disk?.losses()
    const removed = await table.remove(key, when)
    if (disk?.losses() !== lossesBefore) return removed
    if (removed === 'removed' && key.sort === 'head') {
      const before = carried.get(key.partition) ?? []
      disk?.wrote(() => carried.set(key.partition, before))
      carried.delete(key.partition)
    }
    return removed
  }
  return { table: { ...table, put, remove }, noted }
}
