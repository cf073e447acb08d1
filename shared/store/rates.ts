import { digest } from '../base/hash.ts'
import { DAY, type Millis } from '../base/time.ts'
import type { DeliveryDue } from '../message/message.ts'
import type { Slots } from '../rate/slots.ts'
import type { Urgency } from '../rate/urgency.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { updateItem } from '../table/update.ts'

/*
 * Places that take a limited number of messages: an item with the slots, and an item for every delivery that waits.
 * `place`: a keyed hash, so no secret and no number stands in a key.
 */

/** Longer than every window of a provider. */
const SLOTS_MS = 2 * DAY
/** Longer than any attempt. */
const WAITING_MS = DAY
const TRIES = 3

const SLOTS: BodyShape<Slots> = bodyShape('the slots of a limited place')
const WAITING: BodyShape<{ due: DeliveryDue }> = bodyShape('a delivery that waits for a slot')

/**
 * Decides over the slots of a place, and saves the next slots, atomically: slots are given in one order. `lost`: too many
 * workers write. Twice, late or half-way is safe: a slot that is taken and not used is lost, and fewer messages are sent
 * than the provider takes.
 */
export async function changeSlots<D extends { next?: Slots | undefined }>(
  table: Table,
  account: string,
  place: string,
  now: Millis,
  decide: (slots: Slots) => D,
): Promise<D | 'lost'> {
  const updated = await updateItem(
    table,
    keys.slots(account, place),
    SLOTS,
    (before) => {
      const given = decide(before?.body ?? { at: [] })
      return { given, next: given.next && { body: given.next, expiresAt: now + SLOTS_MS } }
    },
    { tries: TRIES },
  )
  return updated.result === 'lost' ? 'lost' : updated.decided.given
}

/** An attempt that waits for a slot. The item is a hint for the holder of a slot, and never a right to send. */
export interface Waiting {
  /** The name of the item, in the order of the turns. */
  name: string
  due: DeliveryDue
}

/** Twice is once: the name says the attempt, the urgency and the begin of the wait. */
export async function putWaiting(
  table: Table,
  account: string,
  place: string,
  { due, urgency, since }: { due: DeliveryDue; urgency: Urgency; since: Millis },
): Promise<string> {
  const { group, target, delivery, attempt } = due
  const name = `${urgency}.${String(since).padStart(15, '0')}.${digest([group, target, delivery, String(attempt)], 16)}`
  const item = { ...keys.waiting(account, place, name), body: writeBody(WAITING, { due }) }
  await table.put({ ...item, expiresAt: since + WAITING_MS }, 'always')
  return name
}

/** The attempts with the first turns. The item of an attempt that is over may be among the items still. */
export async function readWaiting(table: Table, account: string, place: string, limit: number): Promise<Waiting[]> {
  const { partition, sort } = keys.waiting(account, place, '')
  const { items } = await table.query(partition, sort, { limit })
  return items.map((item) => ({ name: item.sort.slice(sort.length), due: readBody(WAITING, item).due }))
}

/** Twice is safe. After a failure, the next reader of the items removes the rest. */
export async function removeWaiting(
  table: Table,
  account: string,
  place: string,
  names: readonly string[],
): Promise<void> {
  await Promise.all(names.map((name) => table.remove(keys.waiting(account, place, name))))
}
