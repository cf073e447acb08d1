import { env } from '../../infra/aws/env.ts'
import { lambdaHttp } from '../../infra/aws/http.ts'
import { parameter } from '../../infra/aws/parameter.ts'
import { aboutApi, platform } from '../../infra/aws/platform.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createApi } from './handler.ts'

const [table, alerts] = [awsTable(env('TABLE_NAME')), awsQueue(env('ALERTS_QUEUE_URL'))]
const [publicUrl, configs] = [env('TOCSIN_PUBLIC_URL'), createConfigs({ table, clock: platform.clock })]
const keys = [secretBox(env('SECRETS_KEY_PARAMETER')), parameter(env('ADMIN_KEY_PARAMETER'))] as const
const deps = { table, alerts, publicUrl, configs, secrets: await keys[0], adminKey: await keys[1] }
export const handler = lambdaHttp(createApi({ ...platform, ...aboutApi(), ...deps }))
