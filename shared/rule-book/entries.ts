import { digest } from '../base/hash.ts'
import { finish, flatMapSteps, type Steps } from '../base/steps.ts'
import type { RuleEntry } from '../config/config.ts'
import type { Expression } from '../rule/expression.ts'
import { filterSteps, narrowedBy } from '../rule/filter.ts'
import { originText } from '../rule/origin.ts'
import { outlineOf, type RuleOutline } from '../rule/outline.ts'
import {
  createFinder,
  createScope,
  type FoundRule,
  linkCorrelation,
  type NamedRule,
  type NameScope,
  sortCorrelations,
} from '../rule/references.ts'
import type { Correlation, Filter, Rule, RuleProblem } from '../rule/rule.ts'
import { type EntrySource, sourceSteps } from './sources.ts'

/*
 * The rules of an account as Sigma rules. Two entries may contain the same Sigma rule (a template with different
 * parameters, or for another policy), so within an account a rule's id is the place of its entry and Sigma's own id. A
 * correlation refers to rules by id, by name or by the id of an entry; a reference is looked for in the correlation's
 * own entry first. A rule counted by a correlation of the same entry raises no alert of its own, as Sigma defines; a
 * rule in an entry of its own goes on raising alerts, even when a correlation counts the rule.
 */

export interface AccountRule {
  entry: RuleEntry
  /** Under the id in the account. */
  rule: RuleOutline
  /** The filters of the account that narrow the rule. */
  filters: readonly Filter[]
  /** False: the rule only counts for a correlation. */
  raises: boolean
}

const NO_FILTERS: readonly Filter[] = []

/** The rule with its filters, under its id in the account. */
export function wholeRule(one: AccountRule): Rule {
  return { ...one.rule.rule(), id: one.rule.id, detection: detectionOf(one) }
}

export function detectionOf({ rule, filters }: AccountRule): Expression {
  const { detection } = rule.rule()
  return filters.length === 0 ? detection : narrowedBy(detection, filters)
}

export interface AccountCorrelation {
  entry: RuleEntry
  correlation: Correlation
  /** False: the correlation only counts for another correlation. */
  raises: boolean
  /** Hash of the correlation's whole text: records counted under another text do not count. */
  key: string
}

export interface EntryProblem extends RuleProblem {
  /** Place in the list of entries. */
  entry: number
  field: EntrySource['field']
  /** The id or name that a correlation refers to and that no enabled rule has. */
  missing?: string
  /** The correlation is sound and counts a correlation with a problem of its own. */
  consequence?: true
}

export interface AccountRules {
  rules: AccountRule[]
  /** Sorted so that a correlation follows its counted correlations. */
  correlations: AccountCorrelation[]
  problems: EntryProblem[]
  /** What the authors surely did not mean, though the rules can run. */
  warnings: EntryProblem[]
}

/** Outlines of sound rules by their entry, in the place of the texts. They bring no warnings. */
export type Outlines = ReadonlyMap<RuleEntry, readonly RuleOutline[]>

const NO_OUTLINES: Outlines = new Map()

/** Reads the account's entries. A rule with a problem is left out; the remaining rules are there. */
export function readRuleEntries(entries: readonly RuleEntry[], outlines = NO_OUTLINES): AccountRules {
  return finish(ruleEntrySteps(entries, outlines))
}

/** `readRuleEntries` in steps, for thousands of entries. */
export function* ruleEntrySteps(entries: readonly RuleEntry[], outlines = NO_OUTLINES): Steps<AccountRules> {
  const problems: EntryProblem[] = []
  const warnings: EntryProblem[] = []
  const parsed: ParsedEntry[] = []
  for (const [place, entry] of entries.entries()) {
    const known = outlines.get(entry)
    parsed.push(
      known === undefined
        ? parseEntry(entry, yield* sourceSteps(entry), place, problems, warnings)
        : outlinedEntry(entry, known, place, problems),
    )
    yield UNITS_PER_LINK
  }
  // Only correlations and filters refer to rules.
  const refers = parsed.some(({ correlations, filters }) => correlations.length + filters.length > 0)
  const named = refers
    ? yield* flatMapSteps(parsed, UNITS_PER_LINK, (one) => (one.entry.enabled ? namedRules(one) : []))
    : []
  const account = createScope(named)
  yield named.length * UNITS_PER_NAME
  const find = createFinder('enabled ')
  const rules: AccountRule[] = []
  const correlations = new Map<string, AccountCorrelation>()
  for (const one of parsed) {
    if (one.correlations.length === 0) {
      for (const rule of one.rules) rules.push(accountRule(one.entry, ruleIn(one.place, rule), true))
    } else {
      const linked = withAccountIds(one, account, find, problems)
      for (const rule of linked.rules) rules.push(rule)
      for (const given of linked.correlations) correlations.set(given.correlation.id, given)
    }
    yield UNITS_PER_LINK * (1 + one.correlations.length)
  }
  const narrowed = yield* filtered(parsed, rules, account, find, problems, warnings)
  yield narrowed.length * UNITS_PER_NAME
  return { rules: narrowed, correlations: sorted(narrowed, correlations, problems), problems, warnings }
}

/** A look-up of an entry in several maps. */
const UNITS_PER_LINK = 4
const UNITS_PER_NAME = 2

/** The documents of an entry, with Sigma's own ids and names. */
interface ParsedEntry {
  entry: RuleEntry
  place: number
  field: EntryProblem['field']
  text: string
  rules: readonly RuleOutline[]
  correlations: readonly Correlation[]
  filters: readonly Filter[]
}

function parseEntry(
  entry: RuleEntry,
  { field, sigma, text }: EntrySource,
  place: number,
  problems: EntryProblem[],
  warnings: EntryProblem[],
): ParsedEntry {
  const repeated = duplicates([...sigma.rules, ...sigma.correlations, ...sigma.filters])
  const wrong = repeated.length === 0 ? sigma.problems : [...sigma.problems, ...repeated]
  for (const problem of wrong) problems.push({ entry: place, field, ...problem })
  for (const warning of sigma.warnings) warnings.push({ entry: place, field, ...warning })
  const { rules, correlations, filters } = wrong.length === 0 ? sigma : { rules: [], correlations: [], filters: [] }
  return { entry, place, field, text, rules: rules.map(outlineOf), correlations, filters }
}

function outlinedEntry(
  entry: RuleEntry,
  rules: readonly RuleOutline[],
  place: number,
  problems: EntryProblem[],
): ParsedEntry {
  const repeated = duplicates(rules)
  for (const problem of repeated) problems.push({ entry: place, field: 'sigma', ...problem })
  const sound = repeated.length === 0 ? rules : []
  return { entry, place, field: 'sigma', text: '', rules: sound, correlations: [], filters: [] }
}

/** The rules and correlations of an entry under their ids in the account, with the references of correlations resolved. */
function withAccountIds(
  parsed: ParsedEntry,
  account: NameScope,
  find: ReturnType<typeof createFinder>,
  problems: EntryProblem[],
): { rules: AccountRule[]; correlations: AccountCorrelation[] } {
  const { entry, place, field, text } = parsed
  const scopes = [createScope(namedRules(parsed)), account]
  const findRule = (reference: string): FoundRule => find(reference, scopes)
  const correlations = parsed.correlations.flatMap(({ name: _name, ...given }) => {
    const { correlation, problems: found } = linkCorrelation(given, findRule)
    for (const problem of found) problems.push({ entry: place, field, ...problem })
    if (correlation === undefined) return []
    return [{ sigmaId: given.id, correlation: { ...correlation, id: idIn(place, given.id) } }]
  })
  const generated = new Set(correlations.flatMap(({ correlation }) => (correlation.generate ? correlation.rules : [])))
  const counted = new Set(correlations.flatMap(({ correlation }) => correlation.rules))
  const raises = (id: string): boolean => !counted.has(id) || generated.has(id)
  return {
    rules: parsed.rules.map((given) => {
      const rule = ruleIn(place, given)
      return accountRule(entry, rule, raises(rule.id))
    }),
    correlations: correlations.map(({ sigmaId, correlation }) => {
      return { entry, correlation, raises: raises(correlation.id), key: digest([entry.id, sigmaId, text]) }
    }),
  }
}

function accountRule(entry: RuleEntry, rule: RuleOutline, raises: boolean): AccountRule {
  return { entry, rule, filters: NO_FILTERS, raises }
}

function ruleIn(place: number, { id, name, title, logsource, origin, anchorSets, rule }: RuleOutline): RuleOutline {
  return { id: idIn(place, id), name, title, logsource, origin, anchorSets, rule }
}

/** The rules with the account's filters. A filter of an entry that is not enabled narrows nothing. */
function* filtered(
  parsed: readonly ParsedEntry[],
  rules: readonly AccountRule[],
  account: NameScope,
  find: ReturnType<typeof createFinder>,
  problems: EntryProblem[],
  warnings: EntryProblem[],
): Steps<AccountRule[]> {
  const owners = new Map<Filter, ParsedEntry>()
  for (const one of parsed) for (const filter of one.filters) if (one.entry.enabled) owners.set(filter, one)
  if (owners.size === 0) return [...rules]
  const scopes = new Map([...owners.values()].map((owner) => [owner, [createScope(namedRules(owner)), account]]))
  const findRule = (reference: string, filter: Filter): FoundRule => find(reference, scopes.get(owners.get(filter)!)!)
  const result = yield* filterSteps(
    rules.map(({ rule }) => rule),
    [...owners.keys()],
    findRule,
  )
  const inEntry = ({ filter, ...problem }: RuleProblem & { filter: Filter }): EntryProblem => {
    const { place, field } = owners.get(filter)!
    return { entry: place, field, ...problem }
  }
  for (const problem of result.problems) problems.push(inEntry(problem))
  for (const warning of result.warnings) warnings.push(inEntry(warning))
  return rules.map((one) => ({ ...one, filters: result.filtersOf.get(one.rule) ?? NO_FILTERS }))
}

/** The rules of an entry, under their ids in the account. An entry with a single rule names the rule too. */
function namedRules({ entry, place, rules, correlations }: ParsedEntry): NamedRule[] {
  const all = [...rules, ...correlations]
  return all.map(({ id, name, title }) => {
    const names = [id, name, all.length === 1 ? entry.id : undefined].filter((one) => one !== undefined)
    return { id: idIn(place, id), names, title }
  })
}

function idIn(place: number, id: string): string {
  return `${place}/${id}`
}

/** Counted correlations come before the counting correlations. A correlation in a circle is left out. */
function sorted(
  rules: readonly AccountRule[],
  correlations: ReadonlyMap<string, AccountCorrelation>,
  problems: EntryProblem[],
): AccountCorrelation[] {
  if (correlations.size === 0) return []
  const { correlations: ordered, problems: found } = sortCorrelations(
    rules.map(({ rule }) => rule),
    [...correlations.values()].map(({ correlation }) => correlation),
  )
  for (const { rule = '', ...problem } of found) {
    const slash = rule.indexOf('/')
    const own = {
      entry: Number(rule.slice(0, slash)),
      field: 'sigma',
      rule: rule.slice(slash + 1),
      ...problem,
    } as const
    problems.push(countsItself(rule, correlations) ? own : { ...own, consequence: true })
  }
  return ordered.flatMap((correlation) => correlations.get(correlation.id) ?? [])
}

/** Whether a correlation is among the correlations that it counts, directly or through other correlations. */
function countsItself(id: string, correlations: ReadonlyMap<string, AccountCorrelation>): boolean {
  const counted = new Set(correlations.get(id)?.correlation.rules)
  for (const rule of counted) for (const next of correlations.get(rule)?.correlation.rules ?? []) counted.add(next)
  return counted.has(id)
}

function duplicates(all: readonly Pick<Rule, 'id' | 'origin'>[]): RuleProblem[] {
  if (all.length < 2) return []
  const known = new Map<string, Pick<Rule, 'origin'>>()
  return all.flatMap((one) => {
    const first = known.get(one.id)
    if (first === undefined) known.set(one.id, one)
    if (first === undefined) return []
    const place = originText(first.origin)
    const message = `there is another rule of this id in the entry${place === '' ? '' : `, in ${place}`}`
    return [{ rule: one.id, position: one.origin?.position, message }]
  })
}
