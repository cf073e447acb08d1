import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  MessageNotInflight,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import { sqsClient } from '../../infra/aws/clients/sqs.ts'
import type { AwsClient } from '../../shared/aws/client.ts'
import { SECOND } from '../../shared/base/time.ts'
import { type InMessage, MAX_RECEIVES, VISIBILITY_MS } from '../../shared/queue/port.ts'
import { unpackBody } from '../../shared/sqs/packed-body.ts'
import type { QueueReceiver } from '../contract/queue.contract.ts'
import { besideSdk } from './beside-sdk.ts'

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' }

/** SQS in this process. Its time is `Date.now()`, so a test may own the time. */
export async function startSqs() {
  const server = await startFauxqs({ port: 0, logger: false })
  const endpoint = `http://127.0.0.1:${server.port}`
  const client = testSqsClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS })
  let queues = 0
  return {
    client,
    /** Makes a queue and its dead letter queue with the settings of the deployed queues; returns their URLs. */
    createQueue(attributes: Record<string, string> = {}): { url: string; deadUrl: string } {
      const name = `queue-${++queues}`
      const dead = server.createQueue(`${name}-dead`)
      const { queueUrl } = server.createQueue(name, {
        attributes: {
          ...attributes,
          VisibilityTimeout: String(VISIBILITY_MS / SECOND),
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount: MAX_RECEIVES }),
        },
      })
      return { url: byAddress(queueUrl), deadUrl: byAddress(dead.queueUrl) }
    },
    /** Messages in a queue, by the URL of the queue. */
    count(url: string): { ready: number; delayed: number; inFlight: number } {
      const { ready, delayed, inflight } = server.inspectQueue(url.slice(url.lastIndexOf('/') + 1))!.messages
      return { ready: ready.length, delayed: delayed.length, inFlight: inflight.length }
    },
    async close(): Promise<void> {
      client.destroy()
      await server.stop()
    },
  }
}

/** Beyond these times a call of the SDK is sent again, as a call of the product is. */
const TIMES = { connectionTimeout: 1000, requestTimeout: 5000, socketTimeout: 5000, throwOnRequestTimeout: true }

/** Tests do the work of Lambda's poller by `send` of the SDK. */
export function testSqsClient(address: {
  endpoint: string
  region?: string
  credentials?: typeof CREDENTIALS
}): SQSClient & AwsClient {
  return besideSdk(new SQSClient({ ...address, maxAttempts: 3, requestHandler: TIMES }), sqsClient(address))
}

/** Clients call the host in the URL of a queue, and not every machine resolves `*.localhost`. */
function byAddress(queueUrl: string): string {
  const url = new URL(queueUrl)
  url.hostname = '127.0.0.1'
  return url.href
}

/** The work of Lambda's poller on a queue. */
export function sqsReceiver(client: SQSClient, url: string): QueueReceiver {
  const handles = new Map<string, string>()
  const held = (ids: readonly string[]) => ids.flatMap((id) => handles.get(id) ?? [])
  return {
    async receive(max) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: max, MessageSystemAttributeNames: ['All'] }),
      )
      for (const { MessageId, ReceiptHandle } of Messages) handles.set(MessageId!, ReceiptHandle!)
      return Messages.map(toMessage)
    },
    async ack(ids) {
      for (const ReceiptHandle of held(ids))
        await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
    },
    async retry(ids, delayMs) {
      for (const ReceiptHandle of held(ids)) {
        const VisibilityTimeout = Math.ceil(delayMs / SECOND)
        const request = new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout })
        // Handed back before: the state that the caller asked for.
        await client.send(request).catch((error: unknown) => {
          if (!(error instanceof MessageNotInflight)) throw error
        })
      }
    },
  }
}

function toMessage({ MessageId, Body, Attributes }: Message): InMessage {
  return {
    id: MessageId!,
    body: unpackBody(Body!),
    receives: Number(Attributes?.ApproximateReceiveCount),
    sentAt: Number(Attributes?.SentTimestamp),
  }
}
