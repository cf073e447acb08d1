import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { takeInCompany } from '../../shared/sqlite/queue-company.ts'
import { MOST_ENDS } from '../../shared/sqlite/queue-steps.ts'
import { handClock } from './hand-clock.ts'

/** The queue of a process, and the wait for commits. */
type LiveQueue = ReturnType<typeof sqliteQueue> & { durable(): Promise<void> }

const BATCH = 100
const clock = handClock()
let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-restart-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** One life of a process on the file: the end comes without warning, as by a power cut. */
async function life<T>(live: (queue: LiveQueue) => Promise<T>): Promise<T> {
  const file = openSqlite(join(directory, 'tocsin.db'), { clock })
  try {
    return await live({ ...sqliteQueue(file, clock, 'alerts'), durable: file.durable })
  } finally {
    file.db.close()
  }
}

async function send(queue: LiveQueue, count: number): Promise<void> {
  const bodies = Array.from({ length: count }, (_, index) => String(index))
  for (let i = 0; i < count; i += 10) {
    await queue.send(bodies.slice(i, i + 10).map((body) => ({ body, account: body.endsWith('7') ? 'a' : 'b' })))
  }
  await queue.durable()
}

/**
 * Handles received messages one after the other, until the queue is empty or `dies` says so. Returns the handled
 * messages.
 */
async function work(queue: LiveQueue, dies: (body: string, handled: number) => boolean): Promise<string[]> {
  const handled: string[] = []
  for (;;) {
    const messages = await queue.receive(BATCH)
    if (messages.length === 0) return handled
    for (const { id, body } of messages) {
      if (dies(body, handled.length)) return handled
      handled.push(body)
      await queue.ack([id])
      await queue.durable()
    }
  }
}

test('a message that ends the process dies, and none of those that were received with it', async () => {
  await life((queue) => send(queue, 250))
  const handled: string[] = []
  for (let lives = 0; lives <= MOST_ENDS; lives++) {
    handled.push(...(await life((queue) => work(queue, (body) => body === '137'))))
  }
  await life(async (queue) => {
    expect(await queue.receive(BATCH)).toEqual([])
    expect(queue.deadLetters(BATCH)).toMatchObject([{ body: '137', receives: MOST_ENDS }])
  })
  expect(new Set(handled).size).toBe(249)
})

test('what was in work when the process ended says so once, and not after it was handed back', async () => {
  await life(async (queue) => {
    await send(queue, 3)
    await queue.receive(2)
    await queue.durable()
  })
  await life(async (queue) => {
    const messages = await queue.receive(BATCH)
    const ended = messages.filter((message) => message.ended)
    expect(ended).toHaveLength(2)
    await queue.retry(
      messages.map(({ id }) => id),
      0,
    )
    expect((await queue.receive(BATCH)).map((message) => message.ended)).toEqual([undefined, undefined, undefined])
  })
})

test('a machine that ends again and again after a few messages takes no message with it', async () => {
  await life((queue) => send(queue, 250))
  const handled: string[] = []
  for (let lives = 0; lives < 1000 && handled.length < 250; lives++) {
    handled.push(...(await life((queue) => work(queue, (_, count) => count === 3))))
  }
  expect(new Set(handled).size).toBe(250)
  expect(await life(async (queue) => queue.depth().dead)).toBe(0)
})

test.each([
  [[[3, 0]], 3],
  [[[300, 1]], 100],
  [[[300, 2]], 10],
  [[[2, 3]], 1],
  [
    [
      [1, 4],
      [2, 0],
    ],
    1,
  ],
  [
    [
      [1, 2],
      [300, 0],
    ],
    10,
  ],
  [
    [
      [3, 0],
      [1, 3],
      [1, 0],
    ],
    3,
  ],
  [
    [
      [200, 0],
      [1, 1],
    ],
    200,
  ],
  [[], 0],
] as [count: [number, number][], together: number][])(
  'of [messages, received so often] %j, %i come together',
  (given, count) => {
    const messages = given.flatMap(([many, receives]) => Array.from({ length: many }, () => ({ receives })))
    expect(takeInCompany(messages)).toHaveLength(count)
  },
)
