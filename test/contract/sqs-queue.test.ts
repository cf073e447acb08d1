import type { SendMessageBatchCommandInput } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { sqsQueue } from '../../shared/sqs/queue.ts'
import { sqsReceiver, startSqs } from '../fakes/sqs.ts'
import { queueContract } from './queue.contract.ts'

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
      queue: sqsQueue(sqs.client, url),
      receiver: sqsReceiver(sqs.client, url),
      dead: () => sqsReceiver(sqs.client, deadUrl).receive(10),
      advance: (ms) => void vi.setSystemTime(Date.now() + ms),
      fair: false,
      astral: false,
    }
  })
})

test('queue: sqs: a service that refuses is unavailable', async () => {
  const failed = await sqsQueue(sqs.client, sqs.createQueue().url.replace('queue-', 'missing-'))
    .send([{ body: 'x', account: 'acme' }])
    .catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Unavailable)
  expect(failed).toMatchObject({ dependency: 'queue', operation: 'SendMessageBatch' })
})

describe('queue: sqs, on the wire', () => {
  // The emulator forgets the group, so the test looks at the request.
  test.each([
    [true, ['acme', 'other']],
    [false, [undefined, undefined]],
  ] as const)('fair: %j groups messages by account as %j', async (fair, groups) => {
    const { url } = sqs.createQueue()
    const seen: unknown[] = []
    sqs.client.middlewareStack.add(
      (next) => (args) => {
        seen.push(...((args.input as SendMessageBatchCommandInput).Entries ?? []))
        return next(args)
      },
      { step: 'initialize', name: 'watch', override: true },
    )
    const messages = ['acme', 'other'].map((account) => ({ body: 'x', account, delayMs: 1 }))
    await sqsQueue(sqs.client, url, { fair }).send(messages)
    sqs.client.middlewareStack.remove('watch')
    const entry = { MessageBody: 'x', DelaySeconds: 1 }
    expect(seen).toEqual(groups.map((group, i) => ({ ...entry, Id: String(i), MessageGroupId: group })))
  })

  test('a queue that is not there is an error, not a message that was not accepted', async () => {
    const { url } = sqs.createQueue()
    await expect(sqsQueue(sqs.client, `${url}-gone`).send([{ body: 'x', account: 'acme' }])).rejects.toThrow()
  })

  test('a message that only the service refuses fails alone', async () => {
    const { url } = sqs.createQueue({ MaximumMessageSize: '1024' })
    const large = 'x'.repeat(1025)
    const bodies = ['a', large, 'b\u0000', 'c']
    const { failed } = await sqsQueue(sqs.client, url).send(bodies.map((body) => ({ body, account: 'acme' })))
    expect(failed).toEqual([1, 2])
  })
})
