import * as z from 'zod'
import { digest } from '../base/hash.ts'
import type { InhibitRule, NamedInterval } from '../config/config.ts'
import { LIMITS } from '../config/limits.ts'
import { parseTimeInterval } from '../interval/parse.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { parseMatchers } from '../matcher/parse.ts'
import { compareMatchers } from '../matcher/render.ts'
import { labelName, matcherProblem } from './fields.ts'

/*
 * The pieces that tocsin.yml and alertmanager.yml share, in Alertmanager's format (facts from
 * prometheus/alertmanager, Apache-2.0). They are read from `textual` documents: scalars are text.
 */

/** What yaml.v2 takes for a boolean. */
export const bool = z
  .string('expected true or false')
  .regex(/^(?:y|yes|on|true|n|no|off|false)$/i, 'expected true or false')
  .transform((text) => /^(?:y|yes|on|true)$/i.test(text))

/** Entries of a mapping from label names; read by hand, since a name may be `__proto__`. */
function labelMap(op: '=' | '=~') {
  return z
    .unknown()
    .transform((value, context): Matcher[] => {
      const problem = labelMapProblem(value)
      if (problem === undefined) {
        return Object.entries(value as Record<string, string | undefined>).map(([name, text = '']) => {
          return { name, op, value: op === '=' ? text : `^(?:${text})$` }
        })
      }
      context.addIssue({ code: 'custom', message: problem })
      return z.NEVER
    })
    .pipe(z.array(z.custom<Matcher>()).superRefine(reportRegexes))
}

function labelMapProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected a mapping of labels'
  for (const [name, text] of Object.entries(value)) {
    if (!labelName.safeParse(name).success) return 'has an invalid label name'
    if (text !== undefined && typeof text !== 'string') return 'expected texts as the values of labels'
  }
  return undefined
}

/** `matchers: [a="1", '{b=~"x", c!="y"}']`: each entry any number of matchers. */
const matcherTexts = z.array(z.string()).transform((texts, context): Matcher[] =>
  texts.flatMap((text, index) => {
    const parsed = parseMatchers(text)
    if (parsed.ok) return parsed.matchers
    context.addIssue({ code: 'custom', path: [index], message: parsed.error })
    return []
  }),
)

const matcherList = matcherTexts.pipe(z.array(z.custom<Matcher>()).superRefine(reportRegexes))

/** `match`, `match_re` and `matchers`, under the names that a place gives them. */
export const matchFields = {
  match: labelMap('=').optional(),
  match_re: labelMap('=~').optional(),
  matchers: matcherList.optional(),
}

function reportRegexes(matchers: Matcher[], context: z.RefinementCtx): void {
  for (const { op, value } of matchers) {
    const message = matcherProblem(op, value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }
  if (matchers.length > LIMITS.matchers) {
    context.addIssue({ code: 'custom', message: `limit: has more than ${LIMITS.matchers} matchers` })
  }
}

const inhibitRule = z
  .strictObject({
    name: z.string().optional(),
    source_match: matchFields.match,
    source_match_re: matchFields.match_re,
    source_matchers: matchFields.matchers,
    target_match: matchFields.match,
    target_match_re: matchFields.match_re,
    target_matchers: matchFields.matchers,
    equal: z.array(labelName).optional(),
  })
  .transform((rule): InhibitRule => {
    const source = sorted(rule.source_match, rule.source_match_re, rule.source_matchers)
    const target = sorted(rule.target_match, rule.target_match_re, rule.target_matchers)
    const equal = [...new Set(rule.equal)].sort()
    return { id: digest([JSON.stringify([source, target, equal])]), source, target, equal }
  })

function sorted(...lists: (Matcher[] | undefined)[]): Matcher[] {
  return lists.flatMap((list) => list ?? []).sort(compareMatchers)
}

/** An entry without content (`-` alone) is passed over, as upstream does; a rule written twice is one rule. */
export const inhibitRules = z
  .array(inhibitRule.nullable())
  .max(LIMITS.inhibitRules, `limit: at most ${LIMITS.inhibitRules} entries are allowed`)
  .transform((rules): InhibitRule[] => [
    ...new Map(rules.flatMap((rule) => (rule === null ? [] : [[rule.id, rule] as const]))).values(),
  ])

const timeInterval = z.unknown().transform((value, context) => {
  const parsed = parseTimeInterval(value)
  if (parsed.ok) return parsed.interval
  context.addIssue({ code: 'custom', message: parsed.error })
  return z.NEVER
})

const namedInterval = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').max(1000),
    time_intervals: z.array(timeInterval).max(LIMITS.timeIntervals).optional(),
  })
  .transform(({ name, time_intervals = [] }): NamedInterval => ({ name, intervals: time_intervals }))

export const timeIntervals = z
  .array(namedInterval)
  .max(LIMITS.timeIntervals, `limit: at most ${LIMITS.timeIntervals} entries are allowed`)
