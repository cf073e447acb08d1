import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import type { IntervalTest } from '../interval/compile.ts'
import type { MuteReason } from '../reason/reason.ts'

/**
 * The time intervals that mute the policy at the moment: every name, and the reason. As in Alertmanager, the
 * active intervals come first, and outside of the active intervals the mute intervals are not asked.
 */
export function intervalsMuting(
  { activeTimes, muteTimes }: Pick<Policy, 'activeTimes' | 'muteTimes'>,
  inInterval: IntervalTest,
  at: Millis,
): { names: string[]; reason: MuteReason } | undefined {
  if (activeTimes.length > 0 && !activeTimes.some((name) => inInterval(name, at))) {
    return { names: activeTimes, reason: { code: 'outside-active-intervals', intervals: activeTimes } }
  }
  const names = muteTimes.filter((name) => inInterval(name, at))
  const [interval] = names
  return interval === undefined ? undefined : { names, reason: { code: 'muted-by-interval', interval } }
}
