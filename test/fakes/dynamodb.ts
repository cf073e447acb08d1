import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
// @ts-expect-error The package has no types.
import dynalite from 'dynalite'
import { dynamodbClient } from '../../infra/aws/clients/dynamodb.ts'
import type { AwsClient } from '../../shared/aws/client.ts'
import { createTableInput } from '../../shared/dynamodb/description.ts'
import { besideSdk } from './beside-sdk.ts'

export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' }

/** DynamoDB in this process, without transactions and expiry. A failed condition does not return the present item. */
export async function startDynamodb() {
  const server = (dynalite as (options: object) => Server)({ createTableMs: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = localClient(port)
  let tables = 0
  return {
    port,
    client,
    /** Makes an empty table; returns its name. */
    async createTable(): Promise<string> {
      const name = `table-${++tables}`
      await client.send(new CreateTableCommand(createTableInput(name)))
      const status = async () => (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus
      while ((await status()) !== 'ACTIVE');
      return name
    },
    async close(): Promise<void> {
      client.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Tests look at the table through `send` of the SDK. */
export type TestDynamodbClient = DynamoDBClient & AwsClient

export function localClient(port: number): TestDynamodbClient {
  const address = { endpoint: `http://127.0.0.1:${port}`, region: 'local', credentials: CREDENTIALS }
  return besideSdk(new DynamoDBClient(address), dynamodbClient(address))
}
