import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import type { Delivery, DeliveryProgress, WrittenAs } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { groupPartition, keys, progressKey } from '../table/keys.ts'
import type { ItemKey, Page, Table } from '../table/port.ts'
import { readItem, type StoredBody, updateItem } from '../table/update.ts'

/**
 * A delivery is two items: its content, which never changes and may be large, and beside the content its progress,
 * which notify writes. Dispatch, which opens the delivery, caps the content, so that the content fits into an item.
 */
export interface StoredDelivery {
  delivery: Delivery
  progress: DeliveryProgress
}

/** A progress as it was written: the next write of the progress holds only while no other writer wrote. */
export type KeptProgress = StoredBody<DeliveryProgress>

export type Claim =
  | { kind: 'claimed'; delivery: Delivery; kept: KeptProgress }
  | { kind: 'taken' }
  | { kind: 'missing' }

const MOST_FINGERPRINTS = 5000
/** Bytes of a fingerprint in JSON, with quotes and comma. */
const FINGERPRINT_BYTES = 19
/**
 * The part of the 400 KiB of an item for the content and the two sets; the rest is for the other members of the
 * delivery.
 */
const ROOM_BYTES = 390 * 1024

/** Few writes to a delivery can lose to each other: the writes of its attempts. More lost races are a fault. */
const TRIES = 10

const DELIVERY: BodyShape<Delivery> = bodyShape('a delivery')
const PROGRESS: BodyShape<DeliveryProgress> = bodyShape('the progress of a delivery')
/** The progress before the first attempt: the item is still absent. */
const UNBEGUN: DeliveryProgress = { begun: 0 }

/**
 * Keeps a delivery that is about to be opened. Running it twice is safe: the id covers the content, so a stored content
 * under the id is the same content. A delivery that is never opened is harmless: no worker acts on the delivery, and
 * the item expires. From the two sets, as many fingerprints are kept as fit beside the content. The group has the whole
 * sets, and decides by the whole sets.
 */
export async function putDelivery(
  table: Table,
  delivery: Delivery,
  { expiresAt }: { expiresAt: Millis },
): Promise<void> {
  const left = ROOM_BYTES - Buffer.byteLength(JSON.stringify(delivery.notification))
  const kept = Math.max(0, Math.min(MOST_FINGERPRINTS, Math.floor(left / FINGERPRINT_BYTES / 2)))
  const firing = delivery.firing.slice(0, kept)
  const resolved = delivery.resolved.slice(0, kept)
  const { account, group, id, openedAt } = delivery
  const item = {
    ...keys.delivery(account, group, id),
    body: writeBody(DELIVERY, { ...delivery, firing, resolved }),
    list: { name: keys.list(account, 'deliveries'), at: openedAt },
    expiresAt,
  }
  await table.put(item, 'absent')
}

export async function readDelivery(
  table: Table,
  account: string,
  group: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  return await readBoth(table, keys.delivery(account, group, id), keys.progress(account, group, id))
}

/**
 * Takes an attempt for the caller alone; atomic. `taken`: this attempt or a later attempt was begun already, by another
 * copy of the message or by this copy before a crash. Late or twice is safe: the attempt is then never begun again.
 */
export async function claimAttempt(
  table: Table,
  account: string,
  group: string,
  id: string,
  attempt: number,
  at: Millis,
  as?: WrittenAs,
): Promise<Claim> {
  const content = await table.get(keys.delivery(account, group, id))
  if (content === undefined) return { kind: 'missing' }
  // The content is read before the claim: an attempt whose content cannot be read must not count as begun.
  const delivery = readBody(DELIVERY, content)
  const { expiresAt } = content
  const updated = await updateItem(
    table,
    keys.progress(account, group, id),
    PROGRESS,
    (before) => {
      const { begun } = before?.body ?? UNBEGUN
      return { next: begun < attempt ? { body: { begun: attempt, begunAt: at, as }, expiresAt } : undefined }
    },
    // Before a first attempt, the progress is absent as a rule.
    { tries: TRIES, before: attempt === 1 ? 'absent' : undefined },
  )
  switch (updated.result) {
    case 'saved':
      return { kind: 'claimed', delivery, kept: updated.stored }
    case 'unchanged':
      return { kind: 'taken' }
    case 'lost':
      // The message comes again.
      throw new Error(`the claim of ${id} lost ${TRIES} races`)
    default:
      return never(updated)
  }
}

/**
 * Keeps the outcome of an attempt, for people to see; no decision depends on the outcome. Running it twice or late is
 * safe: the first outcome of an attempt stays, and an overtaken attempt leaves no trace here. `kept`: the progress as
 * the claim left it, which spares a read.
 */
export async function recordOutcome(
  table: Table,
  { account, group, delivery: id, attempt }: { account: string; group: string; delivery: string; attempt: number },
  outcome: Outcome,
  kept?: KeptProgress,
): Promise<void> {
  const key = keys.progress(account, group, id)
  const { result } = await updateItem(
    table,
    key,
    PROGRESS,
    (before) => {
      if (before?.body.begun !== attempt || before.body.last !== undefined) return {}
      return { next: { body: { ...before.body, last: outcome }, expiresAt: before.expiresAt } }
    },
    { tries: TRIES, before: kept },
  )
  if (result === 'lost') throw new Error(`the outcome of ${id} lost ${TRIES} races`)
}

/** The filter of a list of deliveries; deliveries outside the filter are not even read. */
export interface DeliveryFilter {
  group?: string
  /** Opened at this moment or later. */
  from?: Millis
}

/** Newest first. The index lags: a delivery that the index names and that is already removed is left out. */
export async function listDeliveries(
  table: Table,
  account: string,
  page: Page,
  { group, from = Number.NEGATIVE_INFINITY }: DeliveryFilter = {},
): Promise<{ items: StoredDelivery[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, 'deliveries'), page)
  const partition = group === undefined ? undefined : groupPartition(account, group)
  const wanted = found.filter((key) => key.at >= from && (partition === undefined || key.partition === partition))
  const items = await Promise.all(wanted.map((key) => readBoth(table, key, progressKey(key))))
  const there = items.filter((item) => item !== undefined)
  // The following deliveries are older still.
  const over = next === undefined || (found.at(-1)?.at ?? from) < from
  return over ? { items: there } : { items: there, next }
}

async function readBoth(table: Table, content: ItemKey, progress: ItemKey): Promise<StoredDelivery | undefined> {
  const [item, kept] = await Promise.all([table.get(content), readItem(table, progress, PROGRESS)])
  return item && { delivery: readBody(DELIVERY, item), progress: kept?.body ?? UNBEGUN }
}
