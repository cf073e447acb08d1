import { env, optionalEnv } from '../../infra/aws/env.ts'
import { lambdaHttp } from '../../infra/aws/http.ts'
import { awsOutbound } from '../../infra/aws/outbound.ts'
import { parameter } from '../../infra/aws/parameter.ts'
import { apiPlatform, platform } from '../../infra/aws/platform.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createApi } from './handler.ts'

const publicUrl = env('TOCSIN_PUBLIC_URL')
const table = awsTable(env('TABLE_NAME'))
// Both parameters are requested at once: a cold start waits for one answer.
const secrets = secretBox(env('SECRETS_KEY_PARAMETER'))
const adminKey = parameter(env('ADMIN_KEY_PARAMETER'))
const api = createApi({
  ...apiPlatform(),
  ...{ table, publicUrl },
  ...{ dispatchQueue: awsQueue(env('ALERTS_QUEUE_URL')), deliveries: awsQueue(env('DELIVERIES_QUEUE_URL')) },
  configs: createConfigs({ table, clock: platform.clock, people: true }),
  request: awsOutbound(optionalEnv('TOCSIN_ALLOW_TARGETS')),
  secrets: await secrets,
  adminKey: await adminKey,
})
export const handler = lambdaHttp(api, { server: 'api', publicUrl })
