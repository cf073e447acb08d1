import { env, optionalEnv } from '../../infra/aws/env.ts'
import { platform, randomUUID } from '../../infra/aws/platform.ts'
import { secretBox } from '../../infra/aws/secrets.ts'
import { awsQueue, awsTable } from '../../infra/aws/services.ts'
import { httpAndTrail, trailOf } from '../../infra/aws/trail-source.ts'
import { SECOND } from '../../shared/base/time.ts'
import { createAbsorbed } from '../../shared/refresh/absorbed.ts'
import { createIntakeConfigs } from '../../shared/store/intake-configs.ts'
import { createIngest, type IngestDeps } from './handler.ts'
import { createTrailIntake } from './trail.ts'

const table = awsTable(env('TABLE_NAME'))
const deps: IngestDeps = {
  ...platform,
  dispatchQueue: awsQueue(env('ALERTS_QUEUE_URL')),
  records: awsQueue(env('RECORDS_QUEUE_URL')),
  configs: createIntakeConfigs({ table, clock: platform.clock, cacheMs: 5 * SECOND }),
  secrets: await secretBox(env('SECRETS_KEY_PARAMETER')),
  refreshes: createAbsorbed(),
  ids: randomUUID,
  publicUrl: env('TOCSIN_PUBLIC_URL'),
}
const trail = trailOf(optionalEnv('TOCSIN_TRAIL_INTEGRATION'), (owner) => createTrailIntake({ ...deps, ...owner }))
export const handler = httpAndTrail(createIngest(deps), { server: 'ingest', publicUrl: deps.publicUrl }, trail)
