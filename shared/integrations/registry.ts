import { actiontrail } from './actiontrail.ts'
import { alertmanager } from './alertmanager.ts'
import { arms } from './arms.ts'
import { cloudevents } from './cloudevents.ts'
import { cloudtrail } from './cloudtrail.ts'
import { custom } from './custom.ts'
import type { Inbound } from './integration.ts'
import { prometheus } from './prometheus.ts'

/** Every format of incoming bodies, by `type`. A new format is a line here, its file and its fixtures. */
export const integrations: ReadonlyMap<string, Inbound> = new Map(
  [actiontrail, alertmanager, arms, cloudevents, cloudtrail, custom, prometheus].map((format) => [format.type, format]),
)
