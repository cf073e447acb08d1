import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

/** Values that the SDK otherwise takes from the environment of the function. */
export interface ClientOptions {
  endpoint?: string
  region?: string
  credentials?: DynamoDBClientConfig['credentials']
}

const CONNECT_MS = 1000
/** Three times the longest request, and the pauses between, fit into the time of every function. */
const ATTEMPTS = 3

/**
 * Settings of an SDK client that gives a request up after `requestMs` and sends it again. Without them a lost
 * connection takes the whole time of the function.
 */
export function clientSettings(requestMs: number, options: ClientOptions) {
  return {
    ...options,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: requestMs,
      // `requestTimeout` ends with the head of the answer. For a body that stops coming, the SDK alone waits minutes.
      socketTimeout: requestMs,
      throwOnRequestTimeout: true,
    },
  }
}
