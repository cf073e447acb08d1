import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs'

/** What is not given comes from where the SDK looks by itself. */
export interface SqsClientOptions {
  endpoint?: string
  region?: string
  credentials?: SQSClientConfig['credentials']
}

const CONNECT_MS = 1000
/** A batch may have a megabyte; without this a lost connection would take the function's whole time. */
const REQUEST_MS = 5000
const ATTEMPTS = 3

export function sqsClient(options: SqsClientOptions = {}): SQSClient {
  return new SQSClient({
    ...options,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      // The one above ends with the answer's head; the SDK's own for a body that stops coming is minutes.
      socketTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  })
}
