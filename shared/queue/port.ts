import type { Millis } from '../base/time.ts'

/** The queues, by what they carry. */
export type QueueName = 'alerts' | 'records' | 'deliveries' | 'forwards'

/** What a handler may do with a queue: send. Receiving is the host's business. */
export interface Queue {
  /**
   * Durable when it returns; `failed` are the indexes that were not accepted, each to be treated as
   * not sent. At most BATCH_ENTRIES messages and BATCH_BYTES in all: `sendAll` cuts longer lists.
   */
  send(messages: readonly OutMessage[]): Promise<{ failed: number[] }>
}

export interface OutMessage {
  body: string
  /** Fairness: one account's storm does not delay another's. */
  account: string
  /** Invisible until then. Up to MAX_DELAY_MS; SQS rounds up to whole seconds. */
  delayMs?: number
}

/** A message as a queue handler gets it. It may come twice, late and out of order. */
export interface InMessage {
  id: string
  body: string
  /** 1 the first time. */
  receives: number
  sentAt: Millis
}

/** What a queue handler answers: messages to be delivered again. Everything else is acknowledged. */
export interface Handled {
  failed: string[]
}

export type QueueHandler = (messages: readonly InMessage[]) => Promise<Handled>

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_DELAY_MS = 15 * 60 * 1000
export const BATCH_ENTRIES = 10
export const MESSAGE_BYTES = 1024 * 1024
export const BATCH_BYTES = 1024 * 1024
/** Receives before a message goes to the dead-letter queue; visibility ≥ 6 × the function's time-out. */
export const MAX_RECEIVES = 5
export const VISIBILITY_MS = 180 * 1000
/** How long a message can live in the queue before it is dead: a late duplicate can be no older. */
export const MESSAGE_LIFE_MS = MAX_RECEIVES * VISIBILITY_MS

/** Sends all (JSON texts), in batches; returns the indexes that failed. */
export async function sendAll(queue: Queue, messages: readonly OutMessage[]): Promise<{ failed: number[] }> {
  const failed: number[] = []
  let batch: OutMessage[] = []
  let bytes = 0
  let first = 0
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const result = await queue.send(batch)
    for (const index of result.failed) failed.push(first + index)
    first += batch.length
    batch = []
    bytes = 0
  }
  for (const given of messages) {
    const message = NOT_ON_THE_WIRE.test(given.body) ? { ...given, body: toAscii(given.body) } : given
    const size = Buffer.byteLength(message.body)
    if (batch.length === BATCH_ENTRIES || (batch.length > 0 && bytes + size > BATCH_BYTES)) await flush()
    batch.push(message)
    bytes += size
  }
  await flush()
  return { failed }
}

const NOT_ON_THE_WIRE = /[\ufffe\uffff]/

/** SQS accepts #x9 #xA #xD and #x20 up, without U+FFFE and U+FFFF; JSON text escaped to ASCII is always fine. */
export function toAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
