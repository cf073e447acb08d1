import type { Queue } from '../../shared/queue/port.ts'
import { sqsQueue } from '../../shared/queue/sqs.ts'
import { sqsClient } from '../../shared/queue/sqs-client.ts'
import { dynamodbTable } from '../../shared/store/dynamodb.ts'
import { dynamodbClient } from '../../shared/store/dynamodb-client.ts'
import type { Table } from '../../shared/store/port.ts'
import { systemClock } from '../machine/clock.ts'
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
