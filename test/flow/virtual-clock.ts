import type { HostClock } from '../../infra/clock.ts'
import type { Millis } from '../../shared/base/time.ts'

/**
 * Time owned by the test: the clock stands still until `advanceTo`. `advanceTo` runs every timer at its exact moment,
 * and waits between two moments until no work is in progress. Real sockets take part, so waiting means turns of the
 * event loop, never sleep.
 */
export interface VirtualClock extends HostClock {
  /** Runs `then` once when the clock shows `when`, if nobody sets the clock until then. */
  at(when: Millis, then: () => void): () => void
  /** Sets the wall clock: forward, or back for a negative number. Nothing else happens at that moment. */
  step(byMs: number): void
  /** Work in progress, due timers included, comes to rest; the time does not move. */
  settle(): Promise<void>
  advanceTo(when: Millis): Promise<void>
}

interface Timer {
  when: Millis
  then: () => void
}

/** Turns of the event loop in a row without work in progress: the close of a socket may take a few turns. */
const QUIET_TURNS = 8
const GIVE_UP_MS = 20_000

/** `busy` counts work in progress that ends without a move of the time. */
export function createVirtualClock(start: Millis, busy: () => number, giveUpMs = GIVE_UP_MS): VirtualClock {
  /** The time of the timers. The wall clock differs from that time by all its steps. */
  let now = start
  let stepped = 0
  const steps = new Set<(byMs: number) => void>()
  /** In the order of execution: by time, then by the order of `setTimeout`. */
  const timers: Timer[] = []

  const after = (ms: number, then: () => void): (() => void) => {
    const timer = { when: now + ms, then }
    const { when } = timer
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

  const advanceTo = async (shown: Millis): Promise<void> => {
    await rest()
    const when = shown - stepped
    for (let next = timers[0]; next && next.when <= when; next = timers[0]) {
      timers.shift()
      now = Math.max(now, next.when)
      next.then()
      await rest()
    }
    now = Math.max(now, when)
  }

  return {
    now: () => now + stepped,
    elapsed: () => now - start,
    after,
    at: (when, then) => after(when - stepped - now, then),
    onStep(then) {
      steps.add(then)
      return () => steps.delete(then)
    },
    step(byMs) {
      stepped += byMs
      for (const then of steps) then(byMs)
    },
    settle: () => advanceTo(now + stepped),
    advanceTo,
  }
}
