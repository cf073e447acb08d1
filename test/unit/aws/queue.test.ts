import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lambdaQueue } from '../../../infra/aws/queue.ts'
import type { InMessage } from '../../../shared/queue/port.ts'
import { packBody } from '../../../shared/sqs/packed-body.ts'
import { context, sqsEvent } from '../../fakes/lambda-events.ts'

const seen: InMessage[][] = []
const handle = async (messages: readonly InMessage[]) => {
  seen.push([...messages])
  if (messages.some(({ body }) => body === 'poison')) throw new Error('cannot')
  return { failed: messages.filter(({ body }) => body === 'later').map(({ id }) => id) }
}

beforeEach(() => {
  seen.length = 0
  vi.spyOn(console, 'log').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('an SQS batch', () => {
  test('answers only what failed', async () => {
    const event = sqsEvent([
      { id: 'a', body: 'fine' },
      { id: 'b', body: 'later' },
    ])
    expect(await lambdaQueue(handle)(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] })
  })

  test('a message has its id, body, count and time', async () => {
    await lambdaQueue(handle)(sqsEvent([{ id: 'a', body: 'x' }]), context)
    expect(seen).toEqual([[{ id: 'a', body: 'x', receives: 1, sentAt: 1795262400123 }]])
  })

  test('a body that was packed on its way arrives as it was sent', async () => {
    const body = JSON.stringify({ alerts: Array.from({ length: 1000 }, () => 'the same') })
    expect(packBody(body)).not.toBe(body)
    await lambdaQueue(handle)(sqsEvent([{ body: packBody(body) }]), context)
    expect(seen).toMatchObject([[{ body }]])
  })

  test('an empty batch is nothing', async () => {
    expect(await lambdaQueue(handle)({ Records: [] }, context)).toEqual({ batchItemFailures: [] })
  })

  test('a throw fails the messages that were handled together', async () => {
    const event = sqsEvent([
      { id: 'a', body: 'fine' },
      { id: 'b', body: 'poison' },
    ])
    expect(await lambdaQueue(handle)(event, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }],
    })
  })

  test('what failed before goes alone and takes no neighbour along', async () => {
    const event = sqsEvent([
      { id: 'a', body: 'fine', receives: 2 },
      { id: 'b', body: 'poison', receives: 2 },
      { id: 'c', body: 'fine' },
    ])
    expect(await lambdaQueue(handle)(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] })
    expect(seen.map((messages) => messages.map(({ id }) => id))).toEqual([['c'], ['a'], ['b']])
  })

  test('side by side, what hangs holds up no message that failed before', async () => {
    const hanging = Promise.withResolvers<void>()
    const over: string[] = []
    const slow = async (messages: readonly InMessage[]) => {
      if (messages[0]?.id === 'a') await hanging.promise
      over.push(...messages.map(({ id }) => id))
      return { failed: messages.filter(({ body }) => body === 'later').map(({ id }) => id) }
    }
    const event = sqsEvent([
      { id: 'a', body: 'fine', receives: 2 },
      { id: 'b', body: 'later', receives: 2 },
      { id: 'c', body: 'fine' },
    ])
    const answer = lambdaQueue(slow, { sideBySide: true })(event, context)
    await vi.waitFor(() => expect(over.sort()).toEqual(['b', 'c']))
    hanging.resolve()
    expect(await answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] })
  })

  test('the handler learns when Lambda ends the process', async () => {
    const ends: number[] = []
    const began = Date.now()
    await lambdaQueue(async (_, endsAt) => {
      ends.push(endsAt ?? 0)
      return { failed: [] }
    })(sqsEvent([{ id: 'a', body: 'x' }]), context)
    expect(ends[0]).toBeGreaterThanOrEqual(began + context.getRemainingTimeInMillis())
  })
})
