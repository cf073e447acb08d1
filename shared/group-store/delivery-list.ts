import type { Millis } from '../base/time.ts'
import { groupPartition, keys, parseLedgerKey, progressKey } from '../table/keys.ts'
import { type IndexPlace, readCursor, writeCursor } from '../table/limits.ts'
import type { Page, Table } from '../table/port.ts'
import { readBoth, type StoredDelivery, withFingerprints } from './deliveries.ts'
import { MOST_DELIVERIES, readLedger } from './ledger.ts'
import { readClaims } from './ledger-claims.ts'

/** The filter of a list of deliveries; where a key tells that its item is outside the filter, the item is not read. */
export interface DeliveryFilter {
  group?: string
  /** Opened at this moment or later. */
  from?: Millis
  /** Only deliveries with an item of their own: life-cycle events, forwards, and a few notifications. */
  alone?: boolean
}

/**
 * The deliveries of an account, newest first. The index names ledgers and single deliveries, and lags: an entry whose
 * item is already removed is left out. A page may end inside a ledger. A page may have fewer deliveries than `limit`,
 * and still have a `next`: the index does not tell how many deliveries a ledger has.
 */
export async function listDeliveries(
  table: Table,
  account: string,
  { limit, after }: Page,
  { group, from = Number.NEGATIVE_INFINITY, alone = false }: DeliveryFilter = {},
): Promise<{ items: StoredDelivery[]; next?: string }> {
  const partition = group === undefined ? undefined : groupPartition(account, group)
  const isWanted = (key: IndexPlace): boolean =>
    key.at >= from &&
    (parseLedgerKey(account, key) === undefined ? partition === undefined || key.partition === partition : !alone)
  const { place, begun, passed } = readPageCursor(after)
  const { keys: found, next } = await table.list(keys.list(account, 'deliveries'), { limit, after: place })
  const entries = [...begun, ...found]
  const taken = takeEnough(account, entries, isWanted, limit)
  const lists = await Promise.all(taken.map((key) => (isWanted(key) ? readEntry(table, account, key) : [])))
  const items: StoredDelivery[] = []
  for (const [index, list] of lists.entries()) {
    for (const [position, stored] of list.entries()) {
      const seen = index < begun.length && position < passed
      if (seen || (group !== undefined && stored.delivery.group !== group)) continue
      if (items.length === limit) return { items, next: writePageCursor(taken[index]!, position) }
      items.push(stored)
    }
  }
  const last = taken.at(-1)
  // The following deliveries are older still.
  if (last !== undefined && last.at < from) return { items }
  const more = taken.length < entries.length && last !== undefined ? writeCursor(last) : next
  return more === undefined ? { items } : { items, next: more }
}

/** Entries until the page would be full, if every ledger were full. */
function takeEnough(
  account: string,
  entries: readonly IndexPlace[],
  isWanted: (key: IndexPlace) => boolean,
  limit: number,
): IndexPlace[] {
  const taken: IndexPlace[] = []
  let expected = 0
  for (const key of entries) {
    if (expected >= limit) break
    taken.push(key)
    if (isWanted(key)) expected += parseLedgerKey(account, key) === undefined ? 1 : MOST_DELIVERIES
  }
  return taken
}

async function readEntry(table: Table, account: string, key: IndexPlace): Promise<StoredDelivery[]> {
  const ledger = parseLedgerKey(account, key)
  if (ledger === undefined) {
    const stored = await readBoth(table, key, progressKey(key))
    return stored === undefined ? [] : [stored]
  }
  const [deliveries = [], progressOf] = await Promise.all([
    readLedger(table, account, ledger),
    readClaims(table, account, ledger),
  ])
  const known = await Promise.all(
    deliveries.map((facts) => (facts.words === undefined ? facts : withFingerprints(table, facts, facts.words))),
  )
  return known.map((delivery) => ({ delivery, progress: progressOf(delivery.id) }))
}

/**
 * A cursor is a place in the index; after `<passed>.` it is the place of a ledger, of which so many deliveries were on
 * the page before. A place has no full stop.
 */
function writePageCursor(key: IndexPlace, passed: number): string {
  return `${passed}.${writeCursor(key)}`
}

function readPageCursor(after: string | undefined): { place: string | undefined; begun: IndexPlace[]; passed: number } {
  const dot = after?.indexOf('.') ?? -1
  if (after === undefined || dot < 0) return { place: after, begun: [], passed: 0 }
  const place = after.slice(dot + 1)
  const ledger = readCursor(place)
  return { place, begun: ledger === undefined ? [] : [ledger], passed: Number(after.slice(0, dot)) }
}
