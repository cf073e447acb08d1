import type { Millis } from '../base/time.ts'

/** A value that holds until a moment. */
export interface Span<T> {
  value: T
  /** Exclusive; infinite when the value never changes by itself. */
  until: Millis
}

export type Spans<T> = (at: Millis) => Span<T>

/** Asks once for each span: every group of a policy asks at nearly the same moments. */
export function askedOncePerSpan<T>(ask: Spans<T>): Spans<T> {
  let from = Number.POSITIVE_INFINITY
  let known: Span<T> | undefined
  return (at) => {
    if (known !== undefined && from <= at && at < known.until) return known
    known = ask(at)
    from = at
    return known
  }
}
