import type { AwsClient } from '../../../shared/aws/client.ts'
import { type JsonService, jsonClient } from './json-client.ts'
import { type ClientOptions, clientSettings } from './settings.ts'

/** A request to the table takes milliseconds. */
const DYNAMODB: JsonService = { name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0', attemptMs: 3000 }

export function dynamodbClient(options: ClientOptions = {}): AwsClient {
  return jsonClient(DYNAMODB, clientSettings(DYNAMODB.name, options))
}
