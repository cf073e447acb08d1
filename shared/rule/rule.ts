import type { Millis } from '../base/time.ts'
import type { Expression } from './expression.ts'

/** Sigma's five, from noise to certainty. */
export const SIGMA_LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type SigmaLevel = (typeof SIGMA_LEVELS)[number]

export interface LogSource {
  product?: string
  category?: string
  service?: string
}

/** A label, and the fields that may hold its value: the first that has one counts. */
export interface GroupLabel {
  /** A field's name when the rule gives no other. */
  label: string
  fields: readonly string[]
}

/** What a detection and a correlation both say about themselves. */
export interface RuleMetadata {
  /** Sigma's `id`; of a rule without one its `name`, else its title. */
  id: string
  title: string
  /** What correlations may call it. */
  name?: string
  level?: SigmaLevel
  status?: string
  description?: string
  /** DRL 1.1 asks that it is shown wherever the rule's matches are. */
  author?: string
  references: readonly string[]
  tags: readonly string[]
  falsepositives: readonly string[]
  /** `groupBy` of the key `tocsin`, which is ours: labels that tell alerts apart. */
  labels?: readonly GroupLabel[]
  /** From the key `tocsin`: fields that go into annotations. */
  annotations?: readonly string[]
  /** From the key `tocsin`: the severity label, in place of the level. */
  severity?: string
}

/** A condition over one record. */
export interface Rule extends RuleMetadata {
  logsource: LogSource
  /** Fields that Sigma's author would show to an analyst. */
  fields: readonly string[]
  detection: Expression
}

export type CorrelationType = 'event_count' | 'value_count' | 'temporal' | 'temporal_ordered'

/** A condition over what other rules have found. */
export interface Correlation extends RuleMetadata {
  type: CorrelationType
  /** Ids or names of rules or of other correlations, in their order. */
  rules: readonly string[]
  /** Fields, or names of `aliases`, with equal values in all that is counted together. */
  groupBy: readonly string[]
  timespanMs: Millis
  condition: CorrelationCondition
  /** Of `value_count`: the fields whose different values are counted. */
  field?: readonly string[]
  /** Name → rule (as `rules` names it) → the field that it stands for in that rule's records. */
  aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The rules raise alerts of their own too. */
  generate: boolean
}

/** Only lower bounds: whether a count stays small is never certain while records are late. */
export interface CorrelationCondition {
  op: 'gt' | 'gte'
  count: number
}

/** Why a rule was refused, or a text could not be read. Lines and columns count from 1. */
export interface RuleProblem {
  file?: string
  /** Id or title of the rule, where it has one. */
  rule?: string
  position?: { line: number; column: number }
  /** `detection.selection["eventName|re"]`. */
  path?: string
  message: string
}
