import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  type SendMessageBatchCommandOutput,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { SECOND } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import { checkBatch } from '../queue/limits.ts'
import type { OutMessage, Queue } from '../queue/port.ts'

export interface SqsOptions {
  /**
   * Fair queues on standard SQS, by account:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
   */
  fair?: boolean
}

/** The sending side of a standard SQS queue; receiving is the task of Lambda. */
export function sqsQueue(client: SQSClient, url: string, { fair = true }: SqsOptions = {}): Queue {
  return {
    // Ten such messages in base64 are two requests of 64 KiB to send and two to receive; to read their words from the
    // table would be at least as many units, and one more round trip.
    carries: 8 * 1024,
    // Sending twice, which the SDK may do by itself, makes two messages: readers of a queue must tolerate duplicates.
    async send(messages) {
      const refused = new Set(checkBatch(messages))
      const entries = messages.flatMap((message, index) => (refused.has(index) ? [] : [entry(message, index, fair)]))
      if (entries.length === 0) return { failed: [...refused] }
      const { Successful = [] } = await sendBatch(client, { QueueUrl: url, Entries: entries })
      // A message counts as sent only when the answer names the message as sent.
      const sent = new Set(Successful.map(({ Id }) => Number(Id)))
      return { failed: [...messages.keys()].filter((index) => !sent.has(index)) }
    },
  }
}

async function sendBatch(
  client: SQSClient,
  input: SendMessageBatchCommandInput,
): Promise<SendMessageBatchCommandOutput> {
  try {
    return await client.send(new SendMessageBatchCommand(input))
  } catch (error) {
    throw error instanceof TypeError ? error : new Unavailable('queue', 'SendMessageBatch', error)
  }
}

function entry({ body, account, delayMs = 0 }: OutMessage, index: number, fair: boolean): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: body,
    DelaySeconds: Math.ceil(delayMs / SECOND),
    ...(fair ? { MessageGroupId: account } : {}),
  }
}
