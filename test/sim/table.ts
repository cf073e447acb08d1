import type { Clock } from '../../shared/base/time.ts'
import { DUE_BUCKETS, type Item, type ItemKey, type NewItem, type Table } from '../../shared/store/port.ts'
import { bucketOf, checkItem, dueMinute } from '../../shared/store/rules.ts'

/** The table as a model: what the contract suite demands, in memory, the same at every run. */
export function memoryTable(_clock: Clock): Table {
  const partitions = new Map<string, Map<string, Item>>()
  const read = ({ partition, sort }: ItemKey): Item | undefined => partitions.get(partition)?.get(sort)
  const all = (): Item[] => [...partitions.values()].flatMap((items) => [...items.values()])
  return {
    async get(key) {
      const item = read(key)
      return item && { ...item }
    },
    async put(item: NewItem, when) {
      checkItem(item)
      const found = read(item)
      if (when === 'absent' && found !== undefined) return 'lost'
      if (typeof when === 'object' && found?.version !== when.version) return 'lost'
      const items = partitions.get(item.partition) ?? new Map<string, Item>()
      partitions.set(item.partition, items)
      items.set(item.sort, { ...item, version: (found?.version ?? 0) + 1 })
      return 'saved'
    },
    async remove(key, when) {
      const found = read(key)
      if (typeof when === 'object' && found?.version !== when.version) return 'lost'
      if (when === 'absent' && found !== undefined) return 'lost'
      partitions.get(key.partition)?.delete(key.sort)
      return 'removed'
    },
    async query(partition, prefix, { limit, after, descending = false }) {
      const items = [...(partitions.get(partition)?.values() ?? [])].filter(
        ({ sort }) => sort.startsWith(prefix) && (after === undefined || (descending ? sort < after : sort > after)),
      )
      items.sort((a, b) => (a.sort < b.sort ? -1 : 1) * (descending ? -1 : 1))
      return page(items, limit, (item) => item.sort, 'items')
    },
    async due(bucket, until, { limit, after }) {
      if (bucket >= DUE_BUCKETS) return { keys: [] }
      const entries = all().flatMap((item) =>
        item.dueAt !== undefined && bucketOf(item.partition) === bucket && dueMinute(item.dueAt) <= until
          ? [{ place: place(dueMinute(item.dueAt), item), partition: item.partition, sort: item.sort }]
          : [],
      )
      entries.sort((a, b) => (a.place < b.place ? -1 : 1))
      return page(
        entries.filter((entry) => after === undefined || entry.place > after),
        limit,
        (entry) => entry.place,
        'keys',
      )
    },
    async list(name, { limit, after }) {
      const entries = all().flatMap((item) =>
        item.list?.name === name
          ? [{ place: place(item.list.at, item), partition: item.partition, sort: item.sort, at: item.list.at }]
          : [],
      )
      entries.sort((a, b) => (a.place > b.place ? -1 : 1))
      return page(
        entries.filter((entry) => after === undefined || entry.place < after),
        limit,
        (entry) => entry.place,
        'keys',
      )
    },
  }
}

function place(at: number, { partition, sort }: ItemKey): string {
  return `${String(at).padStart(15, '0')}#${partition}#${sort}`
}

function page<T, K extends string>(all: T[], limit: number, placeOf: (entry: T) => string, name: K) {
  const kept = all.slice(0, limit)
  const last = kept.at(-1)
  const next = all.length > limit && last !== undefined ? { next: placeOf(last) } : {}
  return { [name]: kept, ...next } as Record<K, T[]> & { next?: string }
}
