import type { Millis } from '../base/time.ts'
import type { Version } from './version.ts'

/**
 * The table, as DynamoDB and SQLite can both keep it: items under (partition, sort), single-item
 * conditional writes, no transactions. Handlers do not use it directly: the verbs beside this file
 * (`heads`, `deliveries`, `timeline`, `silences`, …) say what an operation means and how atomic it is.
 *
 * Reads by key are strongly consistent. `due` and `list` are indexes and may lag behind by moments.
 */
export interface Table {
  /** What changes together is best kept in one item up to so many characters. Absent: a few thousand. */
  readonly wholeBytes?: number
  get(key: ItemKey): Promise<Item | undefined>
  /** Atomic; gives the new version. `lost`: the condition did not hold, and nothing was written. */
  put(item: NewItem, when: Condition): Promise<Version | 'lost'>
  /** Atomic; removing what is not there succeeds, unless a version was asked for. */
  remove(key: ItemKey, when?: Condition): Promise<'removed' | 'lost'>
  /** Items of one partition whose sort key starts with `prefix`, ascending; strongly consistent. */
  query(partition: string, prefix: string, page: Page): Promise<Items>
  /** Keys of items whose `dueAt` is at or before `until`, in one of DUE_BUCKETS buckets, earliest first. */
  due(bucket: number, until: Millis, page: Page): Promise<{ keys: ItemKey[]; next?: string }>
  /** Keys of items put with `list.name`, newest first. */
  list(name: string, page: Page): Promise<{ keys: (ItemKey & { at: Millis })[]; next?: string }>
}

export interface ItemKey {
  partition: string
  sort: string
}

export interface NewItem extends ItemKey {
  body: string
  /** Sweep looks at it from then on. Indexed to the minute, rounded up. */
  dueAt?: Millis
  list?: { name: string; at: Millis }
  /** Retention only: it may go any time after; never a timer. */
  expiresAt?: Millis
}

export interface Item extends NewItem {
  version: Version
}

export type Condition = 'always' | 'absent' | { version: Version }

/** The condition of a write that was decided from a read: the item is still as it was read, or still absent. */
export function ifUnchanged(read: Version | 'absent'): Condition {
  return read === 'absent' ? 'absent' : { version: read }
}

export interface Page {
  limit: number
  /** A `next` of the same call. */
  after?: string
  /** `query` only. */
  descending?: boolean
}

export interface Items {
  items: Item[]
  next?: string
}

export const DUE_BUCKETS = 8

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html; both adapters refuse what is beyond. */
export const ITEM_BYTES = 400 * 1024
export const PARTITION_KEY_BYTES = 2048
export const SORT_KEY_BYTES = 1024

/** A write beyond the limits above: a bug of the caller, never a user's doing. */
export class ItemRefused extends Error {}
