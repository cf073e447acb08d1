import { dynamodbClient } from '../../shared/dynamodb/client.ts'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import type { Queue } from '../../shared/queue/port.ts'
import { sqsClient } from '../../shared/sqs/client.ts'
import { sqsQueue } from '../../shared/sqs/queue.ts'
import type { Table } from '../../shared/table/port.ts'
import { systemClock } from '../clock.ts'
import { failuresLogged } from './failures-logged.ts'
import { gathered } from './gathered.ts'

/** Region and credentials are Lambda's own; the SDK finds them by itself. */
export function awsTable(name: string): Table {
  return failuresLogged('table', dynamodbTable(dynamodbClient(), name))
}

export function awsQueue(url: string): Queue {
  return failuresLogged('queue', sqsQueue(sqsClient(), url))
}

/** For a function that sends one by one what it does side by side. */
export function gatheredQueue(url: string): Queue {
  return gathered(awsQueue(url), systemClock)
}
