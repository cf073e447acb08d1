import type { AwsClient } from '../aws/client.ts'
import { type Chance, type Clock, SECOND, sleep } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import { checkBatch } from '../queue/limits.ts'
import type { OutMessage, Queue } from '../queue/port.ts'
import { packBody } from './packed-body.ts'

export interface SqsOptions {
  clock: Clock
  chance: Chance
  /** Writes to the log why a message was not taken, in the words of SQS: callers learn only that it was not. */
  noteFailed?: (why: { code: string; message: string; senderFault: boolean }) => void
}

/**
 * Longest pauses before the entries that failed within an answered request are sent again. Together they are short
 * beside the time of every function; an entry that fails a third time is reported.
 */
const PAUSES_MS = [100, 400]

/** The sending side of a standard SQS queue; receiving is the task of Lambda. */
export function sqsQueue(client: AwsClient, url: string, options: SqsOptions): Queue {
  const { clock, chance, noteFailed } = options
  return {
    // In base64, and with the ids of ten deliveries, a message is one request of 64 KiB to send and one to receive. A read
    // of as many words from the table would be twelve units, and one more round trip.
    carries: 45 * 1024,
    delaysBy: SECOND,
    // Sending twice makes two messages, by this loop or by the client: readers of a queue must tolerate duplicates.
    async send(messages) {
      const refused = new Set(checkBatch(messages))
      const failed = new Set(refused)
      let left = messages.flatMap((message, index) => (refused.has(index) ? [] : [entry(message, index)]))
      for (let tries = 0; left.length > 0; tries++) {
        const answered = sendBatch(client, url, left)
        const { again, lost } = await answered.then(
          (answer) => failures(left, answer, tries < PAUSES_MS.length),
          (error: unknown): Unsent => {
            // The first request tells that SQS is away. After it, some messages are in the queue, and the caller has to
            // learn which.
            if (tries === 0 || !(error instanceof Unavailable)) throw error
            return { again: [], lost: left.map(({ Id }) => ({ Id, Code: 'Unavailable', Message: error.message })) }
          },
        )
        for (const { Id, Code = '', Message = '', SenderFault = false } of lost) {
          failed.add(Number(Id))
          noteFailed?.({ code: Code, message: Message, senderFault: SenderFault })
        }
        if (again.length > 0) await sleep(clock, PAUSES_MS[tries]! * (0.5 + chance() / 2))
        left = again
      }
      return { failed: [...failed].sort((a, b) => a - b) }
    },
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html */
interface Entry {
  Id: string
  MessageBody: string
  DelaySeconds: number
  MessageGroupId: string
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_BatchResultErrorEntry.html */
interface FailedEntry {
  Id: string
  Code?: string
  Message?: string
  SenderFault?: boolean
}

interface SendMessageBatchOutput {
  Successful?: { Id: string }[]
  Failed?: FailedEntry[]
}

interface Unsent {
  again: Entry[]
  lost: FailedEntry[]
}

/**
 * The entries that the answer does not name as sent. `again`: the service failed, so a further request may succeed.
 * `lost`: SQS refuses the entry itself (`SenderFault`), or there is no further try.
 */
function failures(
  entries: readonly Entry[],
  { Successful = [], Failed = [] }: SendMessageBatchOutput,
  mayRepeat: boolean,
): Unsent {
  const sent = new Set(Successful.map(({ Id }) => Id))
  const reasons = new Map(Failed.map((reason) => [reason.Id, reason]))
  const unsent = entries.filter(({ Id }) => !sent.has(Id))
  const isLost = ({ Id }: Entry): boolean => !mayRepeat || reasons.get(Id)?.SenderFault === true
  return {
    again: unsent.filter((one) => !isLost(one)),
    lost: unsent
      .filter(isLost)
      .map(({ Id }) => reasons.get(Id) ?? { Id, Message: 'the answer does not name the message' }),
  }
}

async function sendBatch(
  client: AwsClient,
  QueueUrl: string,
  Entries: readonly Entry[],
): Promise<SendMessageBatchOutput> {
  try {
    return (await client.call('SendMessageBatch', { QueueUrl, Entries })) as SendMessageBatchOutput
  } catch (error) {
    throw error instanceof TypeError ? error : new Unavailable('queue', 'SendMessageBatch', error)
  }
}

/**
 * Fair by account:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
function entry({ body, account, delayMs = 0 }: OutMessage, index: number): Entry {
  return {
    Id: String(index),
    MessageBody: packBody(body),
    DelaySeconds: Math.ceil(delayMs / SECOND),
    MessageGroupId: account,
  }
}
