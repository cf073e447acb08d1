import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { QueueName } from '../../shared/queue/port.ts'
import { type AwsProxy, startAwsProxy } from './aws-proxy.ts'
import { CREDENTIALS, startDynamodb, type TestDynamodbClient } from './dynamodb.ts'
import { startSqs } from './sqs.ts'
import { startSsm } from './ssm.ts'

export interface Received {
  id: string
  body: string
  receives: number
  receipt: string
}

export type WorkedQueue = 'alerts' | 'records' | 'deliveries'

/**
 * The table, the queues and the parameters in this process, and the environment variables that lead Lambda functions
 * there.
 */
export interface AwsServices {
  environment: Record<string, string>
  /** The proxy between the functions and the emulators. */
  proxy: AwsProxy
  /** Clients past the proxy, to look at the stored items and messages. */
  table: { client: TestDynamodbClient; name: string }
  /** Messages of a queue by their state, and the messages of its dead letter queue. */
  count(queue: QueueName): { ready: number; delayed: number; inFlight: number; dead: number }
  /** Up to 10 messages; waits up to a second for the first message. */
  receive(queue: WorkedQueue): Promise<Received[]>
  remove(queue: WorkedQueue, message: Received): Promise<void>
  stop(): Promise<void>
}

export async function startAwsServices(parameters: Readonly<Record<string, string>>): Promise<AwsServices> {
  const dynamodb = await startDynamodb()
  const sqs = await startSqs()
  const ssm = await startSsm(parameters)
  const made = {
    alerts: sqs.createQueue(),
    deliveries: sqs.createQueue(),
    records: sqs.createQueue(),
    forwards: sqs.createQueue(),
  }
  const sqsPort = Number(new URL(made.alerts.url).port)
  const ports = { dynamodb: dynamodb.port, sqs: sqsPort, ssm: Number(new URL(ssm.url).port) }
  const proxy = await startAwsProxy(ports)
  const name = await dynamodb.createTable()
  // Clients call the host in the URL of a queue.
  const through = (queue: QueueName): string => proxy.url + new URL(made[queue].url).pathname
  return {
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
      AWS_ENDPOINT_URL_SQS: proxy.url,
      AWS_ENDPOINT_URL_SSM: proxy.url,
      TABLE_NAME: name,
      ALERTS_QUEUE_URL: through('alerts'),
      DELIVERIES_QUEUE_URL: through('deliveries'),
      RECORDS_QUEUE_URL: through('records'),
      FORWARDS_QUEUE_URL: through('forwards'),
    },
    proxy,
    table: { client: dynamodb.client, name },
    count: (queue) => {
      const { ready, delayed, inFlight } = sqs.count(made[queue].url)
      return { ready, delayed, inFlight, dead: sqs.count(made[queue].deadUrl).ready }
    },
    async receive(queue) {
      const wanted = { MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }
      const { Messages = [] } = await sqs.client.send(
        new ReceiveMessageCommand({ QueueUrl: made[queue].url, MessageSystemAttributeNames: ['All'], ...wanted }),
      )
      return Messages.map((message) => ({
        id: message.MessageId ?? '',
        body: message.Body ?? '',
        receives: Number(message.Attributes?.ApproximateReceiveCount),
        receipt: message.ReceiptHandle ?? '',
      }))
    },
    async remove(queue, { receipt }) {
      await sqs.client.send(new DeleteMessageCommand({ QueueUrl: made[queue].url, ReceiptHandle: receipt }))
    },
    async stop() {
      await proxy.close()
      await ssm.stop()
      await sqs.close()
      await dynamodb.close()
    },
  }
}
