import { env } from '../../infra/aws/env.ts'
import { platform } from '../../infra/aws/platform.ts'
import { lambdaSchedule } from '../../infra/aws/schedule.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createSweep } from './handler.ts'

const table = awsTable(env('TABLE_NAME'))
const dispatchQueue = awsQueue(env('ALERTS_QUEUE_URL'))

export const handler = lambdaSchedule(createSweep({ ...platform, table, dispatchQueue }))
