import { label } from '../alert/labels.ts'
import { never } from '../base/never.ts'
import type { LabelTest, Matcher } from './matcher.ts'
import { compileRegex, isRegex, type Regex } from './regex.ts'

export { compileRegex, type RegexBudget, regexBudget } from './regex.ts'

/** Labels match when every matcher matches; without matchers, always. A missing label is the empty string. */
export function compileMatchers(matchers: readonly Matcher[]): LabelTest {
  // The order has no meaning, and a comparison of texts costs less than an expression.
  const sorted = matchers.toSorted((a, b) => Number(isRegex(a)) - Number(isRegex(b)))
  const tests = sorted.map((matcher) => ({ name: matcher.name, matches: compileMatcher(matcher) }))
  const [only] = tests
  if (only === undefined) return () => true
  if (tests.length === 1) return (labels) => only.matches(label(labels, only.name))
  return (labels) => {
    for (const { name, matches } of tests) {
      if (!matches(label(labels, name))) return false
    }
    return true
  }
}

/**
 * Whether a value matches. Expressions are checked when a matcher is accepted. A matcher with a broken
 * expression all the same matches no value, `!~` included, so that the matcher can silence and route no alert. So does
 * a matcher whose expression would take too many steps on the value.
 */
export function compileMatcher({ op, value }: Pick<Matcher, 'op' | 'value'>): (value: string) => boolean {
  switch (op) {
    case '=':
      return (actual) => actual === value
    case '!=':
      return (actual) => actual !== value
    case '=~':
    case '!~': {
      // At the first value: most matchers of an account are never asked, since a matcher before did not match.
      let regex: Regex | undefined
      return (actual) => {
        regex ??= compileRegex(value)
        return regex.ok && regex.fits(actual) && regex.test(actual) === (op === '=~')
      }
    }
    default:
      return never(op)
  }
}

/**
 * Whether a silence's matcher matches an absent label. A negative matcher does not count as such,
 * whichever value is excluded: Alertmanager's reading, so `a!="x"` alone is a valid silence.
 */
export function matchesEmpty(matcher: Matcher): boolean {
  return (matcher.op === '=' || matcher.op === '=~') && compileMatcher(matcher)('')
}
