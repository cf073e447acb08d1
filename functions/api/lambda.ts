import { env, envKey, optionalEnv } from '../../infra/aws/env.ts'
import { lambdaHttp } from '../../infra/aws/http.ts'
import { aboutApi, platform, secretBox } from '../../infra/aws/platform.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createApi } from './handler.ts'

const [adminKey, { clock }] = [optionalEnv('TOCSIN_ADMIN_KEY'), platform]
const [table, alerts] = [awsTable(env('TABLE_NAME')), awsQueue(env('ALERTS_QUEUE_URL'))]
const [publicUrl, secrets] = [env('TOCSIN_PUBLIC_URL'), secretBox(envKey('SECRETS_KEY'))]
const configs = createConfigs({ table, clock })
const deps = { clock, table, alerts, configs, secrets, publicUrl, adminKey }

export const handler = lambdaHttp(createApi({ ...aboutApi(), ...deps }))
