import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sqsClient } from '../../infra/aws/clients/sqs.ts'
import type { AwsClient } from '../../shared/aws/client.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { type SqsOptions, sqsQueue } from '../../shared/sqs/queue.ts'
import { type AwsProxy, type Json, startAwsProxy } from '../fakes/aws-proxy.ts'
import { CREDENTIALS } from '../fakes/dynamodb.ts'
import { sqsReceiver, startSqs } from '../fakes/sqs.ts'
import { queueContract } from './queue.contract.ts'

/** Pauses take no time; their lengths are kept. */
const pauses: number[] = []
const options: SqsOptions = {
  chance: () => 0,
  clock: {
    now: () => 0,
    elapsed: () => 0,
    after(ms, then) {
      pauses.push(ms)
      queueMicrotask(then)
      return () => {}
    },
  },
}

let sqs: Awaited<ReturnType<typeof startSqs>>
beforeAll(async () => {
  sqs = await startSqs()
})
afterAll(() => sqs.close())
// The emulator reads the time and sets no timer.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

describe('queue: sqs', () => {
  queueContract(() => {
    const { url, deadUrl } = sqs.createQueue()
    return {
      queue: sqsQueue(sqs.client, url, options),
      receiver: sqsReceiver(sqs.client, url),
      dead: () => sqsReceiver(sqs.client, deadUrl).receive(10),
      advance: (ms) => void vi.setSystemTime(Date.now() + ms),
      fair: false,
      astral: false,
    }
  })
})

test('queue: sqs: a service that refuses is unavailable', async () => {
  const failed = await sqsQueue(sqs.client, sqs.createQueue().url.replace('queue-', 'missing-'), options)
    .send([{ body: 'x', account: 'acme' }])
    .catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Unavailable)
  expect(failed).toMatchObject({ dependency: 'queue', operation: 'SendMessageBatch' })
})

describe('queue: sqs, on the wire', () => {
  // The emulator forgets the group, so the test looks at the request.
  test('messages are grouped by account', async () => {
    const { url } = sqs.createQueue()
    const seen: unknown[] = []
    const watched: AwsClient = {
      call(operation, input) {
        seen.push(...(input as { Entries: unknown[] }).Entries)
        return sqs.client.call(operation, input)
      },
      destroy() {},
    }
    const accounts = ['acme', 'other']
    const messages = accounts.map((account) => ({ body: 'x', account, delayMs: 1 }))
    await sqsQueue(watched, url, options).send(messages)
    const entry = { MessageBody: 'x', DelaySeconds: 1 }
    expect(seen).toEqual(accounts.map((MessageGroupId, i) => ({ ...entry, Id: String(i), MessageGroupId })))
  })

  test('a queue that is not there is an error, not a message that was not accepted', async () => {
    const { url } = sqs.createQueue()
    await expect(sqsQueue(sqs.client, `${url}-gone`, options).send([{ body: 'x', account: 'acme' }])).rejects.toThrow()
  })

  test('a message that only the service refuses fails alone', async () => {
    const { url } = sqs.createQueue({ MaximumMessageSize: '1024' })
    const large = 'x'.repeat(1025)
    const bodies = ['a', large, 'b\u0000', 'c']
    const { failed } = await sqsQueue(sqs.client, url, options).send(bodies.map((body) => ({ body, account: 'acme' })))
    expect(failed).toEqual([1, 2])
  })
})

describe('queue: sqs, entries that fail within an answered request', () => {
  let proxy: AwsProxy
  let client: AwsClient
  beforeAll(async () => {
    const { url } = sqs.createQueue()
    proxy = await startAwsProxy({ sqs: Number(new URL(url).port) })
    client = sqsClient({ endpoint: proxy.url, region: 'us-east-1', credentials: CREDENTIALS })
  })
  afterAll(async () => {
    client.destroy()
    await proxy.close()
  })
  beforeEach(() => void pauses.splice(0))

  /** Entries whose body is in the plan fail so many times; the rest reaches the service. */
  function fail(plan: Record<string, { times: number; senderFault?: boolean; unnamed?: boolean }>): string[][] {
    const asked: string[][] = []
    const left = new Map(Object.entries(plan).map(([body, { times }]) => [body, times]))
    proxy.treat(async ({ input }, ask) => {
      const entries: Json[] = input.Entries
      asked.push(entries.map(({ MessageBody }) => MessageBody))
      const failing = entries.filter(({ MessageBody }) => (left.get(MessageBody) ?? 0) > 0)
      for (const { MessageBody } of failing) left.set(MessageBody, left.get(MessageBody)! - 1)
      const rest = entries.filter((entry) => !failing.includes(entry))
      const { output } = rest.length === 0 ? { output: {} } : await ask({ ...input, Entries: rest })
      const Failed = failing
        .filter(({ MessageBody }) => plan[MessageBody]?.unnamed !== true)
        .map(({ Id, MessageBody }) => {
          const senderFault = plan[MessageBody]?.senderFault ?? false
          return {
            Id,
            SenderFault: senderFault,
            Code: senderFault ? 'KmsDisabled' : 'InternalError',
            Message: 'planted',
          }
        })
      return { status: 200, output: { ...output, Failed } }
    })
    return asked
  }

  async function send(bodies: string[], noteFailed?: SqsOptions['noteFailed']) {
    const { url } = sqs.createQueue()
    const queue = sqsQueue(client, proxy.url + new URL(url).pathname, { ...options, noteFailed })
    const { failed } = await queue.send(bodies.map((body) => ({ body, account: 'acme' })))
    const { ready } = sqs.count(url)
    return { failed, ready }
  }

  test('are sent again alone, twice, after a pause, when the service failed', async () => {
    const asked = fail({ b: { times: 1 }, c: { times: 2 } })
    expect(await send(['a', 'b', 'c'])).toEqual({ failed: [], ready: 3 })
    expect(asked).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']])
    expect(pauses).toEqual([50, 200])
  })

  test('are reported after the third time, with the reason for the log', async () => {
    const asked = fail({ b: { times: 9 } })
    const why: unknown[] = []
    expect(await send(['a', 'b'], (reason) => why.push(reason))).toEqual({ failed: [1], ready: 1 })
    expect(asked).toEqual([['a', 'b'], ['b'], ['b']])
    expect(why).toEqual([{ code: 'InternalError', message: 'planted', senderFault: false }])
  })

  test('are reported at once and not sent again when the fault is the sender’s', async () => {
    const asked = fail({ a: { times: 9, senderFault: true }, b: { times: 1 } })
    const why: unknown[] = []
    expect(await send(['a', 'b'], (reason) => why.push(reason))).toEqual({ failed: [0], ready: 1 })
    expect(asked).toEqual([['a', 'b'], ['b']])
    expect(why).toEqual([{ code: 'KmsDisabled', message: 'planted', senderFault: true }])
  })

  test('are sent again when the answer does not name them at all', async () => {
    const asked = fail({ b: { times: 1, unnamed: true } })
    expect(await send(['a', 'b'])).toEqual({ failed: [], ready: 2 })
    expect(asked).toEqual([['a', 'b'], ['b']])
  })

  test('are reported, beside what was sent, when the service is away at the repetition', async () => {
    const { url } = sqs.createQueue()
    let requests = 0
    proxy.treat(async ({ input }, ask) => {
      if (++requests > 1) return { status: 403, output: { __type: 'AccessDenied', message: 'planted' } }
      const { output } = await ask({ ...input, Entries: input.Entries.slice(0, 1) })
      return { status: 200, output: { ...output, Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError' }] } }
    })
    const why: { message: string; senderFault: boolean }[] = []
    const queue = sqsQueue(client, proxy.url + new URL(url).pathname, {
      ...options,
      noteFailed: (reason) => why.push(reason),
    })
    const messages = ['a', 'b'].map((body) => ({ body, account: 'acme' }))
    expect(await queue.send(messages)).toEqual({ failed: [1] })
    expect(sqs.count(url).ready).toBe(1)
    expect(why).toMatchObject([{ message: expect.stringContaining('AccessDenied'), senderFault: false }])
  })
})
