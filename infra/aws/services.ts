import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import type { Queue } from '../../shared/queue/port.ts'
import { type SqsOptions, sqsQueue } from '../../shared/sqs/queue.ts'
import type { Table } from '../../shared/table/port.ts'
import { systemClock } from '../clock.ts'
import { dynamodbClient } from './clients/dynamodb.ts'
import { sqsClient } from './clients/sqs.ts'
import { queueFailuresLogged, tableFailuresLogged } from './failures-logged.ts'
import { gatherSends } from './gathered.ts'
import { log } from './log.ts'
import { platform } from './platform.ts'

/** Region and credentials are Lambda's own, from the environment. */
export function awsTable(name: string): Table {
  return tableFailuresLogged(dynamodbTable(dynamodbClient(), name, platform.chance))
}

export function awsQueue(url: string): Queue {
  const { clock, chance } = platform
  const noteFailed: SqsOptions['noteFailed'] = (why) => log('error', 'queue: a message was not taken', why)
  return queueFailuresLogged(sqsQueue(sqsClient(), url, { clock, chance, noteFailed }))
}

/** A queue that joins concurrent single sends into a single SQS request. */
export function gatheredQueue(url: string): Queue {
  return gatherSends(awsQueue(url), systemClock)
}
