import { LIMITS } from '../base/limits.ts'
import { TemplateFailure } from '../go-template/syntax/failure.ts'
import { quote } from '../go-template/text/quote.ts'
import type { Caller } from '../go-template/values/go-types.ts'
import { buildRe2, type Re2 } from '../regex/build.ts'

/** The functions `match` and `reReplaceAll`. */

const REGEX_LIMITS = { chars: LIMITS.templateRegexChars, size: LIMITS.templateRegexSize }

export function matches(pattern: string, text: string, by: Caller): boolean {
  return built(pattern, text, by, (error) => error).test(text)
}

export function replaceAll(pattern: string, replacement: string, text: string, by: Caller): string {
  const re2 = built(pattern, text, by, (error) => `regexp: Compile(${quoteBack(pattern)}): ${error}`)
  by.spend(replacement.length >> 2)
  return re2.replaceAll(text, replacement, (steps, chars) => {
    by.spend(steps)
    by.room(chars)
  })
}

/** Compiled, with the work of a match counted beforehand. */
function built(pattern: string, text: string, by: Caller, words: (error: string) => string): Re2 {
  const regex = buildRe2(pattern, REGEX_LIMITS)
  if (!regex.ok) throw new TemplateFailure(words(regex.error))
  by.spend(20 + regex.re2.size + Math.ceil((regex.re2.size * text.length) / 4))
  return regex.re2
}

function quoteBack(pattern: string): string {
  return pattern.includes('`') ? quote(pattern) : `\`${pattern}\``
}
