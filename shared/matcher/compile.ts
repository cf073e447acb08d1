import { label } from '../alert/labels.ts'
import { never } from '../base/never.ts'
import type { LabelTest, Matcher } from './matcher.ts'
import { compileRegex } from './regex.ts'

export { compileRegex } from './regex.ts'

/** All matchers hold; with no matchers, always. A label that is missing is the empty string. */
export function compileMatchers(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map((matcher) => ({ name: matcher.name, holds: compileMatcher(matcher) }))
  const [only] = tests
  if (only === undefined) return () => true
  if (tests.length === 1) return (labels) => only.holds(label(labels, only.name))
  return (labels) => {
    for (const { name, holds } of tests) {
      if (!holds(label(labels, name))) return false
    }
    return true
  }
}

/**
 * Whether a value satisfies the matcher. Expressions are checked when a matcher is accepted; one that
 * is broken all the same matches nothing, `!~` included, so that it can silence and route nothing.
 */
function compileMatcher({ op, value }: Matcher): (value: string) => boolean {
  switch (op) {
    case '=':
      return (actual) => actual === value
    case '!=':
      return (actual) => actual !== value
    case '=~':
    case '!~': {
      const regex = compileRegex(value)
      if (!regex.ok) return () => false
      const { test } = regex
      return op === '=~' ? test : (actual) => !test(actual)
    }
    default:
      return never(op)
  }
}

/**
 * Whether a silence's matcher is satisfied by an absent label. Negative matchers do not count as
 * that, whatever they exclude: upstream's reading, so `a!="x"` alone is a valid silence.
 */
export function matchesEmpty(matcher: Matcher): boolean {
  return (matcher.op === '=' || matcher.op === '=~') && compileMatcher(matcher)('')
}
