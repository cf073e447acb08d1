import { HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Context } from './context.ts'
import type { Retry } from './target-state.ts'

/** Delays while the flush lasts: Alertmanager's exponential backoff (notify/retry_stage.go), 0.5 s × 1.5 ± 50 %. */
const FIRST_DELAY_MS = 500
const FACTOR = 1.5
const SPREAD = 0.5
/** A flush lasts for its interval, and at least for this time. */
const SHORTEST_FLUSH_MS = 10 * SECOND

/** After the flush: ten and more attempts in the first 24 h, then an attempt every six hours. */
const LATER_MS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  40 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
] as const

const LONGEST_RETRY_AFTER_MS = 6 * HOUR

/** The longest delay that the attempts so far give, without a wait that the target asked for. */
export function longestDelayMs({ failures, later }: Pick<Retry, 'failures' | 'later'>): number {
  const quick = FIRST_DELAY_MS * FACTOR ** (failures - 1)
  const delay = later === 0 ? quick : LATER_MS[Math.min(later, LATER_MS.length) - 1]!
  return Math.round(Math.min(delay, LATER_MS[LATER_MS.length - 1]!) * (1 + SPREAD))
}

/** The earliest time of the next attempt for a target that an attempt did not reach. */
export function retryAfter(
  before: Retry | undefined,
  outcome: Exclude<Outcome, { kind: 'arrived' }>,
  { now, policy: { groupIntervalMs }, chance }: Pick<Context, 'now' | 'policy' | 'chance'>,
): Retry {
  const askedForMs = outcome.kind === 'refused' ? Math.min(outcome.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS) : 0
  if (outcome.reason === 'limited' || outcome.reason === 'quota') return waitingUntil(before, now + askedForMs, now)
  const { waitsSince } = before ?? {}
  const failing = before !== undefined && before.failures > 0
  const since = failing ? before.since : now
  const failures = (before?.failures ?? 0) + 1
  const flushMs = Math.max(groupIntervalMs, SHORTEST_FLUSH_MS)
  const quick = FIRST_DELAY_MS * FACTOR ** (failures - 1)
  const inFlush = now - since + quick < flushMs
  const later = (before?.later ?? 0) + (inFlush ? 0 : 1)
  const delay = inFlush ? quick : LATER_MS[Math.min(later - 1, LATER_MS.length - 1)]!
  const jittered = delay * (1 - SPREAD + 2 * SPREAD * chance())
  const wait = Math.max(jittered, askedForMs)
  return { notBefore: now + Math.round(wait), failures, since, later, ...(waitsSince !== undefined && { waitsSince }) }
}

/** An attempt that was not begun says nothing about the target: the failures before stay as they are. */
function waitingUntil(before: Retry | undefined, notBefore: Millis, now: Millis): Retry {
  const failed = before ?? { failures: 0, since: now, later: 0 }
  return { ...failed, notBefore, waitsSince: before?.waitsSince ?? now }
}
