import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { compileRegex } from '../../matcher/compile.ts'
import type { Matcher } from '../../matcher/matcher.ts'
import { parseMatchers } from '../../matcher/parse.ts'
import { labelEntries, labelName } from './fields.ts'

/*
 * Matchers as tocsin.yml writes matchers, `match: [{label, op, value}]`, and in Alertmanager's three forms (facts
 * from prometheus/alertmanager, Apache-2.0), which tocsin.yml and alertmanager.yml have.
 */

const matcher = z
  .strictObject({
    label: labelName,
    op: z.enum(['=', '!=', '=~', '!~']).default('='),
    value: z.string().max(4096),
  })
  .superRefine(({ op, value }, context) => {
    const message = regexProblem({ op, value })
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['value'], message })
  })
  .transform(({ label, op, value }): Matcher => ({ name: label, op, value }))
  .meta({ id: 'Matcher' })

/** `match` of tocsin.yml. */
export const match = z.array(matcher).max(LIMITS.matchers, `limit: at most ${LIMITS.matchers} matchers are allowed`)

/** `match`, `match_re` and `matchers` of Alertmanager, from a textual document; inhibit rules prefix the keys. */
export const matcherFields = {
  match: labelMap('=').optional(),
  match_re: labelMap('=~').optional(),
  matchers: matcherTexts().optional(),
}

function labelMap(op: '=' | '=~') {
  const matcherOf = (name: string, text = ''): Matcher => ({ name, op, value: op === '=' ? text : `^(?:${text})$` })
  const problemOf = (text: string | undefined): string | undefined =>
    op === '=~' && text === undefined ? 'is empty' : regexProblem(matcherOf('', text))
  const read = z.unknown().transform((value, context): Matcher[] => {
    const matchers = labelEntries(value, context, problemOf).map(([name, text]) => matcherOf(name, text))
    reportCount(matchers, context)
    return matchers
  })
  return read.meta({ type: 'object', additionalProperties: { type: 'string' } })
}

/** `matchers: [a="1", '{b=~"x", c!="y"}']`: each entry any number of matchers. */
function matcherTexts() {
  const entry = z.string().transform((text, context): Matcher[] => {
    const parsed = parseMatchers(text)
    if (!parsed.ok) {
      context.addIssue({ code: 'custom', message: parsed.error })
      return []
    }
    for (const matcher of parsed.matchers) reportRegex(matcher, context)
    return parsed.matchers
  })
  return z.array(entry).transform((lists, context): Matcher[] => {
    const matchers = lists.flat()
    reportCount(matchers, context)
    return matchers
  })
}

function reportRegex(matcher: Matcher, context: z.RefinementCtx): void {
  const message = regexProblem(matcher)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
}

function reportCount(matchers: readonly Matcher[], context: z.RefinementCtx): void {
  if (matchers.length <= LIMITS.matchers) return
  context.addIssue({ code: 'custom', message: `limit: has more than ${LIMITS.matchers} matchers` })
}

/** RE2, so that no regular expression can stop the process. */
export function regexProblem({ op, value }: Pick<Matcher, 'op' | 'value'>): string | undefined {
  if (op !== '=~' && op !== '!~') return undefined
  const regex = compileRegex(value)
  return regex.ok ? undefined : regex.error
}
