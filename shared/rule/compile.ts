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

interface Entry {
  rule: Rule
  order: number
  check: Check
  /** The last record for which it was asked: several anchors may lead to one rule. */
  turn: number
}

const NOTHING: readonly Rule[] = []
const NO_FIELDS: Fields = {}

export function compileRules(rules: readonly Rule[]): RuleSet {
  const view = createView()
  const checks = { view, known: new Map() }
  const entries = rules.map(
    (rule, order): Entry => ({ rule, order, check: compileCheck(checks, rule.detection), turn: 0 }),
  )
  // Only compiling asks who else asks the same; the questions of thousands of rules are long.
  checks.known.clear()
  const finder = compileFinder(view, entries, ({ rule }) => rule.detection)
  let held: Entry[] = []
  let report: OnError | undefined
  const ask = (some: readonly Entry[]): false => {
    for (let i = 0; i < some.length; i++) {
      const entry = some[i] as Entry
      if (entry.turn === view.turn) continue
      entry.turn = view.turn
      if (holds(entry, report)) held.push(entry)
    }
    return false
  }
  return {
    match(record, onError) {
      if (!isFields(record)) return NOTHING
      view.turn++
      view.record = record
      if (held.length > 0) held = []
      report = onError
      find(view, finder, ask)
      // What was a record is not kept alive by the rules.
      view.record = NO_FIELDS
      return held.length === 0 ? NOTHING : inOrder(held)
    },
  }
}

function holds(entry: Entry, onError: OnError | undefined): boolean {
  try {
    return entry.check()
  } catch (error) {
    onError?.(entry.rule, error)
    return false
  }
}

function inOrder(held: Entry[]): readonly Rule[] {
  if (held.length > 1) held.sort((a, b) => a.order - b.order)
  return held.map(({ rule }) => rule)
}
