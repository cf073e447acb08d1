import { conditionMatches } from './condition.ts'
import { detectionMatches } from './detection.ts'

/*
 * Sigma, as slow and plain as possible: every rule is read anew for every record, straight from the specification,
 * version 2.1.0 (https://github.com/SigmaHQ/sigma-specification, `specification/`). This is the second opinion on
 * `shared/rule` and shares no code with `shared/rule`. Where the specification leaves a question open, a comment says
 * so beside the decision. Unknown input throws.
 */

/** `rule` is a parsed YAML document with a detection, `record` a parsed JSON object. */
export function ruleMatches(rule: unknown, record: unknown): boolean {
  const { condition, ...searches } = mapping(mapping(rule, 'rule').detection, 'detection')
  const found = (name: string): boolean => detectionMatches(searches[name], record)
  // "The condition can be a list […] They are logically linked with OR."
  return [condition].flat().some((text) => conditionMatches(String(text), Object.keys(searches), found))
}

export function mapping(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no mapping`)
  return value as Record<string, unknown>
}
