import { MINUTE, type Millis } from '../base/time.ts'
import {
  DUE_BUCKETS,
  ITEM_BYTES,
  type ItemKey,
  ItemRefused,
  type NewItem,
  PARTITION_KEY_BYTES,
  SORT_KEY_BYTES,
} from './port.ts'

/** What every adapter of the table does alike: the limits of `port.ts`, buckets, rounding. */

export function checkItem(item: NewItem): void {
  checkKey(item)
  const bytes = Buffer.byteLength(item.body)
  if (bytes > ITEM_BYTES) throw new ItemRefused(`item ${item.sort}: ${bytes} bytes, the limit is ${ITEM_BYTES}`)
}

export function checkKey({ partition, sort }: ItemKey): void {
  check('partition key', partition, PARTITION_KEY_BYTES)
  check('sort key', sort, SORT_KEY_BYTES)
}

function check(what: string, key: string, limit: number): void {
  const bytes = Buffer.byteLength(key)
  if (bytes === 0 || bytes > limit) throw new ItemRefused(`${what} of ${bytes} bytes: 1 to ${limit} are allowed`)
}

/** Spreads the `due` index over partitions of its own; any stable hash will do (FNV-1a, 32 bits). */
export function bucketOf(partition: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < partition.length; i++) hash = Math.imul(hash ^ partition.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % DUE_BUCKETS
}

/** Rounded up to the minute, so that most saves of a head leave its index entry as it is. */
export function dueMinute(at: Millis): Millis {
  return Math.ceil(at / MINUTE) * MINUTE
}
