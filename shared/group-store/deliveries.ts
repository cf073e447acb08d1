import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import type { Delivery, DeliveryProgress, WrittenAs } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { groupPartition, keys, progressBeside } from '../table/keys.ts'
import type { ItemKey, Page, Table } from '../table/port.ts'
import { readItem, type StoredBody, updateItem } from '../table/update.ts'

/**
 * A delivery is its content, which never changes and may be large, and beside it the progress, which notify
 * writes. The content is capped by who opens it, so that it fits into one item.
 */
export interface StoredDelivery {
  delivery: Delivery
  progress: DeliveryProgress
}

/** A progress as it was written: the next write of it holds only while nobody else wrote. */
export type KeptProgress = StoredBody<DeliveryProgress>

export type Claim =
  | { kind: 'claimed'; delivery: Delivery; kept: KeptProgress }
  | { kind: 'taken' }
  | { kind: 'missing' }

const MOST_FINGERPRINTS = 5000
/** In JSON, with quotes and comma. */
const FINGERPRINT_BYTES = 19
/** Of an item's 400 KiB, for content and the two sets; the rest is the delivery's own. */
const ROOM_BYTES = 390 * 1024

/** Writes to one delivery that can lose to each other are few: its attempts. More losses are a fault. */
const TRIES = 10

const DELIVERY: BodyShape<Delivery> = bodyShape('a delivery')
const PROGRESS: BodyShape<DeliveryProgress> = bodyShape('the progress of a delivery')
/** Nobody began: there is no item yet. */
const UNBEGUN: DeliveryProgress = { begun: 0 }

/**
 * Keeps a delivery that is about to be opened. Running it twice is safe: the id covers the content, so what
 * is there already says the same. One that is never opened is harmless: nobody acts on it, and it expires.
 * Of its sets so many are kept as fit beside the content; the whole ones are the group's, which decides by them.
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
 * Takes an attempt for the caller alone; atomic. `taken`: this attempt or a later one was begun already, by
 * another copy of the message or by this one before a crash. Late or twice, it is then never begun again.
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
  // Before the claim: an attempt whose content cannot be read must not count as begun.
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
    // Of a first attempt nothing is written yet, as a rule.
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
 * Keeps what an attempt came to, for people to see; no decision rests on it. Running it twice or late is
 * safe: the first outcome of an attempt stays, and an attempt that was overtaken leaves no trace here.
 * `kept`: as the claim left it, which spares reading it.
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

/** Which deliveries are wanted; the others are not even read. */
export interface WantedDeliveries {
  group?: string
  /** Opened at that moment or later. */
  from?: Millis
}

/** Newest first. An index lags: what it names and is gone already is left out. */
export async function listDeliveries(
  table: Table,
  account: string,
  page: Page,
  { group, from = Number.NEGATIVE_INFINITY }: WantedDeliveries = {},
): Promise<{ items: StoredDelivery[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, 'deliveries'), page)
  const partition = group === undefined ? undefined : groupPartition(account, group)
  const wanted = found.filter((key) => key.at >= from && (partition === undefined || key.partition === partition))
  const items = await Promise.all(wanted.map((key) => readBoth(table, key, progressBeside(key))))
  const there = items.filter((item) => item !== undefined)
  // What follows is older still.
  const over = next === undefined || (found.at(-1)?.at ?? from) < from
  return over ? { items: there } : { items: there, next }
}

async function readBoth(table: Table, content: ItemKey, progress: ItemKey): Promise<StoredDelivery | undefined> {
  const [item, kept] = await Promise.all([table.get(content), readItem(table, progress, PROGRESS)])
  return item && { delivery: readBody(DELIVERY, item), progress: kept?.body ?? UNBEGUN }
}
