import type { Clock, Millis } from '../../shared/base/time.ts'

/**
 * Time that the test owns: it stands still until `advanceTo`, which runs every timer at its exact
 * moment and, between two moments, waits until nothing is going on any more. Real sockets are
 * involved, so waiting means turning the event loop, never sleeping.
 */
export interface VirtualClock extends Clock {
  /** All that is under way, timers that are due included, comes to rest; time does not move. */
  settle(): Promise<void>
  advanceTo(when: Millis): Promise<void>
}

interface Timer {
  when: Millis
  then: () => void
}

/** Turns of the event loop in a row without anything under way: a socket's close may take a few. */
const QUIET_TURNS = 8
const GIVE_UP_MS = 20_000

/** `busy` counts what is under way and will end without time moving. */
export function createVirtualClock(start: Millis, busy: () => number, giveUpMs = GIVE_UP_MS): VirtualClock {
  let now = start
  /** In the order they run: by time, then as they were set. */
  const timers: Timer[] = []

  const at = (when: Millis, then: () => void): (() => void) => {
    const timer = { when, then }
    const later = timers.findIndex((other) => other.when > when)
    timers.splice(later < 0 ? timers.length : later, 0, timer)
    return () => {
      const place = timers.indexOf(timer)
      if (place >= 0) timers.splice(place, 1)
    }
  }

  const rest = async (): Promise<void> => {
    const giveUp = performance.now() + giveUpMs
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = busy() === 0 ? quiet + 1 : 0
      if (performance.now() > giveUp)
        throw new Error(`${busy()} things are still under way at ${new Date(now).toISOString()}`)
    }
  }

  const advanceTo = async (when: Millis): Promise<void> => {
    await rest()
    for (let next = timers[0]; next && next.when <= when; next = timers[0]) {
      timers.shift()
      now = Math.max(now, next.when)
      next.then()
      await rest()
    }
    now = Math.max(now, when)
  }

  return { now: () => now, at, settle: () => advanceTo(now), advanceTo }
}
