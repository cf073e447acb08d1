import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { type Clock, sleep } from '../../shared/base/time.ts'
import { CHUNK_BYTES } from '../fakes/aws-bill.ts'
import { type FunctionName, type Invoked, type Lambda, settingsOf } from './lambda.ts'

/*
 * An event source mapping, as Lambda's own pollers work: receives, gathers up to the batch size or until the end of
 * the window, invokes, and deletes the messages not reported as failed. Its calls to the queue may fail too.
 */

export interface Poller {
  /** Batches in progress. */
  working(): number
  /**
   * Messages handed to the function; and the billed requests of receiving and deleting, by ten messages and by 64
   * KiB.
   */
  polled: { messages: number; batches: number; billed: number; tens: number }
  stop(): void
}

export interface PollerOptions {
  sqs: SQSClient
  url: string
  function: FunctionName
  lambda: Lambda
  clock: Clock
  /** Limit on concurrent batches, whatever the mapping allows: each batch needs a module instance. */
  concurrency: number
  pauseMs(): number
}

/** Limit on messages of a receive and of a delete. */
const AT_ONCE = 10
const GATHER_MS = 250

export function startPoller(options: PollerOptions): Poller {
  const { clock, lambda } = options
  const { batchSize, windowMs, concurrency } = settingsOf(options.function)
  const most = Math.min(concurrency, options.concurrency)
  const polled = { messages: 0, batches: 0, billed: 0, tens: 0 }
  let working = 0
  let stopped = false
  let ended = Promise.withResolvers<void>()

  const receive = async (count: number): Promise<Message[]> => {
    const wanted = { MaxNumberOfMessages: Math.min(AT_ONCE, count), MessageSystemAttributeNames: ['All' as const] }
    const request = new ReceiveMessageCommand({ QueueUrl: options.url, ...wanted })
    const { Messages = [] } = await options.sqs.send(request).catch(() => ({ Messages: [] }))
    return Messages
  }
  const gather = async (): Promise<Message[]> => {
    const batch = await receive(batchSize)
    if (batch.length === 0) return batch
    for (const until = clock.now() + windowMs; batch.length < batchSize; ) {
      const more = await receive(batchSize - batch.length)
      batch.push(...more)
      if (more.length > 0) continue
      if (clock.now() >= until) break
      await sleep(clock, Math.min(GATHER_MS, until - clock.now()))
    }
    return batch
  }
  const work = async (batch: Message[]): Promise<void> => {
    const invoked = await lambda.invoke(options.function, eventOf(batch))
    const failed = failedOf(invoked, new Set(batch.map(({ MessageId }) => MessageId!)))
    const done = batch.filter(({ MessageId }) => !failed.has(MessageId!))
    for (let from = 0; from < done.length; from += AT_ONCE) {
      const some = done.slice(from, from + AT_ONCE)
      const Entries = some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      // A message without a delete comes again.
      await options.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: options.url, Entries })).catch(() => {})
    }
  }
  const run = async (): Promise<void> => {
    while (!stopped) {
      if (working >= most) {
        await ended.promise
        continue
      }
      const batch = await gather()
      if (batch.length === 0) {
        await sleep(clock, options.pauseMs())
        continue
      }
      working++
      polled.batches++
      polled.messages += batch.length
      const bytes = batch.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0)
      const tens = Math.ceil(batch.length / AT_ONCE)
      polled.tens += tens
      polled.billed += Math.max(tens, Math.ceil(bytes / CHUNK_BYTES))
      void work(batch).finally(() => {
        working--
        ended.resolve()
        ended = Promise.withResolvers()
      })
    }
  }
  void run()
  return {
    working: () => working,
    polled,
    stop() {
      stopped = true
    },
  }
}

/**
 * Lambda's reading of an answer: an absent or empty list is a success of the whole batch; an entry without a name, or
 * with a name outside the batch, is a failure of the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function failedOf(invoked: Invoked, batch: ReadonlySet<string>): ReadonlySet<string> {
  if (!invoked.ok) return batch
  const { batchItemFailures } = (invoked.returned ?? {}) as { batchItemFailures?: { itemIdentifier?: unknown }[] }
  const named = (batchItemFailures ?? []).map(({ itemIdentifier }) => String(itemIdentifier))
  return named.every((id) => batch.has(id)) ? new Set(named) : batch
}

function eventOf(batch: readonly Message[]): SQSEvent {
  const Records = batch.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    messageId: MessageId!,
    receiptHandle: ReceiptHandle!,
    body: Body!,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    awsRegion: 'us-east-1',
  }))
  return { Records }
}
