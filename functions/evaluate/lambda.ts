import { env } from '../../infra/aws/env.ts'
import { platform } from '../../infra/aws/platform.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createEvaluate } from './handler.ts'

const table = awsTable(env('TABLE_NAME'))
const dispatchQueue = awsQueue(env('ALERTS_QUEUE_URL'))
const configs = createConfigs({ table, clock: platform.clock })

export const handler = lambdaQueue(createEvaluate({ ...platform, table, dispatchQueue, configs }))
