import { HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { RateRule } from './rate.ts'

/*
 * An exact sliding log: the moments of the last messages to a place, and of messages that may be sent at a moment ahead.
 * A bucket of tokens would let a burst and the rate of a window pass within one window.
 */

/** The moments at a place, ascending. */
export interface Slots {
  readonly at: readonly Millis[]
  /** The provider takes nothing before. */
  readonly blockedUntil?: Millis
}

/** A message begins at most so long after the moment of its slot, or the slot is lost. */
export const LATE_MS = 2 * SECOND
/**
 * Windows are longer by so much: the clocks of two workers may be wrong by two seconds each, and a slot may be used late.
 */
const MARGIN_MS = 3 * LATE_MS
/**
 * The same for windows of a few seconds, for clocks that are wrong by half a second each, as clocks with a time server
 * are. The long margin would leave a quarter of such a rate. A provider with such a window refuses a message above it, and
 * punishes nobody: the message waits and goes out later.
 */
const SHORT_MARGIN_MS = LATE_MS + SECOND
/** No slot lies further ahead. A moment beyond was written before the clock was set back. */
const AHEAD_MS = 2 * MINUTE
/** A provider that blocks for longer is asked again after this time. */
const LONGEST_BLOCK_MS = 6 * HOUR
/**
 * Windows of such a length are used evenly: a window that is used up at once has no slot for the rest of its time. Two
 * messages of twenty still go at once.
 */
const EVEN_MS = { from: 10 * SECOND, to: MINUTE }
/** The parts of such a window. Each part has an equal share of the messages. */
const PARTS = 10

/** The earliest moment from `now` on, and after the slots that are taken, at which one more message may be sent. */
export function nextSlot(slots: Slots, rules: readonly RateRule[], now: Millis): Millis {
  const { at, blockedUntil = now } = inReach(slots, now)
  const moments = rules.flatMap(evenly).map(({ most, windowMs }) => {
    // The message that has to leave the window before one more has room.
    const leaves = at[at.length - most]
    return leaves === undefined ? now : leaves + windowMs
  })
  return Math.max(now, blockedUntil, at.at(-1) ?? now, ...moments)
}

/** The slots with one more, at a moment that `nextSlot` gave. */
export function takeSlot(slots: Slots, rules: readonly RateRule[], now: Millis, at: Millis): Slots {
  const before = inReach(slots, now)
  const longest = Math.max(...rules.map(({ windowMs }) => windowMs + marginOf(windowMs)))
  const most = Math.max(...rules.map((rule) => rule.most))
  return { ...before, at: [...before.at, at].filter((one) => one > now - longest).slice(-most) }
}

/** The slots of a place that takes nothing until a moment. */
export function blockSlots(slots: Slots, until: Millis): Slots {
  return { ...slots, blockedUntil: Math.max(until, slots.blockedUntil ?? until) }
}

/** The moment of a slot ahead that somebody has taken. */
export function slotAhead(slots: Slots, now: Millis): Millis | undefined {
  const last = inReach(slots, now).at.at(-1)
  return last === undefined || last <= now ? undefined : last
}

function marginOf(windowMs: Millis): Millis {
  return windowMs < EVEN_MS.from ? SHORT_MARGIN_MS : MARGIN_MS
}

function evenly({ most, windowMs }: RateRule): RateRule[] {
  const window = { most, windowMs: windowMs + marginOf(windowMs) }
  if (most === 1 || windowMs < EVEN_MS.from || windowMs > EVEN_MS.to) return [window]
  return [window, { most: Math.ceil(most / PARTS), windowMs: window.windowMs / PARTS }]
}

/** After the clock was set back, what lies too far ahead counts as now. */
function inReach({ at, blockedUntil }: Slots, now: Millis): Slots {
  const near = at.map((one) => (one > now + AHEAD_MS ? now : one)).sort((one, other) => one - other)
  const blocked = blockedUntil !== undefined && blockedUntil > now && blockedUntil <= now + LONGEST_BLOCK_MS
  return { at: near, ...(blocked && { blockedUntil }) }
}
