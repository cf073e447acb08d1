import type { Notification } from '../delivery/delivery.ts'
import type { FreshDelivery } from '../delivery/fresh-words.ts'
import { parseTargetKey } from '../delivery/target.ts'
import type { OutMessage } from '../queue/port.ts'
import {
  DELIVERIES_VERSION,
  type DeliveriesMessage,
  type DeliveryDue,
  type DeliveryMessage,
  LEDGER_VERSION,
  type SharedDue,
} from './message.ts'
import { packWords, unpackWords } from './words.ts'

/** A delivery to attempt. `said`: the words, where the words are at hand. */
export interface Due {
  due: DeliveryDue
  said?: FreshDelivery | undefined
}

/** The message of one delivery. `carries`: bytes of words at most. */
export function dueMessage({ due, said }: Due, carries = 0): OutMessage {
  // The reader of a single message takes `how` from the ledger.
  const words = said === undefined || said.how !== undefined ? undefined : packWords(said.notification, carries)
  const message: DeliveryMessage = { ...due, ...(words !== undefined && { words }) }
  return { account: due.account, lane: parseTargetKey(due.target).channel, body: JSON.stringify(message) }
}

/**
 * Messages for some deliveries. The deliveries of a ledger, ten at most, share a message where the words are at hand: the
 * receiver claims the attempts by one write, and holds no more words than a message carries. A delivery without words has
 * a single message, beside the messages of the same ledger.
 */
export function dueMessages(some: readonly Due[], carries = 0): OutMessage[] {
  return [...Map.groupBy(some, ({ due: { ledger } }) => ledger).values()].flatMap((own) => {
    const alone = own.filter(({ said }) => said === undefined)
    const together = own.filter(({ said }) => said !== undefined)
    return [...alone.map((one) => dueMessage(one)), ...sharedMessages(together, carries)]
  })
}

/** Deliveries of one ledger. */
function sharedMessages(some: readonly Due[], carries: number): OutMessage[] {
  const [first] = some
  if (first?.due.ledger === undefined || some.length === 1) return some.map((one) => dueMessage(one, carries))
  // Equal words of several targets are the very same object.
  const all = [...new Set(some.map(({ said }) => said?.notification))]
  const words = packWords(all, carries)
  if (words === undefined) {
    const half = Math.ceil(some.length / 2)
    return [some.slice(0, half), some.slice(half)].flatMap((part) => sharedMessages(part, carries))
  }
  const { account, ledger } = first.due
  const deliveries = some.map(({ due, said }): SharedDue => {
    const { v: _, kind: __, account: ___, ledger: ____, turn: _____, ...one } = due
    return { ...one, says: all.indexOf(said?.notification), ...(said?.how && { how: said.how }) }
  })
  const message: DeliveriesMessage = { v: DELIVERIES_VERSION, kind: 'deliveries', account, ledger, deliveries, words }
  return [{ account, body: JSON.stringify(message) }]
}

/** The deliveries of a message. Broken words are left out: the ledger has the words. */
export function dueOf(message: DeliveryMessage | DeliveriesMessage): Due[] {
  if (message.kind === 'delivery') {
    const { words, ...due } = message
    const notification = words === undefined ? undefined : unpackWords<Notification>(words)
    return [{ due, said: notification && { notification } }]
  }
  const { account, ledger, deliveries, words } = message
  const all = unpackWords<Notification[]>(words) ?? []
  return deliveries.map(({ says, how, ...one }) => {
    const notification = all[says]
    const said = notification && { notification, ...(how && { how }) }
    return { due: { v: LEDGER_VERSION, kind: 'delivery', account, ledger, ...one }, said }
  })
}
