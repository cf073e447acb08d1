import type { Chance, Clock, Millis } from '../../shared/base/time.ts'

/*
 * A world of its own: a single thread, a single seed, a single clock. Every step that takes time is a timer here, so a
 * run is the same to the last step for the same seed, on any machine.
 */

/** `at`: runs `then` at a moment that the clock shows, if the clock is not set until then. */
export type WorldClock = Clock & { at(when: Millis, then: () => void): () => void }

export interface World {
  chance: Chance
  now(): Millis
  /** A clock that is wrong by so much, at the moment of the call. */
  clock(skewMs?: () => number): WorldClock
  sleep(ms: number): Promise<void>
  /** Runs timers in order until no timer is left before `until`. */
  run(until: Millis): Promise<void>
  /** Steps of the run; printed when a run is replayed. */
  trace: string[]
  say(line: string): void
}

export const EPOCH: Millis = Date.UTC(2026, 0, 5)

interface Timer {
  at: Millis
  order: number
  then: () => void
  cancelled: boolean
}

export function createWorld(seed: number): World {
  const chance = mulberry32(seed)
  const timers: Timer[] = []
  let now = EPOCH
  let order = 0
  const at = (when: Millis, then: () => void): (() => void) => {
    const timer = { at: Math.max(when, now), order: order++, then, cancelled: false }
    insert(timers, timer)
    return () => {
      timer.cancelled = true
    }
  }
  const world: World = {
    chance,
    now: () => now,
    clock: (skewMs = () => 0) => ({
      now: () => now + skewMs(),
      elapsed: () => now - EPOCH,
      after: (ms, then) => at(now + ms, then),
      at: (when, then) => at(when - skewMs(), then),
    }),
    sleep: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    async run(until) {
      for (;;) {
        await drained()
        const timer = timers.at(-1)
        if (timer === undefined || timer.at > until) break
        timers.pop()
        if (timer.cancelled) continue
        now = timer.at
        timer.then()
      }
      now = Math.max(now, until)
    },
    trace: [],
    say(line) {
      world.trace.push(`${((now - EPOCH) / 1000).toFixed(3).padStart(9)} ${line}`)
    },
  }
  return world
}

/** The timers are kept with the next timer last, so that taking the next timer is a pop. */
function insert(timers: Timer[], timer: Timer): void {
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = timers[middle]!
    if (other.at > timer.at || (other.at === timer.at && other.order > timer.order)) low = middle + 1
    else high = middle
  }
  timers.splice(low, 0, timer)
}

/**
 * Every step that can go on without a timer has gone on: promise reactions run to their end before an immediate, and
 * work in slices pauses for an immediate between two slices.
 */
async function drained(): Promise<void> {
  do {
    worldsWaiting++
    await new Promise((resolve) => setImmediate(resolve))
    worldsWaiting--
  } while (immediates() > worldsWaiting)
}

/** Worlds that run side by side: the immediate of one world is no work for which another world waits. */
let worldsWaiting = 0

function immediates(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Immediate').length
}

/** A small seeded generator with a full 32-bit state. */
export function mulberry32(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(chance: Chance, from: readonly T[]): T {
  return from[Math.floor(chance() * from.length)]!
}

export function between(chance: Chance, low: number, high: number): number {
  return Math.floor(low + chance() * (high - low + 1))
}
