import type { Millis } from '../base/time.ts'
import { compileMatchers } from '../matcher/compile.ts'
import type { LabelTest } from '../matcher/matcher.ts'
import { type Silence, silenceState } from './silence.ts'

/** An active silence, ready for questions about labels. */
export interface ActiveSilence {
  id: string
  endsAt: Millis
  matches: LabelTest
}

/** The silences that are active at the moment, in the stored order. */
export function activeSilences(silences: readonly Silence[], now: Millis): ActiveSilence[] {
  return silences
    .filter((silence) => silenceState(silence, now) === 'active')
    .map(({ id, endsAt, matchers }) => ({ id, endsAt, matches: compileMatchers(matchers) }))
}
