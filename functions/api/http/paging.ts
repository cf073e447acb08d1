import { timingSafeEqual } from 'node:crypto'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { SecretBox } from '../../../shared/secret/seal.ts'
import type { Ask, Refusal } from './route.ts'
import { refuseWith } from './route.ts'

export const DEFAULT_LIMIT = 100
export const MAX_LIMIT = 500
const MAC_BYTES = 16

export interface Paging {
  limit: number
  /** The end of the page before, in the terms of the list. */
  after?: string
}

/**
 * Reads `?limit=` and `?after=`. A cursor is a place in the data of an account, and is signed for one account and one
 * list: only the account that got the cursor can use the cursor, and an edited cursor is refused.
 */
export function readPaging(ask: Ask, list: string, secrets: SecretBox): Paging | Refusal {
  const limit = readLimit(ask.query.get('limit'))
  if (limit === undefined) return refuseWith(400, 'invalid', `limit: a whole number from 1 to ${MAX_LIMIT}`)
  const cursor = ask.query.get('after')
  if (cursor === null || cursor === '') return { limit }
  const after = openCursor(cursor, ask.account, list, secrets)
  return after === undefined ? refuseWith(400, 'invalid', 'after: not a cursor of this list') : { limit, after }
}

/** An answer of a list; `listOf` makes its schema. */
export interface ListPage<Item> {
  items: Item[]
  /** The cursor of the next page, for `?after=`; absent on the last page. */
  next?: string
}

/**
 * One page of a list in memory: places in the list are numbers. A page ends early before it has more than
 * `LIMITS.answerBytes`; it has one item at least.
 */
export function pageOfArray<Entry, Item>(
  all: readonly Entry[],
  show: (entry: Entry) => Item,
  ask: Ask,
  list: string,
  secrets: SecretBox,
): ListPage<Item> | Refusal {
  const paging = readPaging(ask, list, secrets)
  if ('refused' in paging) return paging
  const from = paging.after === undefined ? 0 : Number(paging.after)
  const items: Item[] = []
  let bytes = 0
  for (const entry of all.slice(from, from + paging.limit)) {
    const item = show(entry)
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1
    if (bytes > LIMITS.answerBytes && items.length > 0) break
    items.push(item)
  }
  const to = from + items.length
  return listPage(items, to < all.length ? String(to) : undefined, ask, list, secrets)
}

export function listPage<Item>(
  items: Item[],
  next: string | undefined,
  ask: Ask,
  list: string,
  secrets: SecretBox,
): ListPage<Item> {
  return { items, next: next === undefined ? undefined : makeCursor(next, ask.account, list, secrets) }
}

function makeCursor(place: string, account: string, list: string, secrets: SecretBox): string {
  const mac = cursorMac(place, account, list, secrets)
  return `${Buffer.from(place).toString('base64url')}.${mac.toString('base64url')}`
}

function openCursor(cursor: string, account: string, list: string, secrets: SecretBox): string | undefined {
  const [encoded = '', given = '', ...rest] = cursor.split('.')
  const place = Buffer.from(encoded, 'base64url').toString()
  const mac = Buffer.from(given, 'base64url')
  const right = cursorMac(place, account, list, secrets)
  if (rest.length > 0 || mac.length !== right.length || !timingSafeEqual(mac, right)) return undefined
  // Base64 has several spellings of the same bytes; only the spelling of `makeCursor` was given out.
  return makeCursor(place, account, list, secrets) === cursor ? place : undefined
}

function cursorMac(place: string, account: string, list: string, secrets: SecretBox): Buffer {
  return secrets.mac('cursor', account, list, place).subarray(0, MAC_BYTES)
}

function readLimit(text: string | null): number | undefined {
  if (text === null) return DEFAULT_LIMIT
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= MAX_LIMIT ? limit : undefined
}
