import { LIMITS } from '../base/limits.ts'
import { finish, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import { type AnchorSet, anchorSetsOf } from './anchor.ts'
import { type Check, type Checks, compileCheck } from './check.ts'
import type { Expression } from './expression.ts'
import { compileFinder, find } from './finder.ts'
import type { Fields } from './reading.ts'
import type { Rule } from './rule.ts'
import { createView } from './view.ts'

export interface RuleSet<One = Rule> {
  /**
   * The rules that match a record, in the order in which the rules were given. A rule that fails on the record counts
   * as not matching, and is reported; the failure stops no other rule.
   */
  match(record: unknown, onError?: OnError<One>): readonly One[]
  /** Tests of texts that the last record took. */
  spent(): number
}

type OnError<One> = (rule: One, error: unknown) => void

/** How a set reads its rules. */
export interface RuleReader<One> {
  anchorSetsOf(rule: One): readonly AnchorSet[]
  /** Called once, when a record comes for which the rule is asked: most rules of thousands never are. */
  detectionOf(rule: One): Expression
}

interface CompiledRule<One> {
  rule: One
  order: number
  check: Check | undefined
  /** The last record for which the rule was asked: several anchors may lead to the same rule. */
  turn: number
}

const NO_FIELDS: Fields = {}

const WHOLE: RuleReader<Rule> = {
  anchorSetsOf: ({ detection }) => anchorSetsOf(detection),
  detectionOf: ({ detection }) => detection,
}

export function compileRules(rules: readonly Rule[]): RuleSet {
  return finish(compileRuleSteps(rules, WHOLE))
}

/** A set of rules, made in steps, for thousands of rules. */
export function* compileRuleSteps<One>(rules: readonly One[], reader: RuleReader<One>): Steps<RuleSet<One>> {
  const view = createView()
  const checks: Checks = { view, known: new Map() }
  const compiledRules = rules.map((rule, order): CompiledRule<One> => ({ rule, order, check: undefined, turn: 0 }))
  const finder = yield* compileFinder(view, compiledRules, ({ rule }) => reader.anchorSetsOf(rule))
  const noRules: readonly One[] = []
  let matched: CompiledRule<One>[] = []
  let report: OnError<One> | undefined
  const matches = (compiled: CompiledRule<One>): boolean => {
    try {
      compiled.check ??= compileCheck(checks, reader.detectionOf(compiled.rule))
      return compiled.check()
    } catch (error) {
      report?.(compiled.rule, error)
      return false
    }
  }
  const visit = (candidates: readonly CompiledRule<One>[]): false => {
    for (let i = 0; i < candidates.length; i++) {
      const compiled = candidates[i] as CompiledRule<One>
      if (compiled.turn === view.turn) continue
      compiled.turn = view.turn
      if (matches(compiled)) matched.push(compiled)
    }
    return false
  }
  return {
    match(record, onError) {
      if (!isObject(record)) return noRules
      view.turn++
      view.left = LIMITS.sigmaRecordTests
      view.record = record
      if (matched.length > 0) matched = []
      report = onError
      find(view, finder, visit)
      // The compiled rules must not keep a record alive after the call.
      view.record = NO_FIELDS
      return matched.length === 0 ? noRules : inOrder(matched)
    },
    spent: () => LIMITS.sigmaRecordTests - view.left,
  }
}

function inOrder<One>(held: CompiledRule<One>[]): readonly One[] {
  if (held.length > 1) held.sort((a, b) => a.order - b.order)
  return held.map(({ rule }) => rule)
}
