import type { Millis } from '../base/time.ts'

/** The queues, named after the messages that a queue carries. */
export type QueueName = 'alerts' | 'records' | 'deliveries' | 'forwards'

/** The sending side of a queue, for handlers. Receiving is the task of the host. */
export interface Queue {
  /**
   * A message may carry up to so many bytes that its reader would have to look up otherwise: to carry the bytes is
   * cheaper than a read of the table. Absent: reads and writes cost little, so a read is cheaper, and nothing is gained
   * by a write for many.
   */
  readonly carries?: number
  /** Delays are rounded up to multiples of so many milliseconds. Absent: messages are visible at their exact moment. */
  readonly delaysBy?: Millis
  /**
   * The queue has the messages when the call returns, as durably as the table has its writes (`Table.durable`).
   * `failed` has the indexes of the messages that were not accepted; the caller treats these messages as not sent. At
   * most BATCH_ENTRIES messages and BATCH_BYTES in a call: `sendAll` splits longer lists. Throws `Unavailable` when the
   * queue is away.
   */
  send(messages: readonly OutMessage[]): Promise<{ failed: number[] }>
}

export interface OutMessage {
  body: string
  /**
   * The value of `body`, for a receiver in the same process, so that the body need not be parsed again. Nobody changes
   * the value.
   */
  value?: unknown
  /** For fairness: a storm of one account does not delay the messages of another account. */
  account: string
  /**
   * For fairness within the account: messages of one lane may wait for each other, and do not delay other lanes. On one
   * machine only; a function on AWS runs as often at a time as needed. Absent: the lane that is called ''.
   */
  lane?: string
  /** The message is invisible for this time. Up to MAX_DELAY_MS, rounded up as `delaysBy` says. */
  delayMs?: number
}

/** A message, as a queue handler receives the message. The message may come twice, late and out of order. */
export interface InMessage {
  id: string
  body: string
  /** The value of `body`, where the sender is in the same process. Absent: the body has to be parsed. */
  value?: unknown
  /** 1 at the first receive. */
  receives: number
  sentAt: Millis
}

/** The answer of a queue handler: ids of the messages to deliver again. The host acknowledges the rest. */
export interface Handled {
  failed: string[]
}

/** `endsAt`: the host ends the process then. Absent: the host waits for the handler. */
export type QueueHandler = (messages: readonly InMessage[], endsAt?: Millis) => Promise<Handled>

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_DELAY_MS = 15 * 60 * 1000
export const BATCH_ENTRIES = 10
export const MESSAGE_BYTES = 1024 * 1024
export const BATCH_BYTES = 1024 * 1024
/**
 * The number of receives before a message goes to the dead-letter queue; visibility ≥ 6 × the time-out of the function.
 */
export const MAX_RECEIVES = 5
export const VISIBILITY_MS = 180 * 1000
/** The longest life of a message in the queue before the message is dead: a late duplicate cannot be older. */
export const MESSAGE_LIFE_MS = MAX_RECEIVES * VISIBILITY_MS

/** Sends the messages (JSON texts) in batches; returns the indexes that failed. */
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

/**
 * SQS accepts #x9 #xA #xD and #x20 up, without U+FFFE and U+FFFF; JSON text that is escaped to ASCII is always
 * accepted.
 */
export function toAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
