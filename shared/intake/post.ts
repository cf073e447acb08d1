import type { Metrics } from '../base/metrics.ts'
import type { Clock, Millis } from '../base/time.ts'
import { type Config, DEFAULTS, type Integration } from '../config/config.ts'
import type { Inbound } from '../integrations/integration.ts'
import type { Queue } from '../queue/port.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Form } from './answer.ts'

export interface TakeDeps {
  /** The queue to dispatch. */
  dispatchQueue: Queue
  /** The queue to evaluate; absent where no format gives records. */
  records?: Queue
  secrets: Pick<SecretBox, 'mac'>
  clock: Pick<Clock, 'now'>
  metrics: Metrics
}

/** One request whose sender is known. */
export interface Post {
  request: Request
  account: string
  integration: Integration
  recoverAfterMs: number
  format: Inbound
  form: Form
  /** Of the URL that it came to, if that is how its sender is known. */
  token?: string
}

/** Absent recovery times: the account's, then ours. */
export function recoverAfterMs({ autoRecoverAfterMs }: Integration, config: Pick<Config, 'resolveTimeoutMs'>): Millis {
  return autoRecoverAfterMs ?? config.resolveTimeoutMs ?? DEFAULTS.autoRecoverAfterMs
}
