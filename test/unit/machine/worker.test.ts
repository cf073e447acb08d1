import { expect, test } from 'vitest'
import { startWorker, type WorkerOptions } from '../../../infra/machine/worker.ts'
import type { Handled, InMessage } from '../../../shared/queue/port.ts'
import { openSqlite } from '../../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../../shared/sqlite/queue.ts'
import { createVirtualClock, type VirtualClock } from '../../flow/virtual-clock.ts'

interface Bench {
  clock: VirtualClock
  send(bodies: string[], delayMs?: number): Promise<void>
  stop(): Promise<void>
  log: string[]
}

function bench(
  handle: (messages: readonly InMessage[], now: number) => Promise<Handled> | Handled,
  options: Partial<WorkerOptions> = {},
): Bench {
  const file = openSqlite(':memory:')
  const parts: { busy(): number }[] = []
  const clock = createVirtualClock(0, () => file.pending() + parts.reduce((sum, part) => sum + part.busy(), 0))
  const queue = sqliteQueue(file, clock, 'alerts')
  const log: string[] = []
  const worker = startWorker({
    name: 'test',
    receiver: queue,
    handle: async (messages) => await handle(messages, clock.now()),
    clock,
    batch: 10,
    concurrency: 1,
    log: (entry) => log.push(JSON.stringify(entry)),
    ...options,
  })
  parts.push(worker)
  return {
    clock,
    log,
    async send(bodies, delayMs) {
      await queue.send(bodies.map((body) => ({ body, account: 'a', ...(delayMs ? { delayMs } : {}) })))
    },
    stop: () => worker.stop(),
  }
}

const all: Handled = { failed: [] }

test('messages are handled when they are sent, delayed ones at their time', async () => {
  const seen: [string, number][] = []
  const { clock, send } = bench((messages, now) => {
    for (const { body } of messages) seen.push([body, now])
    return all
  })
  await send(['later'], 500)
  await send(['now'])
  await clock.advanceTo(10_000)
  expect(seen).toEqual([
    ['now', 0],
    ['later', 500],
  ])
})

test('what failed comes back a second later for each time it was received, and alone', async () => {
  const seen: [string[], number][] = []
  const { clock, send } = bench((messages, now) => {
    seen.push([messages.map(({ body }) => body), now])
    return { failed: messages.filter(({ body }) => body.startsWith('bad')).map(({ id }) => id) }
  })
  await send(['good', 'bad 1', 'bad 2'])
  await clock.advanceTo(3500)
  expect(seen).toEqual([
    [['good', 'bad 1', 'bad 2'], 0],
    [['bad 1'], 1000],
    [['bad 2'], 1000],
    [['bad 1'], 3000],
    [['bad 2'], 3000],
  ])
})

test('a handler that throws fails its messages and nothing else, and says so', async () => {
  let calls = 0
  const { clock, send, log } = bench(() => {
    if (++calls === 1) throw new Error('the table is away')
    return all
  })
  await send(['x'])
  await clock.advanceTo(5000)
  expect([calls, log.length]).toEqual([2, 1])
  expect(log.join()).toContain('the table is away')
})

test('no more invocations run at a time than allowed', async () => {
  let running = 0
  let most = 0
  let handled = 0
  const { clock, send } = bench(
    async (messages) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      handled += messages.length
      return all
    },
    { batch: 1, concurrency: 3 },
  )
  await send(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  await clock.settle()
  expect([most, handled]).toEqual([3, 7])
})

test('stopping waits for what runs and begins nothing new', async () => {
  const release = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  let handled = 0
  const { send, stop } = bench(async () => {
    began.resolve()
    await release.promise
    handled++
    return all
  })
  await send(['a'])
  await began.promise
  const stopped = stop()
  await send(['b'])
  release.resolve()
  await stopped
  expect(handled).toBe(1)
})
