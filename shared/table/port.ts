import type { Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Version } from './version.ts'

/**
 * The table, as both DynamoDB and SQLite can keep the table: items under (partition, sort), single-item conditional
 * writes, no transactions. Handlers do not use the port directly: the verbs of `shared/store` and `shared/group-store`
 * (heads, deliveries, timeline, silences, …) say the meaning and the atomicity of an operation.
 *
 * Every read sees a write that resolved. On one machine the end of the process may still lose the write and all later
 * writes; `durable` waits for the disk. So the host awaits `durable` before the first byte of an answer, and a sender
 * before the first byte of a message.
 *
 * Reads by key are strongly consistent. `due`, `list` and `cards` are indexes and may lag behind by moments. An operation throws
 * `ItemRefused` beyond a limit below, and `Unavailable` when the table is away. Of a put or a remove that throws
 * `Unavailable`, nobody knows whether it was made; `WriteUnknown` says that the table answers again.
 */
export interface Table {
  /** Data that changes together is best kept in one item up to this number of characters. Absent: eight thousand. */
  readonly wholeBytes?: number
  /**
   * The table bills an entry that moves in the index `due`, so a `dueAt` that may be later had best lie on a grid of so
   * many milliseconds; and a card that changes, so numbers of a card had best change once in a step. Absent: both cost nothing.
   */
  readonly dueGridMs?: number
  get(key: ItemKey): Promise<Item | undefined>
  /** Atomic; gives the new version. `lost`: the condition did not hold, and the table is unchanged. */
  put(item: NewItem, when: Condition): Promise<Version | 'lost'>
  /** Atomic. Removing an absent item succeeds, unless the condition names a version. */
  remove(key: ItemKey, when?: Condition): Promise<'removed' | 'lost'>
  /** The items of a partition with a sort key that starts with `prefix`, ascending; strongly consistent. */
  query(partition: string, prefix: string, page: Page): Promise<Items>
  /** Keys of the items with a `dueAt` at or before `until`, in a single bucket of DUE_BUCKETS, earliest first. */
  due(bucket: number, until: Millis, page: Page): Promise<{ keys: ItemKey[]; next?: string }>
  /** Keys of the items that were put with `list.name`, newest first. */
  list(name: string, page: Page): Promise<{ keys: (ItemKey & { at: Millis })[]; next?: string }>
  /** The cards of the items that were put with `card.name`, newest first: a page is one read, and no item is read. */
  cards(name: string, page: Page): Promise<{ cards: CardEntry[]; next?: string }>
  /**
   * Resolves when all writes and sent messages that resolved before are durable; on AWS at once. Throws when these writes
   * are lost: then no decision over the writes may leave the process.
   */
  durable(): Promise<void>
}

export interface ItemKey {
  partition: string
  sort: string
}

export interface NewItem extends ItemKey {
  body: string
  /** From this time on, sweep looks at the item. Indexed to the minute, rounded up. */
  dueAt?: Millis
  list?: { name: string; at: Millis }
  /**
   * A short text that an index of its own shows in the place of the item. A put with the same card writes nothing to
   * that index. The text has at most CARD_BYTES.
   */
  card?: { name: string; at: Millis; text: string }
  /** Retention only: from this time on, the item may be removed at a moment that is not known. Never a timer. */
  expiresAt?: Millis
}

export interface Item extends NewItem {
  version: Version
}

/** The card of an item, with the key of the item. */
export interface CardEntry extends ItemKey {
  at: Millis
  text: string
}

export type Condition = 'always' | 'absent' | { version: Version }

/**
 * The condition of a write that was decided from a read: the version is still the version of the read, or the item is
 * still absent.
 */
export function ifUnchanged(read: Version | 'absent'): Condition {
  return read === 'absent' ? 'absent' : { version: read }
}

export interface Page {
  limit: number
  /** A `next` of the same call; for `list` and `cards` also `writeCursor` of any entry of an answer (`limits.ts`). */
  after?: string
  /** `query` only. */
  descending?: boolean
}

export interface Items {
  items: Item[]
  next?: string
}

export const DUE_BUCKETS = 8

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html; both adapters refuse larger items.
 */
export const ITEM_BYTES = 400 * 1024
export const PARTITION_KEY_BYTES = 2048
export const SORT_KEY_BYTES = 1024
/** A part of the KiB that a write of an index entry costs, with room for the keys. */
export const CARD_BYTES = 768

/**
 * Whether the item was written is unknown, and the table answers: the caller may read the item and decide anew at once, as
 * another process would after a crash of this one.
 */
export class WriteUnknown extends Unavailable {}

/** A write beyond the limits above: a bug of the caller, never a mistake of a user. */
export class ItemRefused extends Error {}
