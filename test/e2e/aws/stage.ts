import type { Webhook } from '../../fakes/webhook.ts'
import type { Bus } from './bus.ts'
import type { Hub } from './hub.ts'
import type { Ministack } from './ministack.ts'
import type { Requests } from './requests.ts'
import type { Deployed } from './stack.ts'
import type { Trail } from './trail.ts'

/** What the chapters share; each finds it as the one before it left it. */
export interface Stage {
  emulator: Ministack
  aws: Requests
  deployed: Deployed
  /** The sources that are deployed. */
  folder: string
  webhook: Webhook
  bus: Bus
  trail: Trail
  /** A command, pointed at the emulator, which has to succeed; what it printed. */
  run(command: [string, ...string[]], environment?: Record<string, string>): Promise<string>
  /** Known from the first deployment on. */
  apiUrl: string
  hub: Hub
  /** The second stage, to which this one forwards. */
  hq: { deployed: Deployed; apiUrl: string; folder: string }
  /** Where alerts are posted. */
  url: string
}

/** An integration's URL as it can be called here: the gateway's own address leads to AWS. */
export function reached({ apiUrl }: Pick<Stage, 'apiUrl'>, url: string): string {
  return url.startsWith(apiUrl) ? url : apiUrl + new URL(url).pathname
}
