import { type AnchorSet, anchorSetsOf } from './anchor.ts'
import type { Rule } from './rule.ts'

/** The parts by which a rule is linked and found. A stored rule is read whole only when a record asks for the rule. */
export interface RuleOutline extends Pick<Rule, 'id' | 'name' | 'title' | 'logsource' | 'origin'> {
  anchorSets(): readonly AnchorSet[]
  /** The whole rule, under Sigma's own id. */
  rule(): Rule
}

export function outlineOf(rule: Rule): RuleOutline {
  const { id, name, title, logsource, origin } = rule
  return { id, name, title, logsource, origin, anchorSets: () => anchorSetsOf(rule.detection), rule: () => rule }
}
