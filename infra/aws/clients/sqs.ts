import type { AwsClient } from '../../../shared/aws/client.ts'
import { type JsonService, jsonClient } from './json-client.ts'
import { type ClientOptions, clientSettings } from './settings.ts'

/** A batch may have a megabyte. */
const SQS: JsonService = { name: 'sqs', target: 'AmazonSQS', version: '1.0', attemptMs: 5000 }

export function sqsClient(options: ClientOptions = {}): AwsClient {
  const settings = clientSettings(SQS.name, options)
  return jsonClient(SQS, { ...settings, originOf: queueOrigin })
}

/** A queue lies at the host of its URL, in every partition. */
function queueOrigin(input: { QueueUrl?: string }): string {
  return new URL(input.QueueUrl ?? '').origin
}
