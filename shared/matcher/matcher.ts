import type { Labels } from '../alert/labels.ts'

export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** A matcher as data (configuration, silences): Alertmanager's four operators, regular expressions RE2 and anchored. */
export interface Matcher {
  name: string
  op: MatchOperator
  value: string
}

/** Whether labels match a list of matchers. Compiled once, see `compile.ts`. */
export type LabelTest = (labels: Labels) => boolean
