import { env, optionalEnv } from '../../infra/aws/env.ts'
import { platform, randomUUID } from '../../infra/aws/platform.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { httpAndTrail, trailOf } from '../../infra/aws/trail-source.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { createIngest } from './handler.ts'
import { createTrailIntake } from './trail.ts'

const [dispatchQueue, records] = [awsQueue(env('ALERTS_QUEUE_URL')), awsQueue(env('RECORDS_QUEUE_URL'))]
const [table, secrets] = [awsTable(env('TABLE_NAME')), await secretBox(env('SECRETS_KEY_PARAMETER'))]
const configs = createConfigs({ table, clock: platform.clock, cacheMs: 5000 })
const deps = { ...platform, dispatchQueue, records, configs, secrets, ids: randomUUID }
const trail = trailOf(optionalEnv('TOCSIN_TRAIL_INTEGRATION'), (whose) => createTrailIntake({ ...deps, ...whose }))
export const handler = httpAndTrail(createIngest(deps), trail)
