import { RE2JS } from 're2js'
import { requiredLiteral } from './regex-literal.ts'

export type CompiledRegex = { ok: true; test: (text: string) => boolean } | { ok: false; error: string }

/**
 * RE2 is linear in the text, but RE2's machine grows with the expression; the longest expression of SigmaHQ has 1,013
 * characters.
 */
const MAX_CHARS = 4_096

/** An expression of Sigma's `re`: found anywhere in the text, flags out of `i`, `m`, `s`. */
export function compileRegex(source: string, flags: string): CompiledRegex {
  if (source.length > MAX_CHARS) return { ok: false, error: `is longer than ${MAX_CHARS} characters` }
  try {
    const regex = RE2JS.compile(source, flagBits(flags))
    const literal = flags.includes('i') ? '' : requiredLiteral(source)
    if (literal === '') return { ok: true, test: (text) => regex.test(text) }
    return { ok: true, test: (text) => text.includes(literal) && regex.test(text) }
  } catch (error) {
    return { ok: false, error: foreignSyntax(source) ?? (error instanceof Error ? error.message : String(error)) }
  }
}

function flagBits(flags: string): number {
  return (
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0)
  )
}

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
