import { env, listOf, optionalEnv } from '../../infra/aws/env.ts'
import { lambdaHttp } from '../../infra/aws/http.ts'
import { parameter } from '../../infra/aws/parameter.ts'
import { aboutApi, platform } from '../../infra/aws/platform.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createOutbound } from '../../shared/outbound/outbound.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createApi } from './handler.ts'

const table = awsTable(env('TABLE_NAME'))
const dispatchQueue = awsQueue(env('ALERTS_QUEUE_URL'))
const publicUrl = env('TOCSIN_PUBLIC_URL')
const request = createOutbound({ clock: platform.clock, allow: listOf(optionalEnv('TOCSIN_ALLOW_TARGETS')) })
const deps = {
  ...aboutApi(),
  table,
  dispatchQueue,
  publicUrl,
  request,
  configs: createConfigs({ table, ...platform }),
}
const keys = [secretBox(env('SECRETS_KEY_PARAMETER')), parameter(env('ADMIN_KEY_PARAMETER'))] as const
export const handler = lambdaHttp(createApi({ ...platform, ...deps, secrets: await keys[0], adminKey: await keys[1] }))
