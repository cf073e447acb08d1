import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../shared/base/time.ts'
import {
  BATCH_BYTES,
  BATCH_ENTRIES,
  type InMessage,
  MAX_DELAY_MS,
  MAX_RECEIVES,
  MESSAGE_BYTES,
  type OutMessage,
  type Queue,
  sendAll,
  VISIBILITY_MS,
} from '../../shared/queue/port.ts'
import type { Receiver } from '../../shared/queue/receiver.ts'

/** Receiving, as far as every receiver has it. */
export interface QueueReceiver extends Pick<Receiver, 'ack' | 'retry'> {
  receive(max: number): Promise<InMessage[]>
}

export interface QueueRig {
  queue: Queue
  receiver: QueueReceiver
  dead(): Promise<InMessage[]> | InMessage[]
  /** Lets time pass. */
  advance(ms: number): void
  /** False: the order of messages is the choice of the service, and the emulator of the service is no witness. */
  fair: boolean
  /** False: the emulator refuses characters beyond U+FFFF, which the service accepts. */
  astral?: boolean
  close?(): Promise<void> | void
}

const out = (body: string, account = 'acme', delayMs?: number): OutMessage => ({
  body,
  account,
  ...(delayMs === undefined ? {} : { delayMs }),
})

/** The duties of a queue. Every adapter and the simulator's model run the whole suite. */
export function queueContract(open: () => Promise<QueueRig> | QueueRig): void {
  let rig: QueueRig
  let queue: Queue
  beforeEach(async () => {
    rig = await open()
    queue = rig.queue
  })
  afterEach(() => rig.close?.())

  const send = async (...bodies: string[]): Promise<void> => {
    expect(await queue.send(bodies.map((body) => out(body)))).toEqual({ failed: [] })
  }
  const receive = (max = 10): Promise<InMessage[]> => rig.receiver.receive(max)
  const bodies = async (max = 10): Promise<string[]> => (await receive(max)).map(({ body }) => body).sort()
  const ack = (messages: InMessage[]): Promise<void> => rig.receiver.ack(messages.map(({ id }) => id))
  const retry = (messages: InMessage[], delayMs: number): Promise<void> =>
    rig.receiver.retry(
      messages.map(({ id }) => id),
      delayMs,
    )

  describe('send and receive', () => {
    test('what was sent is received once, with when it was sent', async () => {
      await send('{"a":1}', '{"b":2}')
      const messages = await receive()
      expect(messages.map(({ body }) => body).sort()).toEqual(['{"a":1}', '{"b":2}'])
      for (const { receives, sentAt } of messages) {
        expect(receives).toBe(1)
        expect(sentAt).toBeGreaterThan(0)
      }
      expect(new Set(messages.map(({ id }) => id)).size).toBe(2)
      expect(await receive()).toEqual([])
    })

    test('an empty queue gives nothing', async () => {
      expect(await receive()).toEqual([])
    })

    test('nothing sent is nothing failed', async () => {
      expect(await queue.send([])).toEqual({ failed: [] })
    })

    test('no more is received than asked for', async () => {
      await send('1', '2', '3', '4', '5')
      const first = await receive(2)
      const second = await receive(2)
      const third = await receive(2)
      expect([first, second, third].map(({ length }) => length)).toEqual([2, 2, 1])
      expect([...first, ...second, ...third].map(({ body }) => body).sort()).toEqual(['1', '2', '3', '4', '5'])
    })

    test('200 sends at once are all received', async () => {
      const names = Array.from({ length: 200 }, (_, i) => `m${i}`)
      await Promise.all(names.map((name) => send(name)))
      const found: string[] = []
      for (let got = await receive(); got.length > 0; got = await receive()) {
        found.push(...got.map(({ body }) => body))
        await ack(got)
      }
      expect(found.sort()).toEqual(names.sort())
    })

    test('a text that is sent twice is two messages', async () => {
      await send('x', 'x')
      expect(await bodies()).toEqual(['x', 'x'])
    })
  })

  describe('visibility', () => {
    test('a message that is not acknowledged comes again after it, counted', async () => {
      await send('x')
      const [first] = await receive()
      rig.advance(VISIBILITY_MS - SECOND)
      expect(await receive()).toEqual([])
      rig.advance(SECOND)
      const [second] = await receive()
      expect(second).toMatchObject({ body: 'x', receives: 2, sentAt: first!.sentAt })
    })

    test('an acknowledged message is gone', async () => {
      await send('x', 'y')
      const messages = await receive()
      await ack(messages.filter(({ body }) => body === 'x'))
      rig.advance(VISIBILITY_MS)
      expect(await bodies()).toEqual(['y'])
    })

    test('acknowledging twice, or what never was, changes nothing', async () => {
      await send('x', 'y')
      const [one, other] = await receive()
      await ack([one!])
      await ack([one!])
      await ack([])
      rig.advance(VISIBILITY_MS)
      expect(await bodies()).toEqual([other!.body])
    })

    test('a message can be acknowledged after its visibility has run out', async () => {
      await send('x')
      const messages = await receive()
      rig.advance(VISIBILITY_MS)
      await ack(messages)
      expect(await receive()).toEqual([])
    })
  })

  describe('retry', () => {
    test('at once', async () => {
      await send('x')
      await retry(await receive(), 0)
      expect(await receive()).toMatchObject([{ body: 'x', receives: 2 }])
    })

    test('after a time', async () => {
      await send('x')
      await retry(await receive(), 30 * SECOND)
      rig.advance(29 * SECOND)
      expect(await receive()).toEqual([])
      rig.advance(SECOND)
      expect(await receive()).toMatchObject([{ body: 'x', receives: 2 }])
    })

    test('twice is once', async () => {
      await send('x')
      const messages = await receive()
      await retry(messages, 0)
      await retry(messages, 0)
      expect(await receive()).toHaveLength(1)
      expect(await receive()).toEqual([])
    })

    test('of some leaves the others alone', async () => {
      await send('x', 'y')
      const messages = await receive()
      await retry(
        messages.filter(({ body }) => body === 'y'),
        0,
      )
      expect(await bodies()).toEqual(['y'])
    })
  })

  describe('delay', () => {
    test('a delayed message is invisible until then', async () => {
      await queue.send([out('later', 'acme', 10 * SECOND), out('now')])
      expect(await bodies()).toEqual(['now'])
      rig.advance(9 * SECOND)
      expect(await receive()).toEqual([])
      rig.advance(SECOND)
      expect(await receive()).toMatchObject([{ body: 'later', receives: 1 }])
    })

    test('up to fifteen minutes', async () => {
      await queue.send([out('x', 'acme', MAX_DELAY_MS)])
      rig.advance(MAX_DELAY_MS - SECOND)
      expect(await receive()).toEqual([])
      rig.advance(SECOND)
      expect(await receive()).toHaveLength(1)
    })

    test.each([MAX_DELAY_MS + 1, -1, Number.NaN])('a delay of %d ms is a bug of the sender', async (delayMs) => {
      await expect(queue.send([out('x', 'acme', delayMs)])).rejects.toBeInstanceOf(RangeError)
      rig.advance(MINUTE)
      expect(await receive()).toEqual([])
    })

    test('a part of a second is rounded up at most to the whole', async () => {
      await queue.send([out('x', 'acme', 1500)])
      rig.advance(1000)
      expect(await receive()).toEqual([])
      rig.advance(1000)
      expect(await receive()).toHaveLength(1)
    })
  })

  describe('dead letters', () => {
    const receiveOften = async (times: number, back: (messages: InMessage[]) => Promise<void> | void) => {
      for (let i = 1; i <= times; i++) {
        const messages = await receive()
        expect(messages.map(({ receives }) => receives)).toEqual([i])
        await back(messages)
      }
    }

    test('a message that was handed back too often is dead, and kept', async () => {
      await send('poison')
      await receiveOften(MAX_RECEIVES, (messages) => retry(messages, 0))
      expect(await receive()).toEqual([])
      expect((await rig.dead()).map(({ body }) => body)).toEqual(['poison'])
    })

    test('a message that nobody answered for too often is dead', async () => {
      await send('poison')
      await receiveOften(MAX_RECEIVES, () => rig.advance(VISIBILITY_MS))
      expect(await receive()).toEqual([])
      expect((await rig.dead()).map(({ body }) => body)).toEqual(['poison'])
    })

    test('one that is acknowledged at the last chance is not', async () => {
      await send('hard')
      await receiveOften(MAX_RECEIVES - 1, (messages) => retry(messages, 0))
      await ack(await receive())
      rig.advance(VISIBILITY_MS)
      expect(await receive()).toEqual([])
      expect(await rig.dead()).toEqual([])
    })
  })

  describe('what is not accepted', () => {
    test('a body that is too large fails alone', async () => {
      const large = 'x'.repeat(MESSAGE_BYTES + 1)
      expect(await queue.send([out('a'), out(large), out('b')])).toEqual({ failed: [1] })
      expect(await bodies()).toEqual(['a', 'b'])
    })

    test('size is counted in bytes', async () => {
      expect(await queue.send([out('é'.repeat(MESSAGE_BYTES / 2) + 'x')])).toEqual({ failed: [0] })
      expect(await queue.send([out('é'.repeat(MESSAGE_BYTES / 2))])).toEqual({ failed: [] })
      expect((await receive())[0]?.body).toHaveLength(MESSAGE_BYTES / 2)
    })

    test.each([
      ['nothing', ''],
      ['U+0000', 'a\u0000'],
      ['U+0008', '\b'],
      ['U+001F', '\u001f'],
      ['U+FFFE', '\ufffe'],
      ['U+FFFF', 'x\uffff'],
      ['half a pair', 'a\ud800b'],
    ])('a body of %s fails alone', async (_name, body) => {
      expect(await queue.send([out(body), out('fine'), out(body)])).toEqual({ failed: [0, 2] })
      expect(await bodies()).toEqual(['fine'])
    })

    test('a batch of too many, or too large in all, is a bug of the sender', async () => {
      const many = Array.from({ length: BATCH_ENTRIES + 1 }, (_, i) => out(String(i)))
      await expect(queue.send(many)).rejects.toBeInstanceOf(RangeError)
      const half = 'x'.repeat(BATCH_BYTES / 2)
      await expect(queue.send([out(half), out(half), out('x')])).rejects.toBeInstanceOf(RangeError)
      expect(await receive()).toEqual([])
    })

    test('a full batch is taken whole', async () => {
      const body = 'y'.repeat(BATCH_BYTES / BATCH_ENTRIES)
      expect(await queue.send(Array.from({ length: BATCH_ENTRIES }, () => out(body)))).toEqual({ failed: [] })
      expect(await receive()).toHaveLength(BATCH_ENTRIES)
    })

    test('sendAll cuts, escapes what the wire does not take and says what failed', async () => {
      const messages = Array.from({ length: 23 }, (_, i) => out(JSON.stringify({ i, text: '\uffff' })))
      messages[12] = out('x'.repeat(MESSAGE_BYTES + 1))
      expect(await sendAll(queue, messages)).toEqual({ failed: [12] })
      const found: { i: number; text: string }[] = []
      for (let got = await receive(); got.length > 0; got = await receive())
        found.push(...got.map(({ body }) => JSON.parse(body) as { i: number; text: string }))
      expect(found.map(({ i }) => i).sort((a, b) => a - b)).toEqual([...Array(23).keys()].filter((i) => i !== 12))
      expect(new Set(found.map(({ text }) => text))).toEqual(new Set(['\uffff']))
    })
  })

  test.for([
    'é€',
    '😀',
    '\u007f\u0085\u2028',
    '"\\\n\t\r',
    '<a>&amp;</a>',
    '__proto__',
    "'; DROP TABLE messages; --",
    ' ',
    '\ufffd',
  ])('%j comes as it was sent', async (body, { skip }) => {
    skip(rig.astral === false && /[\u{10000}-\u{10ffff}]/u.test(body), 'the emulator takes for halves what is whole')
    await send(body, JSON.stringify({ body }))
    expect((await receive()).map((message) => message.body).sort()).toEqual([body, JSON.stringify({ body })].sort())
  })

  describe('fairness', () => {
    test("one account's storm does not hold up another's message", async ({ skip }) => {
      skip(!rig.fair, 'which message comes when is the business of the service')
      for (let i = 0; i < 100; i++) await queue.send(Array.from({ length: 10 }, (_, j) => out(`${i}/${j}`, 'storm')))
      await queue.send([out('quiet 1', 'quiet'), out('quiet 2', 'quiet')])
      expect((await bodies()).filter((body) => body.startsWith('quiet'))).toEqual(['quiet 1', 'quiet 2'])
    })

    test('every account has its turn', async ({ skip }) => {
      skip(!rig.fair, 'which message comes when is the business of the service')
      for (let i = 0; i < 3; i++)
        for (const account of ['a', 'b', 'c', 'd']) await queue.send([out(`${account}${i}`, account)])
      const rounds: string[] = []
      for (let i = 0; i < 6; i++)
        rounds.push(
          (await receive(2))
            .map(({ body }) => body[0])
            .sort()
            .join(''),
        )
      expect(rounds.slice(0, 2).join('').split('').sort().join('')).toBe('abcd')
      expect(rounds.slice(2, 4).join('').split('').sort().join('')).toBe('abcd')
    })
  })
}
