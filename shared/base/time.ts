import { keepNewest } from './keep-newest.ts'

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
  /** The wall clock: somebody, or a time server, may set it back or forward at any moment. */
  now(): Millis
  /**
   * Milliseconds since some moment. The reading never goes back, and setting the wall clock does not change the
   * reading: pauses and time-outs are measured by it, and it means nothing to another process.
   */
  elapsed(): Millis
  /** Runs `then` once after the duration, whatever the wall clock says. Returns a function that cancels the call. */
  after(ms: number, then: () => void): () => void
}

/**
 * Clocks of workers differ, by far less than this. A moment of the past that lies further ahead was written before the
 * clock was set back.
 */
export const CLOCKS_DIFFER_MS = 10 * SECOND

/** Resolves after a duration, rounded up to whole milliseconds. */
export function sleep(clock: Pick<Clock, 'after'>, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(Math.ceil(ms), resolve))
}

/** A number in [0, 1), only for jitter. Tests pass a constant or a seeded generator. */
export type Chance = () => number

/** RFC 3339 with milliseconds, in UTC: `2026-11-21T01:26:37.743Z`. A time beyond the year 9999 is clamped. */
export function toRfc3339(at: Millis): string {
  return new Date(Math.min(Math.max(at, MIN_MILLIS), MAX_MILLIS)).toISOString()
}

export type TimeText = typeof toRfc3339

/** So many times are remembered. */
const REMEMBERED = 1000

/** `toRfc3339` for a long list: most of the alerts of a list share their times, and writing a time costs a microsecond. */
export function createTimeTexts(): TimeText {
  const known = new Map<Millis, string>()
  return (at) => {
    const before = known.get(at)
    if (before !== undefined) return before
    const text = toRfc3339(at)
    keepNewest(known, at, text, REMEMBERED)
    return text
  }
}

/** 0001-01-01T00:00:00Z, Go's zero time: how Alertmanager's clients write "not set". */
export const ZERO_TIME = '0001-01-01T00:00:00Z'
export const MIN_MILLIS: Millis = -62135596800000
export const MAX_MILLIS: Millis = 253402300799999
