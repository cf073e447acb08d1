import { parseClassicMatcher, parseClassicMatchers } from './classic.ts'
import type { ParsedMatcher, ParsedMatchers } from './parsed.ts'
import { parseUtf8Matcher, parseUtf8Matchers } from './utf8.ts'

/*
 * Alertmanager has two matcher languages and reads each text in both ("fallback mode", facts from
 * prometheus/alertmanager, Apache-2.0): the UTF-8 reading holds only where the classic one agrees or
 * fails, and where both fail the error is the classic one's.
 */

/** Any number of matchers, `{a="1",b=~"x|y"}`, braces optional. */
export function parseMatchers(text: string): ParsedMatchers {
  const classic = parseClassicMatchers(text)
  return classic.ok ? classic : firstReadable(parseUtf8Matchers(text), classic)
}

/** One matcher without braces: filters, and entries of `matchers` lists. */
export function parseMatcher(text: string): ParsedMatcher {
  if (text.startsWith('{') || text.endsWith('}')) {
    return { ok: false, error: `unexpected open or close brace: ${text}` }
  }
  const classic = parseClassicMatcher(text)
  return classic.ok ? classic : firstReadable(parseUtf8Matcher(text), classic)
}

function firstReadable<Parsed extends { ok: boolean }>(utf8: Parsed, classic: Parsed): Parsed {
  return utf8.ok ? utf8 : classic
}
