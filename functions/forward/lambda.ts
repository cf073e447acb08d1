import { env, listOf, optionalEnv } from '../../infra/aws/env.ts'
import { platform } from '../../infra/aws/platform.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsTable, gatheredQueue } from '../../infra/aws/services.ts'
import { createOutbound } from '../../shared/outbound/outbound.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createForward } from './handler.ts'

const [table, dispatchQueue] = [awsTable(env('TABLE_NAME')), gatheredQueue(env('ALERTS_QUEUE_URL'))]
const [publicUrl, secrets] = [env('TOCSIN_PUBLIC_URL'), await secretBox(env('SECRETS_KEY_PARAMETER'))]
const request = createOutbound({ clock: platform.clock, allow: listOf(optionalEnv('TOCSIN_ALLOW_TARGETS')) })
const around = { ...platform, configs: createConfigs({ table, ...platform }), request, tellsOwner: true }

export const handler = lambdaQueue(createForward({ ...around, table, dispatchQueue, secrets, publicUrl }))
