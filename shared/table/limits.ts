import { MINUTE, type Millis } from '../base/time.ts'
import {
  CARD_BYTES,
  DUE_BUCKETS,
  ITEM_BYTES,
  type ItemKey,
  ItemRefused,
  type NewItem,
  PARTITION_KEY_BYTES,
  SORT_KEY_BYTES,
} from './port.ts'

/** Common work of the adapters of the table: the limits of `port.ts`, buckets, rounding, cursors. */

/** Twice the keys (an index entry repeats the keys) and the names of the attributes, rounded up. */
const ATTRIBUTES_BYTES = 512

/**
 * Sizes are counted before compression: an adapter that compresses refuses the same items as an adapter that does not.
 */
export function checkItem(item: NewItem): void {
  checkKey(item)
  checkText('body', item.body)
  if (item.list) checkPart('list name', item.list.name, PARTITION_KEY_BYTES)
  if (item.card) {
    checkPart('name of cards', item.card.name, PARTITION_KEY_BYTES)
    checkPart('card', item.card.text, CARD_BYTES)
  }
  for (const at of [item.dueAt, item.list?.at, item.card?.at, item.expiresAt]) {
    if (at !== undefined && !Number.isFinite(at)) throw new ItemRefused(`item ${item.sort}: ${at} is no time`)
  }
  const keys = 2 * Buffer.byteLength(item.partition + item.sort)
  const bytes = Buffer.byteLength(item.body) + Buffer.byteLength(item.card?.text ?? '') + keys + ATTRIBUTES_BYTES
  if (bytes > ITEM_BYTES) throw new ItemRefused(`item ${item.sort}: ${bytes} bytes, the limit is ${ITEM_BYTES}`)
}

export function checkKey({ partition, sort }: ItemKey): void {
  checkPart('partition key', partition, PARTITION_KEY_BYTES)
  checkPart('sort key', sort, SORT_KEY_BYTES)
}

function checkPart(what: string, key: string, limit: number): void {
  checkText(what, key)
  const bytes = Buffer.byteLength(key)
  if (bytes === 0 || bytes > limit) throw new ItemRefused(`${what} of ${bytes} bytes: 1 to ${limit} are allowed`)
}

/**
 * Half a surrogate pair has no UTF-8: the text would come back as another character, or two keys would become the same
 * key.
 */
function checkText(what: string, text: string): void {
  if (!text.isWellFormed()) throw new ItemRefused(`${what} is not well-formed Unicode`)
}

/** Spreads the `due` index over several partitions; a stable hash is enough (FNV-1a, 32 bits). */
export function bucketOf(partition: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < partition.length; i++) hash = Math.imul(hash ^ partition.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % DUE_BUCKETS
}

/** The time rounded up to the minute, so that most saves of a head leave the index entry of the head as before. */
export function dueMinute(at: Millis): Millis {
  return Math.ceil(at / MINUTE) * MINUTE
}

/** A place in an index: the last entry of a page. */
export interface IndexPlace extends ItemKey {
  at: Millis
}

export function writeCursor({ at, partition, sort }: IndexPlace): string {
  return Buffer.from(JSON.stringify([at, partition, sort])).toString('base64url')
}

/**
 * A foreign cursor starts at the beginning: a user may have written the cursor, and a cursor cannot leave its own
 * index.
 */
export function readCursor(after: string | undefined): IndexPlace | undefined {
  if (after === undefined) return undefined
  try {
    const [at, partition, sort] = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[]
    if (!Number.isSafeInteger(at) || typeof partition !== 'string' || typeof sort !== 'string') return undefined
    const place = { at: at as Millis, partition, sort }
    checkKey(place)
    return place
  } catch {
    return undefined
  }
}

/** A cursor of `query` is a sort key: a cursor beyond the prefix of the query starts at the beginning. */
export function readSortCursor(after: string | undefined, prefix: string): string | undefined {
  if (after === undefined || !after.startsWith(prefix) || !after.isWellFormed()) return undefined
  return Buffer.byteLength(after) <= SORT_KEY_BYTES ? after : undefined
}
