import type { Matcher, MatchOperator } from './matcher.ts'
import { compileRegex, isRegex, type RegexBudget } from './regex.ts'

export type ParsedMatcher = { ok: true; matcher: Matcher } | { ok: false; error: string }
export type ParsedMatchers = { ok: true; matchers: Matcher[] } | { ok: false; error: string }

/** The matcher, or the error of the regular expression. */
export function checkedMatcher(name: string, op: MatchOperator, value: string, budget?: RegexBudget): ParsedMatcher {
  if (isRegex({ op })) {
    const regex = compileRegex(value, budget)
    if (!regex.ok) return { ok: false, error: regex.error }
  }
  return { ok: true, matcher: { name, op, value } }
}
