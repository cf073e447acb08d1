import { beforeEach, describe, expect, test } from 'vitest'
import { SECOND } from '../../shared/base/time.ts'
import { MAX_RECEIVES, type Queue, VISIBILITY_MS } from '../../shared/queue/port.ts'
import type { Receiver } from '../../shared/queue/receiver.ts'
import { type HandClock, handClock } from './hand-clock.ts'

/** The duties of a queue in a host without a poller: the time of the next look, and the number of messages. */
export function receiverContract(open: (clock: HandClock) => Queue & Receiver): void {
  let clock: HandClock
  let queue: Queue & Receiver
  beforeEach(() => {
    clock = handClock()
    queue = open(clock)
  })
  const send = (body: string, delayMs = 0) => queue.send([{ body, account: 'acme', delayMs }])
  const received = async (max = 10) => (await queue.receive(max)).map(({ id }) => id)
  const dead = async (): Promise<void> => {
    for (let i = 0; i < MAX_RECEIVES; i++) await queue.retry(await received(), 0)
  }

  describe('the next time to receive', () => {
    test('is unknown while there is nothing, and while all is dead', async () => {
      expect(queue.nextVisibleIn()).toBeUndefined()
      await send('poison')
      await dead()
      expect(queue.nextVisibleIn()).toBeUndefined()
    })

    test('is past while something is visible', async () => {
      await send('later', SECOND)
      await send('now')
      expect(queue.nextVisibleIn()).toBeLessThanOrEqual(0)
    })

    test('is when the first delayed message comes', async () => {
      for (const seconds of [30, 10, 20]) await send('x', seconds * SECOND)
      expect(queue.nextVisibleIn()).toBe(10 * SECOND)
      clock.advance(10 * SECOND)
      expect(await received()).toHaveLength(1)
      expect(queue.nextVisibleIn()).toBe(10 * SECOND)
    })

    test('is when the first flight runs out, and follows what was handed back', async () => {
      await send('a')
      const [first] = await received()
      clock.advance(SECOND)
      await send('b')
      const [second] = await received()
      expect(queue.nextVisibleIn()).toBe(VISIBILITY_MS - SECOND)
      await queue.ack([first!])
      expect(queue.nextVisibleIn()).toBe(VISIBILITY_MS)
      await queue.retry([second!], 5 * SECOND)
      expect(queue.nextVisibleIn()).toBe(5 * SECOND)
    })

    test.each(['a sent', 'a delayed', 'a handed back', 'an abandoned'])(
      'is never too late for %s one',
      async (kind) => {
        await send('x', kind === 'a delayed' ? SECOND : 0)
        if (kind === 'a handed back') await queue.retry(await received(), SECOND)
        if (kind === 'an abandoned') await received()
        clock.advance(Math.max(0, queue.nextVisibleIn()!))
        expect(await received()).toHaveLength(1)
      },
    )
  })

  describe('who listens', () => {
    test('hears of what was sent, handed back and redriven once it can be received', async () => {
      const heard: (number | undefined)[] = []
      queue.onSend(() => heard.push(queue.nextVisibleIn()))
      await send('x')
      expect(heard).toHaveLength(1)
      await queue.retry(await received(), 0)
      expect(heard).toHaveLength(2)
      await dead()
      heard.length = 0
      await queue.redrive()
      expect(heard).toEqual([expect.any(Number)])
    })

    test('hears nothing any more after the end', async () => {
      let calls = 0
      const end = queue.onSend(() => calls++)
      await send('x')
      end()
      await send('y')
      expect(calls).toBe(1)
    })
  })

  test('depth counts every message once, in its state', async () => {
    await send('later', SECOND)
    for (const body of ['a', 'b', 'c']) await send(body)
    expect(queue.depth()).toEqual({ ready: 3, inFlight: 0, delayed: 1, dead: 0 })
    const [first, second] = await received(2)
    expect(queue.depth()).toEqual({ ready: 1, inFlight: 2, delayed: 1, dead: 0 })
    await queue.ack([first!])
    await queue.retry([second!], SECOND)
    expect(queue.depth()).toEqual({ ready: 1, inFlight: 0, delayed: 2, dead: 0 })
    clock.advance(SECOND)
    await received(1)
    expect(queue.depth()).toEqual({ ready: 2, inFlight: 1, delayed: 0, dead: 0 })
  })

  test('redriven dead letters are as new', async () => {
    await send('poison')
    await dead()
    expect(queue.depth()).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 1 })
    expect(queue.deadLetters(10)).toMatchObject([{ body: 'poison', receives: MAX_RECEIVES }])
    expect(await queue.redrive()).toBe(1)
    expect(await queue.redrive()).toBe(0)
    expect(queue.deadLetters(10)).toEqual([])
    expect(await queue.receive(10)).toMatchObject([{ body: 'poison', receives: 1 }])
  })
}
