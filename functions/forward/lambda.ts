import { env, optionalEnv } from '../../infra/aws/env.ts'
import { awsOutbound } from '../../infra/aws/outbound.ts'
import { platform } from '../../infra/aws/platform.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsTable, gatheredQueue } from '../../infra/aws/services.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createForward } from './handler.ts'

const table = awsTable(env('TABLE_NAME'))
const deliver = createForward({
  ...platform,
  table,
  dispatchQueue: gatheredQueue(env('ALERTS_QUEUE_URL')),
  configs: createConfigs({ table, clock: platform.clock }),
  secrets: await secretBox(env('SECRETS_KEY_PARAMETER')),
  publicUrl: env('TOCSIN_PUBLIC_URL'),
  request: awsOutbound(optionalEnv('TOCSIN_ALLOW_TARGETS')),
})

export const handler = lambdaQueue(deliver, { sideBySide: true })
