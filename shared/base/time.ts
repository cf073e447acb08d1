/** Milliseconds since the Unix epoch. Every instant in Tocsin has this unit; durations say `Ms`. */
export type Millis = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/**
 * The only source of time. Handlers get a clock as an argument, so a test (or the simulator) owns every moment. The
 * real clock lives in `infra/clock.ts`, and the hosts pass the clock on.
 */
export interface Clock {
  now(): Millis
  /** Runs `then` once at `when`, or soon when `when` has passed. Returns a function that cancels the call. */
  at(when: Millis, then: () => void): () => void
}

/** Resolves after a duration, rounded up to whole milliseconds. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + Math.ceil(ms), resolve))
}

/** A number in [0, 1), only for jitter. Tests pass a constant or a seeded generator. */
export type Chance = () => number

/** RFC 3339 with milliseconds, in UTC: `2026-11-21T01:26:37.743Z`. A time beyond the year 9999 is clamped. */
export function toRfc3339(at: Millis): string {
  return new Date(Math.min(Math.max(at, MIN_MILLIS), MAX_MILLIS)).toISOString()
}

/** 0001-01-01T00:00:00Z, Go's zero time: how Alertmanager's clients write "not set". */
export const ZERO_TIME = '0001-01-01T00:00:00Z'
export const MIN_MILLIS: Millis = -62135596800000
export const MAX_MILLIS: Millis = 253402300799999
