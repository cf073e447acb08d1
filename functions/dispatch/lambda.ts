import { env } from '../../infra/aws/env.ts'
import { platform } from '../../infra/aws/platform.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createDispatch } from './handler.ts'

const table = awsTable(env('TABLE_NAME'))
const dispatchQueue = awsQueue(env('ALERTS_QUEUE_URL'))
const deliveries = awsQueue(env('DELIVERIES_QUEUE_URL'))
const forwards = awsQueue(env('FORWARDS_QUEUE_URL'))
const configs = createConfigs({ table, clock: platform.clock, people: true })

export const handler = lambdaQueue(createDispatch({ ...platform, table, dispatchQueue, deliveries, forwards, configs }))
