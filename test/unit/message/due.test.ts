import { expect, test } from 'vitest'
import { type Due, dueMessages } from '../../../shared/message/due.ts'
import { type DeliveriesMessage, type DeliveryMessage, LEDGER_VERSION } from '../../../shared/message/message.ts'
import { readDelivered } from '../../../shared/message/parse.ts'
import { delivery, due } from '../sending/setup.ts'

const KIB = 1024
const { notification } = delivery()

/** Noise that hardly becomes shorter. */
function noise(chars: number, seed: number): string {
  let state = seed
  return Array.from({ length: chars }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 26).toString(36)
  }).join('')
}
const words = (id: number, chars = 10): Due['said'] => ({
  notification: { ...notification, groupLabels: { noise: noise(chars, id * 7919) } },
})

const inLedger = (id: number, said?: Due['said'], ledger = 'l1.0'): Due => ({
  due: due({ v: LEDGER_VERSION, delivery: `g1-d${id}`, ledger, waitsSince: id }),
  said,
})

const messages = (some: readonly Due[], carries = 45 * KIB) =>
  dueMessages(some, carries).map(({ body }) => JSON.parse(body) as DeliveryMessage | DeliveriesMessage)

const sizes = (some: readonly Due[], carries?: number): number[] =>
  messages(some, carries).map((one) => (one.kind === 'delivery' ? 1 : one.deliveries.length))

const read = (some: readonly Due[]): Due[] =>
  dueMessages(some, 45 * KIB).flatMap(({ body }) => {
    const found = readDelivered(body)
    return found.ok ? found.body : []
  })

const ten = Array.from({ length: 10 }, (_, index) => inLedger(index, words(index)))

test('deliveries of a ledger share a message, and are read as they were', () => {
  expect(sizes(ten)).toEqual([10])
  expect(read(ten)).toEqual(ten)
})

test('targets that are told the same share the words', () => {
  const said = words(1, 20 * KIB)
  const some = [1, 2, 3].map((id) => inLedger(id, said))
  expect(sizes(some)).toEqual([3])
  const found = read(some)
  expect(found).toEqual(some)
  expect(found[0]!.said!.notification).toBe(found[2]!.said!.notification)
})

test('how a delivery is written goes along, and a single message leaves that to the ledger', () => {
  const how = { template: 't', hash: 'h', language: 'en', timeZone: 'UTC' } as const
  const some = [inLedger(1, { ...words(1)!, how }), inLedger(2, words(1))]
  expect(read(some)).toEqual(some)
  expect(read(some.slice(0, 1))).toEqual([{ due: some[0]!.due }])
})

test('deliveries of different ledgers have different messages', () => {
  expect(sizes([inLedger(1, words(1)), inLedger(2, words(2), 'l1.1'), inLedger(3, words(3))])).toEqual([2, 1])
})

test('deliveries whose words are not at hand are alone', () => {
  expect(sizes([inLedger(1), inLedger(2, words(2)), inLedger(3, words(3)), inLedger(4)])).toEqual([1, 1, 2])
})

test('a message carries no more words than it may: the next message has the rest', () => {
  const large = Array.from({ length: 4 }, (_, index) => inLedger(index, words(index, 20 * KIB)))
  expect(sizes(large)).toEqual([2, 2])
  expect(read(large)).toEqual(large)
  expect(sizes(large, 0)).toEqual([1, 1, 1, 1])
  expect(messages(large, 0).every((one) => one.words === undefined)).toBe(true)
})

test('a receiver holds few words, however well they are compressed', () => {
  const long = (id: number): Due['said'] => ({
    notification: { ...notification, groupLabels: { id: `${id}`, same: 'x'.repeat(100 * KIB) } },
  })
  expect(sizes([1, 2, 3, 4].map((id) => inLedger(id, long(id))))).toEqual([2, 2])
})

test('a message of ten deliveries with all their words is one request of 64 KiB', () => {
  const full = ten.map((one, index) => ({ ...one, said: words(index, 4 * KIB) }))
  const bodies = dueMessages(full, 45 * KIB).map(({ body }) => Buffer.byteLength(body))
  expect(bodies).toHaveLength(1)
  expect(Math.max(...bodies)).toBeLessThan(64 * KIB)
})
