import { type Check, compileCheck } from './check.ts'
import { compileFinder, find } from './finder.ts'
import { type Fields, isFields } from './reading.ts'
import type { Rule } from './rule.ts'
import { createView } from './view.ts'

export interface RuleSet {
  /**
   * The rules that hold for a record, in the order in which they were given. A rule that fails on the
   * record counts as one that does not hold, and is reported; it stops no other.
   */
  match(record: unknown, onError?: OnError): readonly Rule[]
}

type OnError = (rule: Rule, error: unknown) => void

interface CompiledRule {
  rule: Rule
  order: number
  check: Check
  /** The last record for which it was asked: several anchors may lead to one rule. */
  turn: number
}

const NO_RULES: readonly Rule[] = []
const NO_FIELDS: Fields = {}

export function compileRules(rules: readonly Rule[]): RuleSet {
  const view = createView()
  const checks = { view, known: new Map() }
  const compiledRules = rules.map(
    (rule, order): CompiledRule => ({ rule, order, check: compileCheck(checks, rule.detection), turn: 0 }),
  )
  // Only compiling asks who else asks the same; the questions of thousands of rules are long.
  checks.known.clear()
  const finder = compileFinder(view, compiledRules, ({ rule }) => rule.detection)
  let matched: CompiledRule[] = []
  let report: OnError | undefined
  const visit = (candidates: readonly CompiledRule[]): false => {
    for (let i = 0; i < candidates.length; i++) {
      const compiled = candidates[i] as CompiledRule
      if (compiled.turn === view.turn) continue
      compiled.turn = view.turn
      if (matches(compiled, report)) matched.push(compiled)
    }
    return false
  }
  return {
    match(record, onError) {
      if (!isFields(record)) return NO_RULES
      view.turn++
      view.record = record
      if (matched.length > 0) matched = []
      report = onError
      find(view, finder, visit)
      // What was a record is not kept alive by the rules.
      view.record = NO_FIELDS
      return matched.length === 0 ? NO_RULES : inOrder(matched)
    },
  }
}

function matches(compiled: CompiledRule, onError: OnError | undefined): boolean {
  try {
    return compiled.check()
  } catch (error) {
    onError?.(compiled.rule, error)
    return false
  }
}

function inOrder(held: CompiledRule[]): readonly Rule[] {
  if (held.length > 1) held.sort((a, b) => a.order - b.order)
  return held.map(({ rule }) => rule)
}
