import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { wallTime } from '../interval/zone.ts'

/** A local date and time, `2026-01-05T09:00`, as the milliseconds that the same words mean in UTC. */
export type LocalMillis = number

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)$/

/** Undefined when the text has another form, or names a day that no month has. */
export function parseLocal(text: string): LocalMillis | undefined {
  if (!LOCAL.test(text)) return undefined
  const at = Date.parse(`${text}:00Z`)
  // `Date` takes 31 February for a day of March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? at : undefined
}

/** For a text that a schema has accepted. */
export function localTimeOf(text: string): LocalMillis {
  return parseLocal(text) ?? 0
}

/** The clock on the wall at a moment. */
export function localOf(at: Millis, zone: string): LocalMillis {
  const { year, month, day, minuteOfDay, second } = wallTime(at, zone)
  const days = new Date(0).setUTCFullYear(year, month - 1, day)
  return days + minuteOfDay * MINUTE + second * SECOND
}

/** A clock on a wall is at most this far from UTC. */
const FARTHEST = 16 * HOUR

/**
 * The first moment at which the clock on the wall shows this time or a later time. Words that a change of the clock
 * leaves out mean the moment of the change; words that come twice mean their first time.
 */
export function momentOf(local: LocalMillis, zone: string): Millis {
  const reached = (at: Millis) => localOf(at, zone) >= local
  // Both offsets around the day: a change of the clock lies between them or nowhere near.
  const offsets = [local - DAY, local + DAY].map((at) => localOf(at, zone) - at)
  const exact = offsets.map((offset) => local - offset).sort((a, b) => a - b)
  for (const at of exact) if (localOf(at, zone) === local && !reached(at - SECOND)) return at
  // The clock jumps over the words: look for the jump.
  let [before, after] = [local - FARTHEST, local + FARTHEST]
  while (after - before > SECOND) {
    const middle = Math.floor((before + after) / 2 / SECOND) * SECOND
    if (middle <= before) break
    if (reached(middle)) after = middle
    else before = middle
  }
  return after
}

/** Whether a change of the clock leaves these words out. */
export function isLeftOut(local: LocalMillis, zone: string): boolean {
  return localOf(momentOf(local, zone), zone) !== local
}
