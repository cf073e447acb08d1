import { afterAll, beforeAll, describe } from 'vitest'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import { startDynamodb } from '../fakes/dynamodb.ts'
import { chance } from './chance.ts'
import { tableContract } from './table.contract.ts'

describe('table: dynamodb', () => {
  let dynamodb: Awaited<ReturnType<typeof startDynamodb>>
  beforeAll(async () => {
    dynamodb = await startDynamodb()
  })
  afterAll(() => dynamodb.close())
  tableContract(async () => ({ table: dynamodbTable(dynamodb.client, await dynamodb.createTable(), chance) }))
})
