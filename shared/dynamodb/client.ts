import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

/** What is not given comes from where the SDK looks by itself. */
export interface DynamodbClientOptions {
  endpoint?: string
  region?: string
  credentials?: DynamoDBClientConfig['credentials']
}

const CONNECT_MS = 1000
/** A request takes milliseconds; without this a lost connection would take the function's whole time. */
const REQUEST_MS = 3000
/** Three times the time above, and the pauses between, fit into the time of every function. */
const ATTEMPTS = 3

export function dynamodbClient(options: DynamodbClientOptions = {}): DynamoDBClient {
  return new DynamoDBClient({
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
