import { LIMITS } from '../base/limits.ts'
import { finish, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import { type Check, type Checks, compileCheck } from './check.ts'
import { compileFinder, find } from './finder.ts'
import type { Fields } from './reading.ts'
import type { Rule } from './rule.ts'
import { createView } from './view.ts'

export interface RuleSet {
  /**
   * The rules that match a record, in the order in which the rules were given. A rule that fails on the record counts
   * as not matching, and is reported; the failure stops no other rule.
   */
  match(record: unknown, onError?: OnError): readonly Rule[]
  /** Tests of texts that the last record took. */
  spent(): number
}

type OnError = (rule: Rule, error: unknown) => void

interface CompiledRule {
  rule: Rule
  order: number
  /** Compiled when a record comes for which the rule is asked: most rules of thousands never are. */
  check: Check | undefined
  /** The last record for which the rule was asked: several anchors may lead to the same rule. */
  turn: number
}

const NO_RULES: readonly Rule[] = []
const NO_FIELDS: Fields = {}

export function compileRules(rules: readonly Rule[]): RuleSet {
  return finish(compileRuleSteps(rules))
}

/** `compileRules` in steps, for thousands of rules. */
export function* compileRuleSteps(rules: readonly Rule[]): Steps<RuleSet> {
  const view = createView()
  const checks: Checks = { view, known: new Map() }
  const compiledRules = rules.map((rule, order): CompiledRule => ({ rule, order, check: undefined, turn: 0 }))
  const finder = yield* compileFinder(view, compiledRules, ({ rule }) => rule.detection)
  let matched: CompiledRule[] = []
  let report: OnError | undefined
  const visit = (candidates: readonly CompiledRule[]): false => {
    for (let i = 0; i < candidates.length; i++) {
      const compiled = candidates[i] as CompiledRule
      if (compiled.turn === view.turn) continue
      compiled.turn = view.turn
      if (matches(checks, compiled, report)) matched.push(compiled)
    }
    return false
  }
  return {
    match(record, onError) {
      if (!isObject(record)) return NO_RULES
      view.turn++
      view.left = LIMITS.sigmaRecordTests
      view.record = record
      if (matched.length > 0) matched = []
      report = onError
      find(view, finder, visit)
      // The compiled rules must not keep a record alive after the call.
      view.record = NO_FIELDS
      return matched.length === 0 ? NO_RULES : inOrder(matched)
    },
    spent: () => LIMITS.sigmaRecordTests - view.left,
  }
}

function matches(checks: Checks, compiled: CompiledRule, onError: OnError | undefined): boolean {
  try {
    compiled.check ??= compileCheck(checks, compiled.rule.detection)
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
