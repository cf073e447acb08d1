import type { Millis } from '../base/time.ts'
import type { Delivery, DeliveryProgress, WrittenAs } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { groupPartition, keys } from './keys.ts'
import type { Item, Page, Table } from './port.ts'

/**
 * A delivery is one item: its content, which never changes, and the progress, which notify writes.
 * The content is capped by who opens it, so that both fit into one item.
 */
export interface StoredDelivery {
  delivery: Delivery
  progress: DeliveryProgress
}

export type Claim = { kind: 'claimed'; delivery: Delivery } | { kind: 'taken' } | { kind: 'missing' }

const MOST_FINGERPRINTS = 5000
/** In JSON, with quotes and comma. */
const FINGERPRINT_BYTES = 19
/** Of an item's 400 KiB, for content and the two sets; the rest is the delivery's own. */
const ROOM_BYTES = 390 * 1024

/** Writes to one delivery that can lose to each other are few: its attempts. More losses are a fault. */
const MAX_RACES = 10

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
  await table.put(toItem({ delivery: { ...delivery, firing, resolved }, progress: { begun: 0 } }, expiresAt), 'absent')
}

export async function readDelivery(
  table: Table,
  account: string,
  group: string,
  id: string,
): Promise<(StoredDelivery & { version: number }) | undefined> {
  const item = await table.get(keys.delivery(account, group, id))
  return item === undefined ? undefined : { ...fromItem(item), version: item.version }
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
  const changed = await change(table, { account, group, id }, ({ begun }) =>
    begun < attempt ? { begun: attempt, begunAt: at, ...(as === undefined ? {} : { as }) } : undefined,
  )
  if (changed === 'missing') return { kind: 'missing' }
  return changed === 'unchanged' ? { kind: 'taken' } : { kind: 'claimed', delivery: changed.delivery }
}

/**
 * Keeps what an attempt came to, for people to see; no decision rests on it. Running it twice or late is
 * safe: the first outcome of an attempt stays, and an attempt that was overtaken leaves no trace here.
 */
export async function recordOutcome(
  table: Table,
  account: string,
  group: string,
  id: string,
  attempt: number,
  outcome: Outcome,
): Promise<void> {
  await change(table, { account, group, id }, (progress) =>
    progress.begun === attempt && progress.last === undefined ? { ...progress, last: outcome } : undefined,
  )
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
  const items = await Promise.all(wanted.map((key) => table.get(key)))
  const there = items.filter((item) => item !== undefined).map(fromItem)
  // What follows is older still.
  const over = next === undefined || (found.at(-1)?.at ?? from) < from
  return over ? { items: there } : { items: there, next }
}

/** One conditional write of a new progress; a lost race is read and decided again. */
async function change(
  table: Table,
  { account, group, id }: Pick<Delivery, 'account' | 'group' | 'id'>,
  decide: (progress: DeliveryProgress) => DeliveryProgress | undefined,
): Promise<StoredDelivery | 'unchanged' | 'missing'> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const item = await table.get(keys.delivery(account, group, id))
    if (item === undefined) return 'missing'
    const { delivery, progress } = fromItem(item)
    const decided = decide(progress)
    if (decided === undefined) return 'unchanged'
    const changed = { delivery, progress: decided }
    const saved = await table.put(toItem(changed, item.expiresAt), { version: item.version })
    if (saved === 'saved') return changed
  }
  throw new Error(`delivery ${id}: lost ${MAX_RACES} races`)
}

function toItem(stored: StoredDelivery, expiresAt: Millis | undefined) {
  const { account, group, id, openedAt } = stored.delivery
  return {
    ...keys.delivery(account, group, id),
    body: JSON.stringify(stored),
    list: { name: keys.list(account, 'deliveries'), at: openedAt },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

/** JSON.parse defines a label called `__proto__` as an own property, so labels survive as they are. */
function fromItem(item: Item): StoredDelivery {
  return JSON.parse(item.body) as StoredDelivery
}
