import type { Labels } from '../../../shared/alert/labels.ts'
import { compileMatchers, compileRegex } from '../../../shared/matcher/compile.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { parseMatcher } from '../../../shared/matcher/parse.ts'

/** More filters than people write. Every filter runs on every alert. */
const MOST_FILTERS = 100

export type Filter =
  | { ok: true; matchers: Matcher[]; matches: (labels: Labels) => boolean }
  | { ok: false; error: string }

/**
 * `?filter=` may be repeated: an alert has to match every filter. Errors are the texts shown by Alertmanager's
 * clients.
 */
export function readFilter(query: URLSearchParams): Filter {
  const given = query.getAll('filter')
  if (given.length > MOST_FILTERS) return { ok: false, error: `at most ${MOST_FILTERS} filters` }
  const matchers: Matcher[] = []
  for (const text of given) {
    const parsed = parseMatcher(text)
    if (!parsed.ok) return parsed
    const { op, value } = parsed.matcher
    const regex = op === '=~' || op === '!~' ? compileRegex(value) : undefined
    if (regex?.ok === false) return regex
    matchers.push(parsed.matcher)
  }
  return { ok: true, matchers, matches: compileMatchers(matchers) }
}
