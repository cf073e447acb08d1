import type { Matcher, MatchOperator } from './matcher.ts'
import { compileRegex } from './regex.ts'

export type ParsedMatcher = { ok: true; matcher: Matcher } | { ok: false; error: string }
export type ParsedMatchers = { ok: true; matchers: Matcher[] } | { ok: false; error: string }

/** The matcher, or the error of the regular expression. */
export function checkedMatcher(name: string, op: MatchOperator, value: string): ParsedMatcher {
  if (op === '=~' || op === '!~') {
    const regex = compileRegex(value)
    if (!regex.ok) return regex
  }
  return { ok: true, matcher: { name, op, value } }
}
