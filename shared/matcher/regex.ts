import { LIMITS } from '../base/limits.ts'
import { buildRe2, tooLarge } from '../regex/build.ts'
import { closesEarly, regexSize } from '../regex/size.ts'
import type { Matcher } from './matcher.ts'
import { quickTest } from './quick.ts'

/** A regular expression over a whole value, or the error of an expression that is refused. `limit`: it is too large. */
export type Regex = CompiledRegex | { ok: false; error: string; limit?: true }

interface CompiledRegex {
  ok: true
  test(value: string): boolean
  /** Whether a match stays within the limit of steps. A longer value matches no matcher with this expression. */
  fits(value: string): boolean
}

/** What the expressions of one request may cost together; the reader of the request takes from `left`. */
export interface RegexBudget {
  most: number
  left: number
}

export function regexBudget(most: number): RegexBudget {
  return { most, left: most }
}

/**
 * Alertmanager's `=~`: RE2, anchored as `^(?:…)$`. An expression beyond the budget is refused and not compiled.
 */
export function compileRegex(text: string, budget?: RegexBudget): Regex {
  if (text.length > LIMITS.regexChars) return overLimit(TOO_LONG)
  const quick = quickTest(text)
  if (quick !== undefined) return { ok: true, test: quick, fits: () => true }
  const own = regexSize(text)
  if (own > LIMITS.regexSize) return overLimit(`regular expression ${tooLarge(own, LIMITS.regexSize)}`)
  if (budget !== undefined) {
    budget.left -= own
    if (budget.left < 0) return overLimit(tooMuch(budget))
  }
  const built = buildRe2(`^(?:${text})$`, ANCHORED)
  if (!built.ok) return { ok: false, error: worded(built.error) }
  const { test, size } = built.re2
  const longest = Math.floor(LIMITS.regexMatchSteps / size)
  return { ok: true, test, fits: (value) => value.length <= longest }
}

function overLimit(error: string): Regex {
  return { ok: false, error, limit: true }
}

const TOO_LONG = `regular expression is longer than ${LIMITS.regexChars} characters`
/** The limits with the anchors and their group, which are Tocsin's own. */
const ANCHORED = { chars: LIMITS.regexChars + 6, size: LIMITS.regexSize + regexSize('^(?:)$') }

function tooMuch({ most }: RegexBudget): string {
  return `the regular expressions are too large together: they have more than ${most} steps with their repetitions`
}

export function isRegex({ op }: Pick<Matcher, 'op'>): boolean {
  return op === '=~' || op === '!~'
}

/** The steps that the expressions of matchers have together. */
export function regexSteps(matchers: readonly Matcher[]): number {
  const regexes = matchers.filter((matcher) => isRegex(matcher) && quickTest(matcher.value) === undefined)
  return regexes.reduce((sum, { value }) => sum + regexSize(value), 0)
}

/** Go always quotes the place, also an empty place (a trailing backslash). */
function worded(error: string): string {
  return error.endsWith('`') ? error : `${error}: \`\``
}

/**
 * The error of the expression alone, without Tocsin's anchors, as silences are checked: `a)|(b` is refused there and
 * `^(?:a)|(b)$` is not. With the anchors an expression has to compile too: an open `\Q` is fine alone and swallows
 * the closing anchor, so such a silence would never match.
 */
export function regexError(text: string, budget?: RegexBudget): string | undefined {
  const anchored = compileRegex(text, budget)
  if (anchored.ok && !closesEarly(text)) return undefined
  if (!anchored.ok && anchored.limit) return anchored.error
  const alone = buildRe2(text, { chars: LIMITS.regexChars, size: LIMITS.regexSize })
  return alone.ok ? errorOf(anchored) : worded(alone.error)
}

function errorOf(regex: Regex): string | undefined {
  return regex.ok ? undefined : regex.error
}
