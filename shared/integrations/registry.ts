import { actiontrail } from './actiontrail.ts'
import { cloudtrail } from './cloudtrail.ts'
import type { Inbound } from './integration.ts'
import { prometheus } from './prometheus.ts'

/** Every format that comes in, by its `type`. A new one is one line here, its file and its fixtures. */
export const integrations: ReadonlyMap<string, Inbound> = new Map(
  [prometheus, actiontrail, cloudtrail].map((format): [string, Inbound] => [format.type, format]),
)
