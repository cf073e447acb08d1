import { env } from '../../infra/aws/env.ts'
import { lambdaHttp } from '../../infra/aws/http.ts'
import { platform, randomUUID } from '../../infra/aws/platform.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { SECOND } from '../../shared/base/time.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createIngest } from './handler.ts'

const [alerts, records] = [awsQueue(env('ALERTS_QUEUE_URL')), awsQueue(env('RECORDS_QUEUE_URL'))]
const secrets = await secretBox(env('SECRETS_KEY_PARAMETER'))
// What was changed, a paused integration too, holds within this time.
const configs = createConfigs({ table: awsTable(env('TABLE_NAME')), clock: platform.clock, cacheMs: 5 * SECOND })

export const handler = lambdaHttp(createIngest({ ...platform, alerts, records, configs, secrets, ids: randomUUID }))
