import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import type { Delivery, DeliveryProgress, Notification, WrittenAs } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Item, ItemKey, Table } from '../table/port.ts'
import { readItem, type StoredBody, updateItem } from '../table/update.ts'
import { keptFingerprints, putWords, readFingerprints, readWords, type Words, type WordsPlace } from './words.ts'

/**
 * A delivery is two items: its content, which never changes, and beside the content its progress, which notify writes.
 * Words that are large, or that several deliveries share, lie in items of their own: `words.ts`.
 */
export interface StoredDelivery {
  delivery: DeliveryFacts
  progress: DeliveryProgress
}

/** A delivery whose alerts may still have to be read: `wholeDelivery`. */
export interface DeliveryFacts extends Omit<Delivery, 'notification'> {
  notification: Omit<Notification, 'alerts'> & Partial<Pick<Notification, 'alerts'>>
  /** Present while the words lie apart. */
  words?: WordsPlace
}

/** A progress as it was written: the next write of the progress holds only while no other writer wrote. */
export type KeptProgress = StoredBody<DeliveryProgress>

export type Claim =
  | { kind: 'claimed'; delivery: Delivery; kept: KeptProgress }
  | { kind: 'taken' }
  | { kind: 'missing' }

/** The part of the 400 KiB of an item that a delivery may take together with its words. */
const WHOLE_BYTES = 380 * 1024
/** Words of this size cost more as part of each of two deliveries than as an item that both deliveries read. */
const SHARED_BYTES = 8 * 1024

/** Few writes to a delivery can lose to each other: the writes of its attempts. More lost races are a fault. */
const TRIES = 10

/** As an item has the delivery: `alerts`, `firing` and `resolved` are absent while the words lie apart. */
type StoredFacts = Omit<DeliveryFacts, 'firing' | 'resolved'> & Partial<Pick<DeliveryFacts, 'firing' | 'resolved'>>

/**
 * A delivery with its words still has the format 1, which the release before can send. Format 2: a reader that does not
 * know that the words lie apart would send none.
 */
const WHOLE: BodyShape<StoredFacts> = bodyShape('a delivery', { writes: 1, reads: 2 })
const APART: BodyShape<StoredFacts> = bodyShape('a delivery', { writes: 2, reads: 2 })
const PROGRESS: BodyShape<DeliveryProgress> = bodyShape('the progress of a delivery')
/** The progress before the first attempt: the item is still absent. */
const UNBEGUN: DeliveryProgress = { begun: 0 }

/**
 * Keeps the deliveries that a group is about to open. Running it twice is safe: an id covers the content, so a stored
 * content under the id is the same content, and words are written before a delivery names them. A delivery that is
 * never opened is harmless: no worker acts on the delivery, and its items expire.
 */
export async function putDeliveries(
  table: Table,
  deliveries: readonly Delivery[],
  { expiresAt }: { expiresAt: Millis },
): Promise<void> {
  await Promise.all(bySameWords(deliveries).map((some) => putTogether(table, some, expiresAt)))
}

/** Deliveries by the words that they share: the very same lists, as the group froze them. */
function bySameWords(deliveries: readonly Delivery[]): Delivery[][] {
  const numbers = new Map<object, number>()
  const numberOf = (list: object): number => {
    const number = numbers.get(list) ?? numbers.size
    numbers.set(list, number)
    return number
  }
  const words = ({ notification, firing, resolved }: Delivery): string =>
    [notification.alerts, firing, resolved].map(numberOf).join()
  return [...Map.groupBy(deliveries, words).values()]
}

async function putTogether(table: Table, deliveries: readonly Delivery[], expiresAt: Millis): Promise<void> {
  const [first, ...others] = deliveries
  if (first === undefined) return
  const [firing, resolved] = [keptFingerprints(first.firing), keptFingerprints(first.resolved)]
  const words: Words = { firing, resolved, alerts: first.notification.alerts }
  const wholeBody = (delivery: Delivery): string => writeBody(WHOLE, { ...delivery, firing, resolved })
  const body = wholeBody(first)
  const together =
    Buffer.byteLength(body) <= WHOLE_BYTES &&
    (others.length === 0 || Buffer.byteLength(JSON.stringify(words)) <= SHARED_BYTES)
  if (together) {
    await Promise.all(deliveries.map((one) => put(table, one, one === first ? body : wholeBody(one), expiresAt)))
    return
  }
  const fresh = await withoutStored(table, deliveries)
  if (fresh.length === 0) return
  const place = await putWords(table, first, words, expiresAt)
  await Promise.all(fresh.map((one) => put(table, one, writeBody(APART, factsOf(one, place)), expiresAt)))
}

/**
 * Attempts that are made again find their deliveries stored, and the words with them. Deliveries of a decision mostly
 * are first attempts all together, or repeated attempts all together: the first of them tells.
 */
async function withoutStored(table: Table, deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
  const isStored = async ({ account, group, id }: Delivery): Promise<boolean> =>
    (await table.get(keys.delivery(account, group, id))) !== undefined
  if (!(await isStored(deliveries[0]!))) return deliveries
  const stored = await Promise.all(deliveries.map(isStored))
  return deliveries.filter((_, index) => !stored[index])
}

function factsOf(delivery: Delivery, words: WordsPlace): StoredFacts {
  const { notification, firing: _, resolved: __, ...facts } = delivery
  const { alerts: ___, ...about } = notification
  return { ...facts, notification: about, words }
}

async function put(table: Table, delivery: Delivery, body: string, expiresAt: Millis): Promise<void> {
  const { account, group, id, openedAt } = delivery
  const list = { name: keys.list(account, 'deliveries'), at: openedAt }
  await table.put({ ...keys.delivery(account, group, id), body, list, expiresAt }, 'absent')
}

export async function readDelivery(
  table: Table,
  account: string,
  group: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  return await readBoth(table, keys.delivery(account, group, id), keys.progress(account, group, id))
}

/** The progress of a delivery; undefined: the delivery was not begun, or is gone. */
export async function readProgress(
  table: Table,
  account: string,
  group: string,
  id: string,
): Promise<DeliveryProgress | undefined> {
  return (await readItem(table, keys.progress(account, group, id), PROGRESS))?.body
}

/** The delivery with its alerts; undefined: the alerts are gone, as their time was over. */
export async function wholeDelivery(
  table: Table,
  { words: place, ...facts }: DeliveryFacts,
): Promise<Delivery | undefined> {
  const { notification } = facts
  const { alerts } = notification
  if (alerts !== undefined) return { ...facts, notification: { ...notification, alerts } }
  const words = place && (await readWords(table, facts, place))
  if (words === undefined) return undefined
  const { firing, resolved } = words
  return { ...facts, firing, resolved, notification: { ...notification, alerts: words.alerts } }
}

/** Deliveries with their alerts, as far as the alerts are there; words that several deliveries share are read once. */
export async function wholeDeliveries(table: Table, facts: readonly DeliveryFacts[]): Promise<Delivery[]> {
  const read = new Map<string, Promise<Delivery | undefined>>()
  const whole = await Promise.all(
    facts.map(async (one) => {
      const { group, notification, words } = one
      if (words === undefined) return await wholeDelivery(table, one)
      const key = JSON.stringify([group, words.hash])
      const first = read.get(key) ?? wholeDelivery(table, one)
      read.set(key, first)
      const shared = await first
      if (shared === undefined) return undefined
      const { firing, resolved } = shared
      return { ...one, firing, resolved, notification: { ...notification, alerts: shared.notification.alerts } }
    }),
  )
  return whole.filter((one) => one !== undefined)
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
  // The content is read before the claim: an attempt whose content cannot be read must not count as begun.
  const delivery = content && (await wholeDelivery(table, readFacts(content)))
  if (delivery === undefined) return { kind: 'missing' }
  const { expiresAt } = content!
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
 * Keeps the outcome of an attempt, for people to see, and for the group when the report of the outcome is lost. Running
 * it twice or late is safe: the first outcome of an attempt stays, and an overtaken attempt leaves no trace here.
 * `kept`: the progress as the claim left it, which spares a read.
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

export async function readBoth(table: Table, content: ItemKey, progress: ItemKey): Promise<StoredDelivery | undefined> {
  const [item, kept] = await Promise.all([table.get(content), readItem(table, progress, PROGRESS)])
  if (item === undefined) return undefined
  const facts = readFacts(item)
  const delivery = facts.words === undefined ? facts : await withFingerprints(table, facts, facts.words)
  return { delivery, progress: kept?.body ?? UNBEGUN }
}

function readFacts(item: Item): DeliveryFacts {
  return { firing: [], resolved: [], ...readBody(WHOLE, item) }
}

/** The delivery with its fingerprints, and with its alerts if no more items have to be read for the alerts. */
export async function withFingerprints(table: Table, facts: DeliveryFacts, place: WordsPlace): Promise<DeliveryFacts> {
  const { alerts, ...fingerprints } = await readFingerprints(table, facts, place)
  return { ...facts, ...fingerprints, notification: { ...facts.notification, alerts } }
}
