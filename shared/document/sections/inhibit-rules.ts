import * as z from 'zod'
import { digest } from '../../base/hash.ts'
import { LIMITS } from '../../base/limits.ts'
import type { InhibitRule } from '../../config/config.ts'
import type { Matcher } from '../../matcher/matcher.ts'
import { compareMatchers, renderMatcher } from '../../matcher/render.ts'
import { labelName } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import { matcherFields } from '../reading/matchers.ts'
import { textual } from '../reading/yaml.ts'
import { entriesById, type Section, type Shown } from './section.ts'

/**
 * `inhibitRules`, in the format of Alertmanager's `inhibit_rules`. An entry without content (`-` alone) is
 * passed over, as Alertmanager does; a rule written twice is one rule.
 */
export const inhibitRulesSection: Section<'inhibitRules'> = {
  key: 'inhibitRules',
  name: 'inhibitRules',
  one: 'inhibit rule',
  limit: LIMITS.inhibitRules,
  *read(given) {
    const { entries, problems } = yield* readList(textual(given), { limit: LIMITS.inhibitRules }, (entry) =>
      readEntry(schema, entry),
    )
    const rules = entries.flatMap(({ value }) => (value === null ? [] : [[value.id, value] as const]))
    return { value: [...new Map(rules).values()], problems }
  },
  show: (rules) => rules.map(showInhibitRule),
  get schema() {
    return z.array(schema).max(LIMITS.inhibitRules)
  },
  entries: entriesById,
}

const schema = z
  .strictObject({
    name: z.string().optional(),
    source_match: matcherFields.match,
    source_match_re: matcherFields.match_re,
    source_matchers: matcherFields.matchers,
    target_match: matcherFields.match,
    target_match_re: matcherFields.match_re,
    target_matchers: matcherFields.matchers,
    equal: z.array(labelName).optional(),
  })
  .transform((rule): InhibitRule => {
    const source = sorted(rule.source_match, rule.source_match_re, rule.source_matchers)
    const target = sorted(rule.target_match, rule.target_match_re, rule.target_matchers)
    const equal = [...new Set(rule.equal)].sort()
    return { id: digest([JSON.stringify([source, target, equal])]), source, target, equal }
  })
  .meta({ id: 'InhibitRule' })
  .nullable()

function sorted(...lists: (Matcher[] | undefined)[]): Matcher[] {
  return lists.flatMap((list) => list ?? []).sort(compareMatchers)
}

export function showInhibitRule({ source, target, equal }: InhibitRule): Shown {
  return { source_matchers: source.map(renderMatcher), target_matchers: target.map(renderMatcher), equal }
}
