import type { Metrics } from '../base/metrics.ts'
import type { OrderOf } from '../base/order.ts'
import type { Clock } from '../base/time.ts'
import { type Config, DEFAULTS, type Integration } from '../config/config.ts'
import type { Inbound, RecoveryTimes } from '../integrations/integration.ts'
import type { Queue } from '../queue/port.ts'
import type { RefreshKeeper } from '../refresh/refreshes.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { AnswerForm } from './answer.ts'

export interface TakeDeps {
  /** The queue to dispatch. */
  dispatchQueue: Queue
  /** The queue to evaluate; absent where no format gives records. */
  records?: Queue
  secrets: IntakeSecrets
  clock: Pick<Clock, 'now'>
  /** The order of what is received. Absent: by the clock. */
  orderOf?: OrderOf
  metrics: Metrics
  /** Keeps refreshes on one machine, and absorbs some on AWS. Absent: every alert is sent to dispatch. */
  refreshes?: RefreshKeeper
}

/** Names the account in lists of hops, and opens the settings of integrations. */
export type IntakeSecrets = Pick<SecretBox, 'mac' | 'open' | 'isSealed'>

/** A request from a known sender. */
export interface Post {
  request: Request
  account: string
  integration: Integration
  recovery: RecoveryTimes
  format: Inbound
  form: AnswerForm
  /** The file that the body is from, for the reasons of refusals. */
  file?: string
  /** The token of the URL that the request came to. Absent: the sender is known in another way. */
  token?: string
}

/**
 * The recovery time of the integration, for every alert. Absent: the time that fits the format. The account's
 * `resolve_timeout` is a promise of senders that repeat, so no other alert ends by it.
 */
export function recoveryTimes(
  { autoRecoverAfterMs: own }: Integration,
  { resolveTimeoutMs }: Pick<Config, 'resolveTimeoutMs'>,
): RecoveryTimes {
  const { autoRecoverAfterMs: usual } = DEFAULTS
  return { repeats: own ?? resolveTimeoutMs ?? usual, expires: own ?? usual, tells: own ?? 0 }
}

/**
 * Takes bodies that reach an integration without a request to the integration's URL: files and events of a cloud's
 * own trail.
 */
export interface TrailIntake {
  /**
   * Takes a body, as a post of the body to the integration's URL would. True: the records are in the queue, or the
   * body was refused and kept for the owner of the integration. False, or a throw: the body was not stored. A body
   * that comes twice or late is safe, since an id identifies each record. `file`: where the body is from, for reasons.
   */
  take(body: Uint8Array, file?: string): Promise<boolean>
  /** Keeps a refusal for the owner where no body can be read at all, with the reason. */
  refuse(message: string): Promise<boolean>
}
