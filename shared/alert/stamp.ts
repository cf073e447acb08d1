import { CLOCKS_DIFFER_MS, type Millis } from '../base/time.ts'

/**
 * Total order of the alerts of an account, independent of the order in the queue: by time of receipt, then by message
 * and place in the message.
 */
export interface Stamp {
  readonly at: Millis
  readonly tie: string
  /** The place in the order, in the place of `at`, for what came after the clock was set back: later than `at`. */
  readonly order?: Millis
}

/** The place in the order, before the tie. */
export function placeOf({ at, order = at }: Stamp): Millis {
  return order
}

export function compareStamps(a: Stamp, b: Stamp): number {
  const [first, second] = [placeOf(a), placeOf(b)]
  if (first !== second) return first - second
  return a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0
}

/** The stamp with a moment of the present clock, in the same place of the order. */
export function presentStamp(stamp: Stamp, now: Millis): Stamp {
  return stamp.at > now + CLOCKS_DIFFER_MS ? { at: now, tie: stamp.tie, order: stamp.order ?? stamp.at } : stamp
}
