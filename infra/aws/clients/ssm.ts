import type { AwsClient } from '../../../shared/aws/client.ts'
import { type JsonService, jsonClient } from './json-client.ts'
import { type ClientOptions, clientSettings } from './settings.ts'

/** Three attempts together stay below the 10 s that Lambda gives a start. */
const SSM: JsonService = { name: 'ssm', target: 'AmazonSSM', version: '1.1', attemptMs: 2000 }

export function ssmClient(options: ClientOptions = {}): AwsClient {
  return jsonClient(SSM, clientSettings(SSM.name, options))
}
