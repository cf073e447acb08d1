import { env, envKey, optionalEnv } from '../../infra/aws/env.ts'
import { platform, secretBox } from '../../infra/aws/platform.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createOutbound } from '../../shared/channels/outbound.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createNotify } from './handler.ts'

const [table, alerts] = [awsTable(env('TABLE_NAME')), awsQueue(env('ALERTS_QUEUE_URL'))]
const [publicUrl, secrets] = [env('TOCSIN_PUBLIC_URL'), secretBox(envKey('SECRETS_KEY'))]
const configs = createConfigs({ table, clock: platform.clock })
const request = createOutbound({ clock: platform.clock, allow: optionalEnv('TOCSIN_ALLOW_TARGETS')?.split(',') ?? [] })

export const handler = lambdaQueue(createNotify({ ...platform, table, alerts, configs, secrets, publicUrl, request }))
