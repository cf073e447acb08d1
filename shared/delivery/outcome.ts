import type { Millis } from '../base/time.ts'

/**
 * Reasons of a failed send: a closed list, Alertmanager's words (`notify/util.go`) and words of Tocsin's own. `limited`: the
 * send was not begun, because the rate of the provider left no slot. `quota`: because
 * the user got as many messages today as the account allows.
 */
export type FailureReason =
  | 'clientError'
  | 'serverError'
  | 'authError'
  | 'rateLimited'
  | 'limited'
  | 'quota'
  | 'timeout'
  | 'connection'
  | 'forbiddenTarget'
  | 'gone'
  | 'misconfigured'
  | 'other'

/**
 * The outcome of an attempt, as the group machine understands the attempt:
 * - `arrived`: the target took the message.
 * - `refused`: the target surely did not take the message and may take it later (5xx, 429, connection refused).
 * - `ambiguous`: the target may have taken the message (time-out, reset after the request was written).
 * - `dead`: the target will not take the message (other 4xx, forbidden address). `gone` (410) pauses the target.
 * `note`: the part of the message that did not arrive, such as one of several mailboxes, what the arrival leaves open, such
 * as who answers a call, or why the message was not in the words of its content template. No attempt follows for these.
 * `done`: of a delivery that is sent in several messages, those that surely arrived, from the first.
 * `detail` and `note` never hold a secret: a host at most, never a URL.
 */
export type Outcome =
  | { kind: 'arrived'; at: Millis; note?: string }
  | { kind: 'refused'; at: Millis; reason: FailureReason; detail: string; retryAfterMs?: number }
  | { kind: 'ambiguous'; at: Millis; reason: FailureReason; detail: string; done?: number }
  | { kind: 'dead'; at: Millis; reason: FailureReason; detail: string }
