import { describe, expect, test } from 'vitest'
import { gatherSends } from '../../../infra/aws/gathered.ts'
import type { OutMessage, Queue } from '../../../shared/queue/port.ts'
import { createVirtualClock } from '../../flow/virtual-clock.ts'

const message = (body: string): OutMessage => ({ body, account: 'acme' })

/** A queue that refuses the body `no`, and is away for the body `away`. */
function world() {
  const batches: string[][] = []
  const queue: Queue = {
    async send(messages) {
      if (messages.some(({ body }) => body === 'away')) throw new Error('away')
      batches.push(messages.map(({ body }) => body))
      return { failed: messages.flatMap(({ body }, index) => (body === 'no' ? [index] : [])) }
    },
  }
  const clock = createVirtualClock(0, () => 0)
  return { batches, clock, queue: gatherSends(queue, clock) }
}

describe('sends that come together', () => {
  test('are one batch, of which everybody hears his own part', async () => {
    const { batches, clock, queue } = world()
    const sent = Promise.all([queue.send([message('a'), message('no')]), queue.send([message('no'), message('b')])])
    await clock.advanceTo(20)
    expect(await sent).toEqual([{ failed: [1] }, { failed: [0] }])
    expect(batches).toEqual([['a', 'no', 'no', 'b']])
  })

  test('do not wait when a batch is full, and never make one that is too large', async () => {
    const { batches, clock, queue } = world()
    const sent = Promise.all(Array.from({ length: 12 }, (_, n) => queue.send([message(String(n))])))
    expect(batches.map((batch) => batch.length)).toEqual([10])
    await clock.advanceTo(20)
    await sent
    const large = 'x'.repeat(700 * 1024)
    const both = Promise.all([queue.send([message(large)]), queue.send([message(large)])])
    await clock.advanceTo(40)
    await both
    expect(batches.map((batch) => batch.length)).toEqual([10, 2, 1, 1])
  })

  test('fail together when the queue is away, and the next are sent', async () => {
    const { batches, clock, queue } = world()
    const sent = Promise.allSettled([queue.send([message('a')]), queue.send([message('away')])])
    await clock.advanceTo(20)
    expect((await sent).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const next = queue.send([message('b')])
    await clock.advanceTo(40)
    expect(await next).toEqual({ failed: [] })
    expect(batches).toEqual([['b']])
  })

  test('one that comes later is a batch of its own', async () => {
    const { batches, clock, queue } = world()
    const first = queue.send([message('a')])
    await clock.advanceTo(20)
    const second = queue.send([message('b')])
    await clock.advanceTo(40)
    expect(await Promise.all([first, second])).toEqual([{ failed: [] }, { failed: [] }])
    expect(batches).toEqual([['a'], ['b']])
  })
})
