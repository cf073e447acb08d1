import type { Clock } from '../shared/base/time.ts'

/** The clock of a host on one machine. The host is told when somebody, or a time server, sets the wall clock. */
export interface HostClock extends Clock {
  /**
   * Calls `then` after the wall clock was set, with the difference: negative, the clock was set back. Returns a function
   * that ends the calls.
   */
  onStep(then: (byMs: number) => void): () => void
}

/** setTimeout takes a longer time for one millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const LOOK_EVERY_MS = 500
/**
 * A smaller step is not told. Time servers step a clock that is off by more than 128 ms, and correct a smaller error by
 * a slower or faster clock.
 */
export const SMALLEST_STEP_MS = 100
/** Two clocks that are read further apart than this cannot be compared: the process stood still in between. */
const READ_WITHIN_MS = 5

/** The wall clock, and timers that do not follow the wall clock. */
export const systemClock: HostClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.min(Math.max(Math.ceil(ms), 0), LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  },
  onStep(then) {
    let known = Date.now() - performance.now()
    const timer = setInterval(() => {
      const before = performance.now()
      const offset = Date.now() - before
      if (performance.now() - before > READ_WITHIN_MS) return
      const byMs = Math.round(offset - known)
      known = offset
      if (Math.abs(byMs) >= SMALLEST_STEP_MS) then(byMs)
    }, LOOK_EVERY_MS)
    timer.unref()
    return () => clearInterval(timer)
  },
}
