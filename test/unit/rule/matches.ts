import { compileRules } from '../../../shared/rule/compile.ts'
import { type ParseOptions, parseSigmaObject } from '../../../shared/rule/parse.ts'
import type { Rule } from '../../../shared/rule/rule.ts'

/**
 * The rule of a detection given as an object; without a condition, the condition is `selection`. Throws when the rule
 * is refused.
 */
export function ruleOf(detection: Record<string, unknown>, options?: ParseOptions): Rule {
  const { rules, problems } = parseSigmaObject(
    { title: 'test', logsource: { product: 'test' }, detection: { condition: 'selection', ...detection } },
    options,
  )
  const [rule] = rules
  if (rule === undefined) throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return rule
}

/** Whether a rule with the only detection `selection` matches. A rule that fails on the record fails the test. */
export function selectionMatches(selection: unknown, record: unknown, options?: ParseOptions): boolean {
  return ruleMatches(ruleOf({ selection }, options), record)
}

export function ruleMatches(rule: Rule, record: unknown): boolean {
  const found = compileRules([rule]).match(record, (_, error) => {
    throw error
  })
  return found.length === 1
}

/** The problems of a detection, as `path: message`. */
export function problemsOf(detection: Record<string, unknown>, options?: ParseOptions): string[] {
  const { problems } = parseSigmaObject({ title: 'test', detection: { condition: 'selection', ...detection } }, options)
  return problems.map(({ path, message }) => `${path}: ${message}`)
}
