import type { Millis } from '../base/time.ts'
import { intervalContains } from './contains.ts'
import type { TimeInterval } from './interval.ts'

/** Whether the moment lies in the named interval. An unknown name contains no moment. */
export type IntervalTest = (name: string, at: Millis) => boolean

/**
 * Named intervals of an account, ready for questions. A moment lies in a name when the moment lies in an interval of
 * the name.
 */
export function compileIntervals(named: readonly { name: string; intervals: TimeInterval[] }[]): IntervalTest {
  const byName = new Map(named.map(({ name, intervals }) => [name, intervals]))
  return (name, at) => byName.get(name)?.some((interval) => intervalContains(interval, at)) ?? false
}
