import { env, optionalEnv, role } from '../../infra/aws/env.ts'
import { awsConnect, awsOutbound } from '../../infra/aws/outbound.ts'
import { platform } from '../../infra/aws/platform.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsTable, gatheredQueue } from '../../infra/aws/services.ts'
import { createChannelHealth } from '../../shared/store/channel-health.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createNotify } from './handler.ts'

const table = awsTable(env('TABLE_NAME'))
const secrets = await secretBox(env('SECRETS_KEY_PARAMETER'))
const allowed = optionalEnv('TOCSIN_ALLOW_TARGETS')
const deliver = createNotify({
  ...platform,
  ...{ table, secrets, role, publicUrl: env('TOCSIN_PUBLIC_URL') },
  dispatchQueue: gatheredQueue(env('ALERTS_QUEUE_URL')),
  deliveries: gatheredQueue(env('DELIVERIES_QUEUE_URL')),
  configs: createConfigs({ table, clock: platform.clock, secrets }),
  health: createChannelHealth(table),
  ...{ request: awsOutbound(allowed), connect: awsConnect(allowed) },
})

export const handler = lambdaQueue(deliver, { sideBySide: true })
