import { LIMITS } from '../base/limits.ts'
import { buildRe2 } from '../regex/build.ts'
import { regexSize } from '../regex/size.ts'
import type { RegexBudget } from './reading.ts'
import { requiredLiteral } from './regex-literal.ts'

export type CompiledRegex = { ok: true; test: (text: string) => boolean } | { ok: false; error: string }

/**
 * An expression of Sigma's `re`: found anywhere in the text, flags out of `i`, `m`, `s`. An expression beyond the budget
 * is refused and not compiled.
 */
export function compileRegex(source: string, flags: string, budget?: RegexBudget): CompiledRegex {
  if (budget !== undefined) {
    budget.left -= STEPS_EACH + (source.length > LIMITS.sigmaRegexChars ? 0 : regexSize(source, flags.includes('i')))
    if (budget.left < 0) return { ok: false, error: TOO_MUCH }
  }
  const built = buildRe2(source, { chars: LIMITS.sigmaRegexChars, size: LIMITS.sigmaRegexSize }, flags)
  if (!built.ok) return { ok: false, error: foreignSyntax(source) ?? built.error }
  const { re2 } = built
  const longest = Math.floor(LIMITS.sigmaRegexMatchSteps / re2.size)
  const test = (text: string): boolean => {
    if (text.length <= longest) return re2.test(text)
    throw new Error(`regular expression of ${re2.size} steps does not look at ${text.length} characters`)
  }
  const literal = flags.includes('i') ? '' : requiredLiteral(source)
  return { ok: true, test: literal === '' ? test : (text) => text.includes(literal) && test(text) }
}

/** What the smallest expression costs. */
const STEPS_EACH = 20
const TOO_MUCH = `is one too many: all expressions of the text have more than ${LIMITS.sigmaTextRegexSize} steps`

/** Features that other engines have and that RE2, which never backtracks, lacks. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/\(\?[=!]/, 'lookahead (?=…) (?!…)'],
  [/\(\?<[=!]/, 'lookbehind (?<=…) (?<!…)'],
  [/\(\?>/, 'atomic groups (?>…)'],
  [/\(\?\(/, 'conditionals (?(…)…)'],
  [/\(\?(?:R|\d|&|P>)/, 'recursion (?R)'],
  [/\\[1-9]|\\k[<{']|\(\?P=/, 'back references (\\1)'],
  [/[*+?}]\+/, 'possessive repeats (*+)'],
]

function foreignSyntax(source: string): string | undefined {
  const foreign = FOREIGN.find(([pattern]) => pattern.test(source.replaceAll('\\\\', '')))
  return foreign && `uses ${foreign[1]}, which regular expressions of linear time (RE2) do not have`
}
