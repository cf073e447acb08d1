import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { CREDENTIALS, startDynamodb } from './dynamodb.ts'
import { startSqs } from './sqs.ts'
import { startSsm } from './ssm.ts'

export interface Received {
  id: string
  body: string
  receives: number
  receipt: string
}

export type WorkedQueue = 'alerts' | 'records' | 'deliveries'

/** The table, the queues and the parameters in this process, and the environment that leads Lambda functions to them. */
export interface AwsServices {
  environment: Record<string, string>
  /** Up to 10 messages; waits up to a second for the first. */
  receive(queue: WorkedQueue): Promise<Received[]>
  remove(queue: WorkedQueue, message: Received): Promise<void>
  stop(): Promise<void>
}

export async function startAwsServices(parameters: Readonly<Record<string, string>>): Promise<AwsServices> {
  const dynamodb = await startDynamodb()
  const sqs = await startSqs()
  const ssm = await startSsm(parameters)
  const urls = {
    alerts: byAddress(sqs.createQueue().url),
    deliveries: byAddress(sqs.createQueue().url),
    records: byAddress(sqs.createQueue().url),
    forwards: byAddress(sqs.createQueue().url),
  }
  return {
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamodb.port}`,
      AWS_ENDPOINT_URL_SQS: new URL(urls.alerts).origin,
      AWS_ENDPOINT_URL_SSM: ssm.url,
      TABLE_NAME: await dynamodb.createTable(),
      ALERTS_QUEUE_URL: urls.alerts,
      DELIVERIES_QUEUE_URL: urls.deliveries,
      RECORDS_QUEUE_URL: urls.records,
      FORWARDS_QUEUE_URL: urls.forwards,
    },
    async receive(queue) {
      const wanted = { MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }
      const { Messages = [] } = await sqs.client.send(
        new ReceiveMessageCommand({ QueueUrl: urls[queue], MessageSystemAttributeNames: ['All'], ...wanted }),
      )
      return Messages.map((message) => ({
        id: message.MessageId ?? '',
        body: message.Body ?? '',
        receives: Number(message.Attributes?.ApproximateReceiveCount),
        receipt: message.ReceiptHandle ?? '',
      }))
    },
    async remove(queue, { receipt }) {
      await sqs.client.send(new DeleteMessageCommand({ QueueUrl: urls[queue], ReceiptHandle: receipt }))
    },
    async stop() {
      await ssm.stop()
      await sqs.close()
      await dynamodb.close()
    },
  }
}

/** The SDK calls the host that a queue's URL names, and not every machine resolves `*.localhost`. */
function byAddress(queueUrl: string): string {
  const url = new URL(queueUrl)
  url.hostname = '127.0.0.1'
  return url.href
}
