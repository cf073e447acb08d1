import type { Millis } from '../base/time.ts'
import type { Expression, Tree } from './expression.ts'
import type { Position } from './yaml.ts'

/** Sigma's five levels, from noise to certainty. */
export const SIGMA_LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type SigmaLevel = (typeof SIGMA_LEVELS)[number]

export interface LogSource {
  product?: string
  category?: string
  service?: string
}

/** The name of a field, or a type of ActionTrail's resources: the names of the record's resources of that type. */
export type FieldSource = string | { resource: string }

/** A label, and the fields that may have its value: the first field with a value counts. */
export interface GroupLabel {
  /** The field's name, unless the rule gives another name. */
  label: string
  fields: readonly FieldSource[]
}

/** The metadata that a rule and a correlation share. */
export interface RuleMetadata {
  /** Where the rule was read. */
  origin?: Origin
  /** Sigma's `id`; without an `id` the rule's `name`, without a `name` the title. */
  id: string
  title: string
  /** The name by which correlations may refer to the rule. */
  name?: string
  level?: SigmaLevel
  status?: string
  description?: string
  /** DRL 1.1 asks to show the author wherever the rule's matches are shown. */
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

/** A condition over a single record. */
export interface Rule extends RuleMetadata {
  logsource: LogSource
  /** Fields that Sigma's author would show to an analyst. */
  fields: readonly string[]
  detection: Expression
}

/** A condition that further narrows other rules. */
export interface Filter extends RuleMetadata {
  logsource: LogSource
  /** Ids or names of rules, or every rule of the log source. */
  rules: readonly string[] | 'any'
  detection: Expression
}

export type CorrelationType = 'event_count' | 'value_count' | 'temporal' | 'temporal_ordered'

/** A condition over the matches of other rules. */
export interface Correlation extends RuleMetadata {
  type: CorrelationType
  /** Ids or names of rules or of other correlations, in order. */
  rules: readonly string[]
  /** Fields, or names of `aliases`, that have equal values in records that are counted together. */
  groupBy: readonly string[]
  timespanMs: Millis
  condition: CorrelationCondition
  /** Only for `temporal`: in the place of a number of rules, which rules have to match, and which must not. */
  expression?: RuleExpression
  /** Only for `value_count`: the fields whose different values are counted. */
  field?: readonly string[]
  /** Name → rule (as `rules` names the rule) → the field that the name stands for in that rule's records. */
  aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The counted rules raise alerts of their own too. */
  generate: boolean
}

/** A condition of rules, as `a and not (b or c)`. */
export type RuleExpression = Tree<{ kind: 'rule'; rule: string }>

/** Only lower bounds: whether a count stays small is never certain while records are late. */
export interface CorrelationCondition {
  op: 'gt' | 'gte'
  count: number
}

/** Where a rule was read, for problems that are found after the reading. */
export interface Origin {
  file?: string
  /** The beginning of the rule's document. */
  position?: Position
  /** The places of the references to other rules, by `keyOf` their path. */
  references: ReadonlyMap<string, Position>
}

/** Why a rule was refused, or a text could not be read. Lines and columns count from 1. */
export interface RuleProblem {
  file?: string
  /** Id or title of the rule, when the rule has an id or a title. */
  rule?: string
  position?: { line: number; column: number }
  /** `detection.selection["eventName|re"]`. */
  path?: string
  message: string
}
