import { finish, type Steps } from '../base/steps.ts'
import { type Expression, joined } from './expression.ts'
import { problemAt } from './origin.ts'
import type { FoundRule, ReferenceProblem } from './references.ts'
import type { Filter, LogSource, Rule, RuleProblem } from './rule.ts'

export interface FilteredRules extends FoundFilters {
  rules: Rule[]
}

interface FoundFilters {
  problems: (ReferenceProblem & { filter: Filter })[]
  warnings: (RuleProblem & { filter: Filter })[]
}

const PATH = ['filter', 'rules']
/** A filter looks at every rule, and a rule is compiled together with the filters of the rule. */
const MAX_FILTERS = 1_000
const MAX_PER_RULE = 100
/** A rule with ten filters counts ten times. */
const MAX_NARROWED = 100_000
/** A comparison of two log sources. */
const RULES_PER_UNIT = 8

/**
 * The rules with their filters: a rule matches if its own condition and the condition of every filter hold. A filter
 * narrows the rules that it names, or any rule, as far as their log source is the filter's. A filter with a wrong
 * reference narrows no rule, since a part of what its author meant would be missing.
 */
export function applyFilters(
  rules: readonly Rule[],
  filters: readonly Filter[],
  find: (reference: string, filter: Filter) => FoundRule,
): FilteredRules {
  const { filtersOf, ...found } = finish(filterSteps(rules, filters, find))
  const narrowed = rules.map((rule) => {
    const own = filtersOf.get(rule)
    return own === undefined ? rule : { ...rule, detection: narrowedBy(rule.detection, own) }
  })
  return { rules: narrowed, ...found }
}

/** A condition together with the conditions of the filters. */
export function narrowedBy(detection: Expression, filters: readonly Filter[]): Expression {
  return joined('all', [detection, ...filters.map((filter) => filter.detection)])
}

/** The filters of each rule, found in steps: a filter for any rule looks at every rule. */
export function* filterSteps<One extends Pick<Rule, 'id' | 'title' | 'logsource'>>(
  rules: readonly One[],
  filters: readonly Filter[],
  find: (reference: string, filter: Filter) => FoundRule,
): Steps<FoundFilters & { filtersOf: ReadonlyMap<One, readonly Filter[]> }> {
  const problems: FoundFilters['problems'] = []
  const warnings: FoundFilters['warnings'] = []
  const refuse = (filter: Filter, message: string): void => {
    problems.push({ ...problemAt(filter.origin, PATH, filter.id, message), filter })
  }
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  let narrowings = 0
  const filtersOf = new Map<One, Filter[]>()
  for (const filter of filters.slice(MAX_FILTERS)) refuse(filter, `there are more than ${MAX_FILTERS} filters`)
  for (const filter of filters.slice(0, MAX_FILTERS)) {
    const named = filter.rules === 'any' ? rules : namedRules(filter, filter.rules, byId, find, problems)
    const fitting = named?.filter(({ logsource }) => covers(filter.logsource, logsource))
    const full = fitting?.find((rule) => (filtersOf.get(rule)?.length ?? 0) >= MAX_PER_RULE)
    if (full !== undefined) refuse(filter, `${JSON.stringify(full.title)} has more than ${MAX_PER_RULE} filters`)
    else if (narrowings + (fitting?.length ?? 0) > MAX_NARROWED) refuse(filter, TOO_MANY)
    else {
      narrowings += fitting?.length ?? 0
      for (const rule of fitting ?? []) addTo(filtersOf, rule, filter)
    }
    yield 1 + (named?.length ?? 0) / RULES_PER_UNIT
    if (fitting?.length !== 0) continue
    const why = filter.rules === 'any' ? 'no rule has its logsource' : 'the rules that it names have another logsource'
    warnings.push({ ...problemAt(filter.origin, PATH, filter.id, `the filter narrows no rule: ${why}`), filter })
  }
  return { filtersOf, problems, warnings }
}

const TOO_MANY = `the filters narrow more rules than ${MAX_NARROWED}, where a rule with two filters counts twice: name fewer rules`

function addTo<One>(filtersOf: Map<One, Filter[]>, rule: One, filter: Filter): void {
  const own = filtersOf.get(rule)
  if (own === undefined) filtersOf.set(rule, [filter])
  else own.push(filter)
}

/** Undefined: a reference is wrong, which was added to the problems. */
function namedRules<One>(
  filter: Filter,
  references: readonly string[],
  byId: ReadonlyMap<string, One>,
  find: (reference: string, filter: Filter) => FoundRule,
  problems: FoundFilters['problems'],
): One[] | undefined {
  const found = new Set<One>()
  let isWrong = false
  for (const reference of references) {
    const result = find(reference, filter)
    const rule = result.ok ? byId.get(result.id) : undefined
    if (rule !== undefined) found.add(rule)
    else {
      isWrong = true
      const message = result.ok ? 'is a correlation: name the rules that it counts' : result.message
      const missing = !result.ok && result.missing ? reference : undefined
      problems.push({ ...problemAt(filter.origin, [...PATH, reference], filter.id, message, PATH), missing, filter })
    }
  }
  return isWrong ? undefined : [...found]
}

/** A filter without a product is for rules of every product, and so on. */
function covers(filter: LogSource, rule: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every((key) => {
    return filter[key] === undefined || filter[key].toLowerCase() === rule[key]?.toLowerCase()
  })
}
