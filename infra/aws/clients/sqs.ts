import { SQSClient } from '@aws-sdk/client-sqs'
import { type ClientOptions, clientSettings } from './settings.ts'

/** A batch may have a megabyte. */
const REQUEST_MS = 5000

export function sqsClient(options: ClientOptions = {}): SQSClient {
  return new SQSClient(clientSettings(REQUEST_MS, options))
}
