import type { Clock, Millis } from '../shared/base/time.ts'

/**
 * A timer sleeps at most this long before the timer looks at the wall clock again. So a clock that was set forward is
 * noticed, and the limit of setTimeout (2^31 - 1 ms) is never met.
 */
const LONGEST_SLEEP_MS = 30_000

/** The wall clock. A timer may be late, never early: setTimeout itself can fire a millisecond before its time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(when: Millis, then: () => void): () => void {
    let timer: NodeJS.Timeout
    const arm = (): void => {
      const leftMs = when - Date.now()
      const sleepMs = Math.min(Math.max(leftMs, 0), LONGEST_SLEEP_MS)
      timer = setTimeout(() => (Date.now() >= when ? then() : arm()), sleepMs)
    }
    arm()
    return () => clearTimeout(timer)
  },
}
