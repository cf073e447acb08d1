import type { RuleExpression } from './rule.ts'

/**
 * Whether a condition of rule names holds. A rule that has to match is looked for among the rules of one timespan
 * (`together`), a rule that must not match among all rules near the event (`near`): a rule is absent only if it did
 * not match a timespan before or after.
 */
export function holds(
  expression: RuleExpression,
  together: (rule: string) => boolean,
  near: (rule: string) => boolean,
): boolean {
  switch (expression.kind) {
    case 'all':
      return expression.of.every((part) => holds(part, together, near))
    case 'any':
      return expression.of.some((part) => holds(part, together, near))
    case 'not':
      return !holds(expression.of, near, together)
    default:
      return together(expression.rule)
  }
}

/** The number of names in the expression. */
export function namesIn(expression: RuleExpression): number {
  switch (expression.kind) {
    case 'all':
    case 'any':
      return expression.of.reduce((sum, part) => sum + namesIn(part), 0)
    case 'not':
      return namesIn(expression.of)
    default:
      return 1
  }
}

/** The expression with other texts in the place of its rules. */
export function renamed(expression: RuleExpression, nameOf: (rule: string) => string): RuleExpression {
  switch (expression.kind) {
    case 'all':
    case 'any':
      return { kind: expression.kind, of: expression.of.map((part) => renamed(part, nameOf)) }
    case 'not':
      return { kind: 'not', of: renamed(expression.of, nameOf) }
    default:
      return { kind: 'rule', rule: nameOf(expression.rule) }
  }
}
