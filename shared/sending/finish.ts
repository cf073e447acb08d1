import { CLOCKS_DIFFER_MS, type Millis, SECOND } from '../base/time.ts'
import { DELIVERY_WINDOW_MS } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { parseTargetKey } from '../delivery/target.ts'
import type { Attempt, AttemptDeps, Begun, BegunAttempt, SendTimes } from './attempt.ts'
import { begin } from './begin.ts'
import { count } from './counts.ts'
import { bestEffort, createKeeper, isPlain, keepsArrivals, report } from './report.ts'

/** A send ends that long before its deadline by our own clock, because the clocks of workers differ. */
const MARGIN_MS = 2 * SECOND
/** A send ends that long before its process: the outcome still has to be reported. */
const REPORT_MS = 3 * SECOND

/** Makes attempts of the same place, sent and reported side by side. Throws when no attempt was begun. */
export async function attemptAt(made: readonly Attempt[], deps: AttemptDeps): Promise<void> {
  await finish(await begin(made, deps), (one) => sendBegun(one, deps), deps)
}

/** Sends the begun attempts, and reports every outcome. After the claim no error is thrown. */
export async function finish(
  { attempts, dropped, keep }: Begun,
  send: (one: BegunAttempt) => Promise<Outcome>,
  deps: AttemptDeps,
): Promise<void> {
  const { clock, metrics, dispatchQueue, health } = deps
  const keeper = createKeeper(keep, deps)
  await Promise.all(
    attempts.map(async (one) => {
      const { due, sender } = one.made
      const began = clock.elapsed()
      const outcome = await send(one)
      count(sender.type, outcome, (clock.elapsed() - began) / SECOND, metrics)
      health?.note(due.account, parseTargetKey(due.target), outcome)
      // No group opened the delivery of a test, so nobody waits for a report.
      const isTest = one.delivery.notification.reason === 'test'
      if (due.lazy === true && isPlain(outcome)) return keeper.keepSoon({ due, outcome })
      const reported = !isTest && (await bestEffort('report', () => report(due, outcome, dispatchQueue), due, deps))
      if (!isPlain(outcome) || keepsArrivals(due) || !reported) keeper.keepAtEnd({ due, outcome })
    }),
  )
  await keeper.end()
  await dropped
}

/**
 * The last moment at which a send may end. The deadline and the moment at which the queue took the message span the
 * window of an attempt, of which the margin is never more than a quarter. A send beyond the end of the process
 * would be `ambiguous` at the deadline.
 */
export function latestOf({ made: { due, sentAt } }: BegunAttempt, { clock, endsAt }: AttemptDeps): Millis {
  // The clock was set back since, or the clock of the group was wrong: by the present clock, the group may have given this
  // attempt up already.
  const latestMoment = clock.now() + CLOCKS_DIFFER_MS
  const setBack = sentAt > latestMoment || due.deadline > latestMoment + DELIVERY_WINDOW_MS
  if (setBack) return Number.NEGATIVE_INFINITY
  return Math.min(due.deadline - margin(sentAt, due.deadline), (endsAt ?? Number.POSITIVE_INFINITY) - REPORT_MS)
}

/** Sends, if there is time. `sending`: absent, by the sender of the attempt. */
export async function sendBegun(
  one: BegunAttempt,
  deps: AttemptDeps,
  latest = latestOf(one, deps),
  more: Pick<SendTimes, 'beginBy'> = {},
): Promise<Outcome> {
  const { delivery, begunAt, written, done } = one
  const { sender } = one.made
  const now = deps.clock.now()
  if (now >= latest) {
    return { kind: 'refused', at: now, reason: 'timeout', detail: 'no time left before the deadline' }
  }
  try {
    const giveUpAt = Math.min(latest, now + sender.timeoutMs)
    return await sender.send(delivery, { giveUpAt, begunAt, ...more }, written, done)
  } catch (error) {
    // A bug of the sender. The progress of the send is unknown; the message of the error may hold a secret, so only
    // the name is reported.
    deps.noteFault?.(delivery.id, error)
    const detail = error instanceof Error ? error.name : 'error'
    return { kind: 'ambiguous', at: deps.clock.now(), reason: 'other', detail: `the sender failed: ${detail}` }
  }
}

function margin(sentAt: Millis, deadline: Millis): number {
  return Math.min(MARGIN_MS, Math.max(0, deadline - sentAt) / 4)
}
