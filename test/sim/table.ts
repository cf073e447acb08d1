import { compareUtf8 } from '../../shared/alert/labels.ts'
import type { Chance, Clock } from '../../shared/base/time.ts'
import {
  bucketOf,
  checkItem,
  checkKey,
  dueMinute,
  type IndexPlace,
  readCursor,
  readSortCursor,
  writeCursor,
} from '../../shared/table/limits.ts'
import type { Condition, Item, ItemKey, Table } from '../../shared/table/port.ts'
import { newVersion } from '../../shared/table/version.ts'
import type { Disk } from './machine.ts'
import { mulberry32 } from './world.ts'

export interface MemoryTable extends Table {
  /** Removes items past their end: DynamoDB's own retention, at a moment chosen by the test. */
  expire(): Promise<number>
  /** Every item there is, for checks. */
  everything(): Item[]
}

/**
 * The table as a model: the behaviour of the contract suite, in memory, the same at every run. The indexes may be
 * behind: an index shows the items of an earlier moment.
 */
export function memoryTable(
  clock: Clock,
  indexLagMs: () => number = () => 0,
  {
    chance = mulberry32(1),
    disk,
    ...hints
  }: { chance?: Chance; disk?: Disk | undefined } & Pick<Table, 'wholeBytes' | 'dueGridMs'> = {},
): MemoryTable {
  const partitions = new Map<string, Map<string, Item>>()
  const index = lateIndex(clock, indexLagMs)
  const read = ({ partition, sort }: ItemKey): Item | undefined => partitions.get(partition)?.get(sort)
  const set = (key: ItemKey, item: Item | undefined): void => {
    const items = partitions.get(key.partition) ?? new Map<string, Item>()
    partitions.set(key.partition, items)
    if (item === undefined) items.delete(key.sort)
    else items.set(key.sort, item)
    index.note(key, item)
  }
  const write = (key: ItemKey, item: Item | undefined): void => {
    const before = read(key)
    disk?.wrote(() => set(key, before))
    set(key, item)
  }
  const all = (): Item[] => [...partitions.values()].flatMap((items) => [...items.values()])
  const places = (timeOf: (item: Item) => number | undefined): IndexPlace[] =>
    index
      .all()
      .flatMap((item) => {
        const at = timeOf(item)
        return at === undefined ? [] : [{ partition: item.partition, sort: item.sort, at }]
      })
      .sort(comparePlaces)
  return {
    ...hints,
    async get(key) {
      const item = read(key)
      return item && whole(item)
    },
    async put(item, when) {
      checkItem(item)
      const version = newVersion(typeof when === 'string' ? undefined : when.version, chance)
      if (!holds(when, read(item))) return 'lost'
      write(item, whole({ ...item, version }))
      return version
    },
    async remove(key, when = 'always') {
      checkKey(key)
      if (!holds(when, read(key))) return 'lost'
      write(key, undefined)
      return 'removed'
    },
    async query(partition, prefix, { limit, after, descending = false }) {
      const cursor = readSortCursor(after, prefix)
      const sign = descending ? -1 : 1
      const found = [...(partitions.get(partition)?.values() ?? [])]
        .filter(({ sort }) => sort.startsWith(prefix))
        .filter(({ sort }) => cursor === undefined || sign * compareUtf8(sort, cursor) > 0)
        .sort((a, b) => sign * compareUtf8(a.sort, b.sort))
      return { items: found.slice(0, limit).map(whole), ...next(found, limit, ({ sort }) => sort) }
    },
    async due(bucket, until, { limit, after }) {
      const cursor = readCursor(after)
      const found = places(({ dueAt, partition }) => {
        const at = dueAt === undefined ? Number.POSITIVE_INFINITY : dueMinute(dueAt)
        return at <= until && bucketOf(partition) === bucket ? at : undefined
      }).filter((place) => cursor === undefined || comparePlaces(place, cursor) > 0)
      const keys = found.slice(0, limit).map(({ partition, sort }) => ({ partition, sort }))
      return { keys, ...next(found, limit, writeCursor) }
    },
    async list(name, { limit, after }) {
      const cursor = readCursor(after)
      const found = places(({ list }) => (list?.name === name ? list.at : undefined))
        .reverse()
        .filter((place) => cursor === undefined || comparePlaces(place, cursor) < 0)
      return { keys: found.slice(0, limit), ...next(found, limit, writeCursor) }
    },
    async cards(name, { limit, after }) {
      const cursor = readCursor(after)
      const found = index
        .all()
        .flatMap(({ partition, sort, card }) =>
          card?.name === name ? [{ partition, sort, at: card.at, text: card.text }] : [],
        )
        .sort((a, b) => comparePlaces(b, a))
        .filter((place) => cursor === undefined || comparePlaces(place, cursor) < 0)
      return {
        cards: found.slice(0, limit),
        ...next(found, limit, ({ at, partition, sort }) => writeCursor({ at, partition, sort })),
      }
    },
    durable: async () => undefined,
    async expire() {
      const expired = all().filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt <= clock.now())
      for (const item of expired) write(item, undefined)
      return expired.length
    },
    everything: () => all().map(whole),
  }
}

/** An index that follows the writes, some time later. */
function lateIndex(clock: Clock, lagMs: () => number) {
  const shown = new Map<string, Item>()
  const coming: { at: number; key: string; item: Item | undefined }[] = []
  return {
    note({ partition, sort }: ItemKey, item: Item | undefined): void {
      coming.push({ at: clock.now(), key: JSON.stringify([partition, sort]), item })
    },
    all(): Item[] {
      const until = clock.now() - lagMs()
      while (coming[0] !== undefined && coming[0].at <= until) {
        const { key, item } = coming.shift()!
        if (item === undefined) shown.delete(key)
        else shown.set(key, item)
      }
      return [...shown.values()]
    },
  }
}

function holds(when: Condition, found: Item | undefined): boolean {
  if (when === 'always') return true
  return when === 'absent' ? found === undefined : found?.version === when.version
}

/** A copy with whole milliseconds and without undefined keys. */
function whole({ partition, sort, body, version, dueAt, list, card, expiresAt }: Item): Item {
  return {
    ...{ partition, sort, body, version },
    ...(dueAt === undefined ? {} : { dueAt: Math.ceil(dueAt) }),
    ...(list === undefined ? {} : { list: { name: list.name, at: Math.floor(list.at) } }),
    ...(card === undefined ? {} : { card: { ...card, at: Math.floor(card.at) } }),
    ...(expiresAt === undefined ? {} : { expiresAt: Math.ceil(expiresAt) }),
  }
}

function comparePlaces(a: IndexPlace, b: IndexPlace): number {
  return a.at - b.at || compareUtf8(a.partition, b.partition) || compareUtf8(a.sort, b.sort)
}

function next<T>(found: T[], limit: number, place: (entry: T) => string): { next?: string } {
  const last = found[limit - 1]
  return found.length > limit && last !== undefined ? { next: place(last) } : {}
}
