import { SECOND } from '../../shared/base/time.ts'
import { TIGHT } from './limited-kinds.ts'
import type { Outcome } from './stage.ts'

/** Clocks that differ by more cannot keep a window together, nor can a clock that is set. */
const WORST_SKEW_MS = 2 * SECOND

/** A receiver that takes a limited number of messages is never asked more often. */
export function exceededRates({ story, sinks }: Outcome): string[] {
  const { limit = TIGHT, skewsMs, hub } = story
  if (hub !== undefined || skewsMs.some((ms) => Math.abs(ms) > WORST_SKEW_MS)) return []
  const limited = story.sections.channels.filter(({ type }) => type === 'robot' || type === 'service')
  const found: string[] = []
  for (const account of story.accounts) {
    for (const { id } of limited) {
      const { asked } = sinks.get(`${account}/${id}`)!
      for (const { most, windowMs } of limit) {
        const over = asked.find((at, index) => index >= most && at - asked[index - most]! < windowMs)
        if (over !== undefined) found.push(`over: ${account}/${id} was asked more than ${most} times in ${windowMs} ms`)
      }
    }
  }
  return found
}
