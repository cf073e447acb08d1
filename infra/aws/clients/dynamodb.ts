import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type ClientOptions, clientSettings } from './settings.ts'

/** A request to the table takes milliseconds. */
const REQUEST_MS = 3000

export function dynamodbClient(options: ClientOptions = {}): DynamoDBClient {
  return new DynamoDBClient(clientSettings(REQUEST_MS, options))
}
