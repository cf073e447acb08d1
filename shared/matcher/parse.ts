import { LIMITS } from '../base/limits.ts'
import { parseClassicMatcher, parseClassicMatchers } from './classic.ts'
import type { ParsedMatcher, ParsedMatchers } from './parsed.ts'
import type { RegexBudget } from './regex.ts'
import { parseUtf8Matcher, parseUtf8Matchers } from './utf8.ts'

/*
 * Alertmanager has two matcher languages and reads a text in the two of them ("fallback mode", facts from
 * prometheus/alertmanager, Apache-2.0): the UTF-8 reading counts only where the classic reading agrees or
 * fails. Where the two readings fail, the error is the error of the classic reading.
 */

/** A list of matchers, empty or longer, `{a="1",b=~"x|y"}`, braces optional. */
export function parseMatchers(text: string, budget?: RegexBudget): ParsedMatchers {
  if (text.length > LIMITS.matchersChars) {
    return { ok: false, error: `limit: is longer than ${LIMITS.matchersChars} characters` }
  }
  const classic = parseClassicMatchers(text, budget)
  return classic.ok ? classic : firstReadable(parseUtf8Matchers(text, budget), classic)
}

/** A single matcher without braces: filters, and entries of `matchers` lists. */
export function parseMatcher(text: string, budget?: RegexBudget): ParsedMatcher {
  if (text.startsWith('{') || text.endsWith('}')) {
    return { ok: false, error: `unexpected open or close brace: ${text}` }
  }
  const classic = parseClassicMatcher(text, budget)
  return classic.ok ? classic : firstReadable(parseUtf8Matcher(text, budget), classic)
}

function firstReadable<Parsed extends { ok: boolean }>(utf8: Parsed, classic: Parsed): Parsed {
  return utf8.ok ? utf8 : classic
}
