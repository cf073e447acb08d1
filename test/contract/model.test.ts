import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../shared/base/time.ts'
import { MAX_RECEIVES, type Queue, VISIBILITY_MS } from '../../shared/queue/port.ts'
import type { Receiver } from '../../shared/queue/receiver.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { bucketOf } from '../../shared/table/limits.ts'
import type { Condition, ItemKey, NewItem, Table } from '../../shared/table/port.ts'
import type { Version } from '../../shared/table/version.ts'
import { memoryQueue } from '../sim/queue.ts'
import { memoryTable } from '../sim/table.ts'
import { mulberry32 } from '../sim/world.ts'
import { type HandClock, handClock } from './hand-clock.ts'

/* A simulator is worth as much as its models: the same steps on the model and on SQLite give the same answers. */

const part = fc.constantFrom('a', 'b', 'a#', 'é', '😀', '\uffff')
const time = fc.integer({ min: -2 * MINUTE, max: 5 * MINUTE })
const key = fc.record({ partition: part, sort: part })
const item: fc.Arbitrary<NewItem> = fc.record(
  {
    ...{ partition: part, sort: part, body: fc.string() },
    dueAt: time,
    list: fc.record({ name: part, at: time }),
    card: fc.record({ name: part, at: time, text: fc.constantFrom('{}', 'é', '{"a":1}') }),
    expiresAt: time,
  },
  { requiredKeys: ['partition', 'sort', 'body'] },
)
/** A number: the version given by the put of the key this number of puts ago, 0 for the latest. */
const condition = fc.oneof(fc.constantFrom('always' as const, 'absent' as const), fc.integer({ min: 0, max: 3 }))
const limit = fc.integer({ min: 1, max: 4 })

interface Stepped {
  table: Table & { expire(): Promise<number> }
  /** Versions that puts of a key gave, the latest first. */
  versions: Map<string, Version[]>
}
type TableStep = (stepped: Stepped) => Promise<unknown>

const nameOf = ({ partition, sort }: ItemKey): string => JSON.stringify([partition, sort])

function conditionOf({ versions }: Stepped, of: ItemKey, when: 'always' | 'absent' | number): Condition {
  if (typeof when === 'string') return when
  return { version: versions.get(nameOf(of))?.[when] ?? ('1.never' as Version) }
}

const tableStep: fc.Arbitrary<TableStep> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(item, condition).map(
      ([what, when]): TableStep =>
        async (stepped) => {
          const version = await stepped.table.put(what, conditionOf(stepped, what, when))
          const known = stepped.versions.get(nameOf(what)) ?? []
          if (version !== 'lost') stepped.versions.set(nameOf(what), [version, ...known])
          return version
        },
    ),
  },
  fc.tuple(key, condition).map(
    ([what, when]): TableStep =>
      (stepped) =>
        stepped.table.remove(what, conditionOf(stepped, what, when)),
  ),
  key.map(
    (what): TableStep =>
      ({ table }) =>
        table.get(what),
  ),
  fc.constant<TableStep>(({ table }) => table.expire()),
  fc.tuple(part, fc.constantFrom('', 'a', '\uffff'), limit, fc.boolean()).map(
    ([partition, prefix, count, descending]): TableStep =>
      ({ table }) =>
        pages((after) => table.query(partition, prefix, { limit: count, descending, ...after })),
  ),
  fc.tuple(part, time, limit).map(
    ([partition, until, count]): TableStep =>
      ({ table }) =>
        pages((after) => table.due(bucketOf(partition), until, { limit: count, ...after })),
  ),
  fc.tuple(part, limit).map(
    ([name, count]): TableStep =>
      ({ table }) =>
        pages((after) => table.list(name, { limit: count, ...after })),
  ),
  fc.tuple(part, limit).map(
    ([name, count]): TableStep =>
      ({ table }) =>
        pages((after) => table.cards(name, { limit: count, ...after })),
  ),
)

async function pages<T extends { next?: string }>(read: (after: { after?: string }) => Promise<T>): Promise<T[]> {
  const all = [await read({})]
  for (let last = all[0]; last?.next !== undefined; last = all.at(-1)) all.push(await read({ after: last.next }))
  return all
}

test('the table of the simulator answers as SQLite does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tableStep, { minLength: 5, maxLength: 60 }), async (steps) => {
      const clock = handClock(MINUTE)
      const file = openSqlite(':memory:')
      const real = { table: sqliteTable(file, clock, mulberry32(7)), versions: new Map() }
      const model = { table: memoryTable(clock, undefined, { chance: mulberry32(7) }), versions: new Map() }
      for (const [i, step] of steps.entries()) expect(await step(model), `step ${i}`).toEqual(await step(real))
      file.close()
    }),
    { numRuns: 150 },
  )
})

type QueueStep = 'send' | 'delayed' | 'receive' | 'ack' | 'retry' | 'wait' | 'forget'
const queueStep = fc.constantFrom<QueueStep>('send', 'delayed', 'receive', 'ack', 'retry', 'wait', 'forget')

interface Account {
  sent: number
  acked: number
  dead: number
  leftInFlight: number
}

/** The steps, then a worker that acknowledges until the queue is empty. */
async function play(queue: Queue & Receiver, clock: HandClock, steps: readonly QueueStep[]): Promise<Account> {
  const held: string[] = []
  const account: Account = { sent: 0, acked: 0, dead: 0, leftInFlight: 0 }
  const gone = new Set<string>()
  const send = async (delayMs: number): Promise<void> => {
    const batch = ['a', 'b', 'a'].map((of) => ({ body: `${account.sent++}`, account: of, delayMs }))
    expect((await queue.send(batch)).failed).toEqual([])
  }
  const receive = async (): Promise<string[]> => {
    const messages = await queue.receive(4)
    for (const { id, receives } of messages) {
      expect(receives).toBeLessThanOrEqual(MAX_RECEIVES)
      expect(gone).not.toContain(id)
    }
    return messages.map(({ id }) => id)
  }
  const ack = async (ids: string[]): Promise<void> => {
    await queue.ack(ids)
    for (const id of ids) gone.add(id)
  }
  for (const step of steps) {
    if (step === 'send') await send(0)
    if (step === 'delayed') await send(30 * SECOND)
    if (step === 'receive') held.push(...(await receive()))
    if (step === 'ack') await ack(held.splice(0, 3))
    if (step === 'retry') await queue.retry(held.splice(0, 2), 0)
    if (step === 'wait') clock.advance(20 * SECOND)
    if (step === 'forget') clock.advance(VISIBILITY_MS)
    // Receives the messages that have become visible, in model and SQLite alike.
    held.push(...(await receive()))
  }
  for (let next = queue.nextVisibleIn(); next !== undefined; next = queue.nextVisibleIn()) {
    clock.advance(Math.max(0, next))
    await ack(await receive())
  }
  account.acked = gone.size
  account.dead = queue.deadLetters(10_000).filter(({ id }) => !gone.has(id)).length
  account.leftInFlight = queue.depth().inFlight
  return account
}

test('what was sent is acknowledged or dead in the end, in SQLite and in the simulator', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(queueStep, { minLength: 3, maxLength: 40 }), async (steps) => {
      const file = openSqlite(':memory:')
      for (const create of [(clock: HandClock) => sqliteQueue(file, clock, 'alerts'), memoryQueue]) {
        const clock = handClock()
        const { sent, acked, dead, leftInFlight } = await play(create(clock), clock, steps)
        expect({ accounted: acked + dead, leftInFlight }).toEqual({ accounted: sent, leftInFlight: 0 })
      }
      file.close()
    }),
    { numRuns: 150 },
  )
})
