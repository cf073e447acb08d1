import type { RuleEntry } from '../config/config.ts'
import type { AuditRecord, Trail } from '../record/record.ts'
import type { CompiledConfig } from '../routing/compile.ts'
import { compileRules, type RuleSet } from '../rule/compile.ts'
import { compileCounted, compileGroup, type FieldText } from '../rule/facts.ts'
import type { Correlation, LogSource } from '../rule/rule.ts'
import { type AccountCorrelation, type EntryProblem, readRuleEntries } from './entries.ts'
import { compileRaise, type Raise } from './raise.ts'

/** A rule that holds for a record. */
export interface Holding {
  /** Its id in the account: what correlations count it by. */
  id: string
  entry: RuleEntry
  /** Absent: it only counts. */
  raise?: Raise
}

/** A correlation, ready to be told which rules hold. */
export interface Counter extends Holding {
  correlation: Correlation
  /** Hash of all that is written about it. */
  key: string
  /** By each rule that it counts: of a record, the values by which groups are told apart, and what is counted. */
  sides: ReadonlyMap<string, { groupOf(record: unknown): string[]; countedOf: FieldText }>
}

/** The rules of an account in one revision. */
export interface RuleBook {
  /** `onError`: the rule failed on this record and counts as one that does not hold. */
  match(record: AuditRecord, onError: (entry: RuleEntry, error: unknown) => void): Holding[]
  /** In steps: each counts what rules and the steps before it have found. */
  steps: Counter[][]
  /** Rules that this version cannot read. */
  problems: { entry: RuleEntry; problem: EntryProblem }[]
}

/**
 * Compiled when a revision is first asked for, and forgotten with it: whoever keeps configurations keeps
 * as many of these.
 */
export function createRuleBooks(): (config: CompiledConfig) => RuleBook {
  const books = new WeakMap<CompiledConfig, RuleBook>()
  return (config) => {
    const known = books.get(config) ?? compile(config.config.rules.filter(({ enabled }) => enabled))
    books.set(config, known)
    return known
  }
}

/** How Sigma calls the trails: https://sigmahq.io/docs/basics/log-sources.html */
const SOURCES: Record<Trail, { product: string; service: string }> = {
  cloudtrail: { product: 'aws', service: 'cloudtrail' },
  actiontrail: { product: 'alibabacloud', service: 'actiontrail' },
}

function compile(entries: readonly RuleEntry[]): RuleBook {
  const { rules, correlations, problems } = readRuleEntries(entries)
  const holdings = new Map(
    rules.map(({ entry, it, raises }): [string, Holding] => [
      it.id,
      { id: it.id, entry, ...(raises ? { raise: compileRaise(entry, it, []) } : {}) },
    ]),
  )
  const sets = new Map<Trail, RuleSet>()
  const setOf = (trail: Trail): RuleSet => {
    const set = sets.get(trail) ?? compileRules(rules.flatMap(({ it }) => (isFrom(it.logsource, trail) ? [it] : [])))
    sets.set(trail, set)
    return set
  }
  return {
    match: ({ trail, fields }, onError) =>
      setOf(trail)
        .match(fields, ({ id }, error) => onError(holdings.get(id)!.entry, error))
        .map(({ id }) => holdings.get(id)!),
    steps: stepsOf(correlations),
    problems: problems.map((problem) => ({ entry: entries[problem.entry]!, problem })),
  }
}

/** A rule that names no product, or no service, is for all of them. */
function isFrom({ product, service }: LogSource, trail: Trail): boolean {
  const source = SOURCES[trail]
  return (
    (product === undefined || product.toLowerCase() === source.product) &&
    (service === undefined || service.toLowerCase() === source.service)
  )
}

/** What counts others stands a step behind the last of them. */
function stepsOf(correlations: readonly AccountCorrelation[]): Counter[][] {
  const steps: Counter[][] = []
  const stepOf = new Map<string, number>()
  for (const given of correlations) {
    const step = Math.max(-1, ...given.it.rules.map((rule) => stepOf.get(rule) ?? -1)) + 1
    stepOf.set(given.it.id, step)
    steps[step] ??= []
    steps[step].push(counterOf(given))
  }
  return steps
}

function counterOf({ entry, it, raises, key }: AccountCorrelation): Counter {
  const groupBy = it.groupBy.map((name) => ({ label: name, fields: fieldsOf(it, name) }))
  return {
    ...{ id: it.id, entry, correlation: it, key },
    ...(raises ? { raise: compileRaise(entry, it, groupBy) } : {}),
    sides: new Map(
      it.rules.map((rule) => [rule, { groupOf: compileGroup(it, rule), countedOf: compileCounted(it, rule) }]),
    ),
  }
}

/** An alias stands for another field in the records of each rule; the group's value is the same in all. */
function fieldsOf({ aliases }: Correlation, name: string): string[] {
  const alias = aliases.get(name)
  return alias === undefined ? [name] : [...new Set(alias.values())]
}
