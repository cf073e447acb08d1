import { LIMITS } from '../base/limits.ts'
import { MIN_MILLIS, type Millis } from '../base/time.ts'
import { matchesEmpty, type RegexBudget, regexBudget } from '../matcher/compile.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { quote } from '../matcher/quote.ts'
import { regexError } from '../matcher/regex.ts'
import type { PostedSilence } from './silence.ts'

/*
 * Reasons why a silence is invalid, in the words of Alertmanager 0.34 (facts from
 * prometheus/alertmanager, Apache-2.0). "Set 0" is the only set of matchers of the silence.
 */

/** The error of an invalid silence; undefined for a valid silence. */
export function silenceError({ matchers, startsAt, endsAt }: PostedSilence): string | undefined {
  if (matchers.length === 0) return 'matcher set 0 is empty'
  if (matchers.length > LIMITS.matchers) {
    return `matcher set 0 has ${matchers.length} matchers (limit: ${LIMITS.matchers})`
  }
  const budget = regexBudget(LIMITS.requestRegexSize)
  for (const [index, matcher] of matchers.entries()) {
    const error = matcherError(matcher, budget)
    if (error !== undefined) return `invalid label matcher ${index} in set 0: ${error}`
  }
  if (matchers.every(matchesEmpty)) return 'matcher set 0: at least one matcher must not match the empty string'
  if (isZero(startsAt)) return 'invalid zero start timestamp'
  if (isZero(endsAt)) return 'invalid zero end timestamp'
  return endsAt < startsAt ? 'end time must not be before start time' : undefined
}

function matcherError({ name, op, value }: Matcher, budget: RegexBudget): string | undefined {
  if (name === '' || !name.isWellFormed()) return `invalid label name ${quote(name)}`
  if (op === '=' || op === '!=') return value.isWellFormed() ? undefined : `invalid label value ${quote(value)}`
  const error = regexError(value, budget)
  return error === undefined ? undefined : `invalid regular expression ${quote(value)}: ${error}`
}

/** Go's zero time, which clients send for "not set". */
export function isZero(at: Millis): boolean {
  return at <= MIN_MILLIS
}
