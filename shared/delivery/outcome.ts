import type { Millis } from '../base/time.ts'

/** Why a send failed: a closed list, Alertmanager's words (`notify/util.go`) and three of ours. */
export type FailureReason =
  | 'clientError'
  | 'serverError'
  | 'authError'
  | 'rateLimited'
  | 'timeout'
  | 'connection'
  | 'forbiddenTarget'
  | 'gone'
  | 'misconfigured'
  | 'other'

/**
 * What one attempt came to, as the group machine understands it:
 * - `arrived`: the target took it.
 * - `refused`: the target surely did not take it and may later (5xx, 429, connection refused).
 * - `ambiguous`: it may have taken it (time-out, reset after the request was written).
 * - `dead`: it will not take it (other 4xx, forbidden address). `gone` (410) pauses the target.
 * `detail` never holds a secret: a host at most, never a URL.
 */
export type Outcome =
  | { kind: 'arrived'; at: Millis }
  | { kind: 'refused'; at: Millis; reason: FailureReason; detail: string; retryAfterMs?: number }
  | { kind: 'ambiguous'; at: Millis; reason: FailureReason; detail: string }
  | { kind: 'dead'; at: Millis; reason: FailureReason; detail: string }
