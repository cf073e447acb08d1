import type { Clock, Millis } from '../../shared/base/time.ts'

/** Moves only by `advance`, which runs the timers. */
export interface HandClock extends Clock {
  advance(ms: number): void
}

export function handClock(start: Millis = Date.UTC(2026, 0, 5)): HandClock {
  let now = start
  const timers = new Set<{ when: Millis; then: () => void }>()
  return {
    now: () => now,
    at(when, then) {
      const timer = { when, then }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      now += ms
      for (const timer of [...timers].filter(({ when }) => when <= now)) if (timers.delete(timer)) timer.then()
    },
  }
}
