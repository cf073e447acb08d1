import type { DingTalkTaken } from '../../fakes/dingtalk.ts'
import type { Provider } from '../../fakes/provider.ts'
import type { Webhook } from '../../fakes/webhook.ts'
import type { Bus } from './bus.ts'
import type { Hub } from './hub.ts'
import type { Ministack } from './ministack.ts'
import type { Requests } from './requests.ts'
import type { Deployed } from './stack.ts'
import type { Trail } from './trail.ts'

/** State shared by the chapters; each chapter continues where the chapter before ended. */
export interface Stage {
  emulator: Ministack
  aws: Requests
  deployed: Deployed
  /** The deployed sources. */
  folder: string
  webhook: Webhook
  /** A robot whose provider takes twenty messages a minute. */
  robot: Provider<DingTalkTaken>
  bus: Bus
  trail: Trail
  /** Runs a command, pointed at the emulator; the command has to succeed. Returns the output. */
  run(command: [string, ...string[]], environment?: Record<string, string>): Promise<string>
  /** Known from the first deployment on. */
  apiUrl: string
  hub: Hub
  /** The second stage, the receiver of this stage's forwards. */
  hq: { deployed: Deployed; apiUrl: string; folder: string }
  /** The URL for posts of alerts. */
  url: string
}

/** An integration's URL as callable here: the gateway's own address leads to AWS. */
export function reached({ apiUrl }: Pick<Stage, 'apiUrl'>, url: string): string {
  return url.startsWith(apiUrl) ? url : apiUrl + new URL(url).pathname
}
