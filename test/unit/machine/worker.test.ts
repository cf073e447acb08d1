import { describe, expect, test } from 'vitest'
import { plainSlots, sharedSlots } from '../../../infra/machine/slots.ts'
import { startWorker, type WorkerOptions } from '../../../infra/machine/worker.ts'
import { type Handled, type InMessage, sendAll } from '../../../shared/queue/port.ts'
import { openSqlite } from '../../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../../shared/sqlite/queue.ts'
import { createVirtualClock, type VirtualClock } from '../../flow/virtual-clock.ts'

interface Bench {
  clock: VirtualClock
  /** Sends messages of an account and a lane. */
  to(account: string, lane: string, bodies: string[]): Promise<void>
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
  const clock = createVirtualClock(0, () => Number(file.pending()) + parts.reduce((sum, part) => sum + part.busy(), 0))
  const queue = sqliteQueue(file, clock, 'alerts')
  const log: string[] = []
  const worker = startWorker({
    name: 'test',
    receiver: queue,
    handle: async (messages) => await handle(messages, clock.now()),
    clock,
    batch: 10,
    slots: plainSlots(1),
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
    async to(account, lane, bodies) {
      await sendAll(
        queue,
        bodies.map((body) => ({ account, lane, body })),
      )
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

test('no pause lies behind messages that come again', async () => {
  const seen: [string, number][] = []
  const { clock, send } = bench(
    (messages, now) => {
      for (const { body } of messages) seen.push([body, now])
      return { failed: now === 0 ? messages.map(({ id }) => id) : [] }
    },
    { pauseMs: ({ more }) => (more ? 0 : 700) },
  )
  await send(['a', 'b', 'c'])
  await clock.advanceTo(5000)
  expect(seen.slice(3)).toEqual([
    ['a', 1000],
    ['b', 1000],
    ['c', 1000],
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
    { batch: 1, slots: plainSlots(3) },
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

describe('slots that lanes share', () => {
  const SHARES = { pool: 32, perLane: 4, perAccount: 8, lanes: 16, most: 256 }
  const many = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`)

  /** Messages whose body begins with `hang` do not end. */
  function hanging() {
    const begun: string[] = []
    const started = bench(
      async (messages) => {
        for (const { body } of messages) begun.push(body)
        if (messages.some(({ body }) => body.startsWith('hang'))) await new Promise(() => undefined)
        return all
      },
      { batch: 1, slots: sharedSlots(SHARES) },
    )
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 2000; turn++) await new Promise((next) => setImmediate(next))
    }
    return { ...started, begun, turns }
  }

  test('are all for a lane that is alone', async () => {
    const { to, begun, turns } = hanging()
    await to('a', 'x', many('hang', 400))
    await turns()
    expect(begun).toHaveLength(32)
  })

  test('are there for another lane and another account while 400 messages of one lane hang', async () => {
    const { to, begun, turns } = hanging()
    await to('a', 'x', many('hang', 400))
    await turns()
    await to('a', 'y', many('own', 50))
    await to('b', 'x', many('other', 50))
    await turns()
    expect(begun.filter((body) => body.startsWith('own'))).toHaveLength(50)
    expect(begun.filter((body) => body.startsWith('other'))).toHaveLength(50)
    expect(begun).toHaveLength(132)
  })

  test('are there although the messages that hang are at the head of the queue', async () => {
    const { to, begun, turns } = hanging()
    for (const lane of ['x', 'y', 'z']) await to('a', lane, many(`hang-${lane}`, 400))
    await to('b', 'x', many('hang-b', 400))
    await to('c', 'x', many('other', 50))
    await turns()
    expect(begun.filter((body) => body.startsWith('other'))).toHaveLength(50)
  })

  test('are there for a lane of an account although several of its lanes hang', async () => {
    const { to, begun, turns } = hanging()
    for (const lane of ['x', 'y', 'z']) await to('a', lane, many(`hang-${lane}`, 400))
    await turns()
    await to('a', 'good', many('own', 50))
    await turns()
    expect(begun.filter((body) => body.startsWith('own'))).toHaveLength(50)
  })

  test('of an account are eight beyond the pool, four of a lane, and one of each further lane up to sixteen', async () => {
    const { to, begun, turns } = hanging()
    await to('pool', 'x', many('hang-pool', 400))
    await turns()
    for (const lane of ['x', 'y', 'z']) await to('a', lane, many(`hang-${lane}`, 10))
    await to('b', 'x', many('hang-b', 10))
    await turns()
    const count = (name: string): number => begun.filter((body) => body.startsWith(name)).length
    expect([count('hang-x') + count('hang-y') + count('hang-z'), count('hang-b')]).toEqual([9, 4])
    for (let index = 0; index < 30; index++) await to('a', `more-${index}`, many('hang-more', 10))
    await turns()
    expect(count('hang-more')).toBe(13)
  })

  test('end at a limit of all, and no message is taken that has no slot', async () => {
    const { to, begun, turns } = hanging()
    for (let index = 0; index < 100; index++) await to(`a${index}`, 'x', many('hang', 10))
    await turns()
    expect(begun).toHaveLength(256)
  })
})

test('nothing goes round while messages wait for slots', async () => {
  let receives = 0
  const { to } = bench(async () => await new Promise(() => undefined), {
    batch: 1,
    slots: sharedSlots({ pool: 1, perLane: 1, perAccount: 1, lanes: 1, most: 8 }),
    pauseMs: () => {
      receives++
      return 0
    },
  })
  await to('a', 'x', ['1', '2', '3'])
  for (let turn = 0; turn < 500; turn++) await new Promise((next) => setImmediate(next))
  expect(receives).toBe(0)
})
