import * as z from 'zod'
import type { Labels } from '../../../shared/alert/labels.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { compileMatchers, regexBudget } from '../../../shared/matcher/compile.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { parseMatcher } from '../../../shared/matcher/parse.ts'

/** `?filter=a&filter=b` in the description of a route. */
export function filterParameter(text: string) {
  return z.array(z.string().min(1)).max(LIMITS.matchers).describe(text)
}

export type Filter =
  | { ok: true; matchers: Matcher[]; matches: (labels: Labels) => boolean }
  | { ok: false; error: string }

/**
 * `?filter=`, or another parameter of matchers, may be repeated: labels have to match every filter. Errors are the
 * texts shown by Alertmanager's clients. Every filter runs on every alert.
 */
export function readFilter(query: URLSearchParams, name = 'filter'): Filter {
  const given = query.getAll(name)
  if (given.length > LIMITS.matchers) return { ok: false, error: `at most ${LIMITS.matchers} filters` }
  const budget = regexBudget(LIMITS.requestRegexSize)
  const matchers: Matcher[] = []
  for (const text of given) {
    const parsed = parseMatcher(text, budget)
    if (!parsed.ok) return parsed
    matchers.push(parsed.matcher)
  }
  return { ok: true, matchers, matches: compileMatchers(matchers) }
}
