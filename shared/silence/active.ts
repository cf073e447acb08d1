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

/** Nobody changes a silence: a changed silence is another object. */
const compiled = new WeakMap<Silence, ActiveSilence>()

/** The silences that are active at the moment, in the stored order. */
export function activeSilences(silences: readonly Silence[], now: Millis): ActiveSilence[] {
  return silences.filter((silence) => silenceState(silence, now) === 'active').map(compile)
}

/** Expressions are compiled once, for as long as the silence is kept. */
function compile(silence: Silence): ActiveSilence {
  const known = compiled.get(silence)
  if (known !== undefined) return known
  const { id, endsAt, matchers } = silence
  const active = { id, endsAt, matches: compileMatchers(matchers) }
  compiled.set(silence, active)
  return active
}
