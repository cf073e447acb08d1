import type { Clock, Millis } from '../../shared/base/time.ts'

/** Moves only by `advance`, which runs the timers. */
export interface HandClock extends Clock {
  advance(ms: number): void
  /** Sets the wall clock; no timer runs. */
  step(byMs: number): void
}

export function handClock(start: Millis = Date.UTC(2026, 0, 5)): HandClock {
  let elapsed = 0
  let stepped = 0
  const timers = new Set<{ when: Millis; then: () => void }>()
  return {
    now: () => start + elapsed + stepped,
    elapsed: () => elapsed,
    after(ms, then) {
      const timer = { when: elapsed + ms, then }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    step(byMs) {
      stepped += byMs
    },
    advance(ms) {
      elapsed += ms
      for (const timer of [...timers].filter(({ when }) => when <= elapsed)) if (timers.delete(timer)) timer.then()
    },
  }
}
