import { digest } from '../base/hash.ts'
import { LIMITS } from '../base/limits.ts'
import { finish, flatMapSteps, type Steps } from '../base/steps.ts'
import type { RuleEntry } from '../config/config.ts'
import { filterSteps } from '../rule/filter.ts'
import { originText, pathText } from '../rule/origin.ts'
import { emptySigma, type ParsedSigma, parseSigmaObject, readSigma } from '../rule/parse.ts'
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
import { parameterPlaces, parameterText, withParameters } from '../rule-templates/parameters.ts'
import { templateNamed } from '../rule-templates/template.ts'

/*
 * The rules of an account as Sigma rules. Two entries may contain the same Sigma rule (a template with different
 * parameters, or for another policy), so within an account a rule's id is the place of its entry and Sigma's own id. A
 * correlation refers to rules by id, by name or by the id of an entry; a reference is looked for in the correlation's
 * own entry first. A rule counted by a correlation of the same entry raises no alert of its own, as Sigma defines; a
 * rule in an entry of its own goes on raising alerts, even when a correlation counts the rule.
 */

export interface AccountRule {
  entry: RuleEntry
  rule: Rule
  /** False: the rule only counts for a correlation. */
  raises: boolean
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
  field: 'template' | 'parameters' | 'sigma'
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

const NO_SOURCES: ReadonlyMap<RuleEntry, EntrySource> = new Map()

/**
 * Reads the account's entries. A rule with a problem is left out; the remaining rules are there. `sources`: entries that
 * were read before.
 */
export function readRuleEntries(entries: readonly RuleEntry[], sources = NO_SOURCES): AccountRules {
  return finish(ruleEntrySteps(entries, sources))
}

/** `readRuleEntries` in steps, for thousands of entries. */
export function* ruleEntrySteps(entries: readonly RuleEntry[], sources = NO_SOURCES): Steps<AccountRules> {
  const problems: EntryProblem[] = []
  const warnings: EntryProblem[] = []
  const parsed: ParsedEntry[] = []
  for (const [place, entry] of entries.entries()) {
    const source = sources.get(entry) ?? (yield* sourceSteps(entry))
    parsed.push(parseEntry(entry, source, place, problems, warnings))
    yield UNITS_PER_LINK
  }
  // Only correlations and filters refer to rules.
  const refers = parsed.some(({ correlations, filters }) => correlations.length + filters.length > 0)
  const named = yield* flatMapSteps(parsed, UNITS_PER_LINK, (one) =>
    refers && one.entry.enabled ? namedRules(one) : [],
  )
  const account = createScope(named)
  yield named.length * UNITS_PER_NAME
  const find = createFinder('enabled ')
  const rules: AccountRule[] = []
  const correlations = new Map<string, AccountCorrelation>()
  for (const one of parsed) {
    const linked = withAccountIds(one, account, find, problems)
    for (const rule of linked.rules) rules.push(rule)
    for (const given of linked.correlations) correlations.set(given.correlation.id, given)
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
  rules: readonly Rule[]
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
  return { entry, place, field, text, rules, correlations, filters }
}

/** Gives every rule its id in the account, and resolves the references of correlations. */
function withAccountIds(
  parsed: ParsedEntry,
  account: NameScope,
  find: ReturnType<typeof createFinder>,
  problems: EntryProblem[],
): { rules: AccountRule[]; correlations: AccountCorrelation[] } {
  const { entry, place, field, text } = parsed
  if (parsed.correlations.length === 0) {
    return { rules: parsed.rules.map((rule) => ({ entry, rule: ruleIn(place, rule), raises: true })), correlations: [] }
  }
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
      return { entry, rule, raises: raises(rule.id) }
    }),
    correlations: correlations.map(({ sigmaId, correlation }) => {
      return { entry, correlation, raises: raises(correlation.id), key: digest([entry.id, sigmaId, text]) }
    }),
  }
}

function ruleIn(place: number, rule: Rule): Rule {
  return { ...rule, id: idIn(place, rule.id) }
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
  return rules.map((rule, index) => ({ ...rule, rule: result.rules[index]! }))
}

/** An entry's Sigma text, read. Problems are about the member `field` of the entry. */
export interface EntrySource {
  field: EntryProblem['field']
  sigma: ParsedSigma
  text: string
}

/**
 * Reads the texts of the entries in steps, and counts what is limited for an account. A kept text is not read again: a
 * change of one rule among a thousand reads one text.
 */
export function* prepareRuleEntries(entries: readonly RuleEntry[]): Steps<{ regexSteps: number; tests: number }> {
  let regexSteps = 0
  let tests = 0
  for (const entry of entries) {
    const { sigma } = yield* sourceSteps(entry)
    regexSteps += sigma.regexSteps
    tests += sigma.tests
    if (regexSteps > LIMITS.documentSigmaRegexSize || tests > LIMITS.documentSigmaTests) break
  }
  return { regexSteps, tests }
}

/** Reads the text of an entry, unless the text was read before. */
export function* sourceSteps(entry: RuleEntry): Steps<EntrySource> {
  const { key, chars } = keyOf(entry)
  const known = kept.get(key)
  if (known !== undefined) {
    // The source is put back at the end: the first source is the one that nobody needed for the longest time.
    kept.delete(key)
    kept.set(key, known)
    yield UNITS_PER_KEY + chars / CHARS_PER_UNIT
    return known.source
  }
  const source = yield* readSource(entry)
  keep(key, source, chars)
  const { regexSteps, tests } = source.sigma
  yield UNITS_PER_TEXT + chars / CHARS_PER_UNIT + regexSteps * UNITS_PER_REGEX_STEP + tests
  return source
}

/** Keeps a source that was not read from the text. Returns units of work. */
export function keepSource(entry: RuleEntry, source: EntrySource): number {
  const { key, chars } = keyOf(entry)
  if (!kept.has(key)) keep(key, source, chars)
  return UNITS_PER_KEY + chars / CHARS_PER_UNIT
}

function keyOf({ template, parameters, sigma }: RuleEntry): { key: string; chars: number } {
  const text = JSON.stringify([template, parameters, sigma])
  return { key: digest([text]), chars: text.length }
}

function keep(key: string, source: EntrySource, chars: number): void {
  kept.set(key, { source, chars })
  keptChars += chars
  for (const [oldest, { chars: freed }] of kept) {
    if (keptChars <= KEPT_CHARS) return
    kept.delete(oldest)
    keptChars -= freed
  }
}

/**
 * The cache of a pure function, large enough for an account of the largest size: a request that reads all rules twice reads
 * each text once. An entry of the cache is never changed.
 */
const KEPT_CHARS = LIMITS.rulesBytes
const kept = new Map<string, { source: EntrySource; chars: number }>()
let keptChars = 0
/** The text of an entry is written and hashed. */
const UNITS_PER_KEY = 10
const UNITS_PER_TEXT = 200
const CHARS_PER_UNIT = 64
const UNITS_PER_REGEX_STEP = 4

function* readSource({ template: name, parameters, sigma: given = '' }: RuleEntry): Steps<EntrySource> {
  if (name === undefined) {
    const sigma = typeof given === 'string' ? yield* readSigma(given) : parseSigmaObject(given)
    if (sigma.rules.length + sigma.correlations.length + sigma.filters.length + sigma.problems.length === 0) {
      sigma.problems.push({ message: 'there is no rule in it' })
    }
    return { field: 'sigma', sigma, text: JSON.stringify(given) }
  }
  const template = templateNamed(name)
  if (template === undefined) {
    return unreadableEntry('template', `no template ${JSON.stringify(name.slice(0, 100))} is shipped`)
  }
  const filled =
    parameters === undefined ? { ok: true as const, text: template.text } : withParameters(template, parameters)
  if (!filled.ok) return unreadableEntry('parameters', filled.error)
  const sigma = yield* readSigma(filled.text)
  if (sigma.problems.length === 0) return { field: 'template', sigma, text: filled.text }
  // A shipped rule has no problem of its own.
  const places = [...parameterPlaces(template)].map(([name, place]) => ({ name, path: pathText(place) }))
  const problems = sigma.problems.map(({ path = '', message }): RuleProblem => {
    const parameter = places.find((place) => path.startsWith(place.path))?.name
    return { message: parameter === undefined ? message : parameterText(template, parameter, message) }
  })
  return { field: 'parameters', sigma: { ...sigma, problems }, text: filled.text }
}

function unreadableEntry(field: EntryProblem['field'], message: string): EntrySource {
  return { field, sigma: { ...emptySigma(), problems: [{ message }] }, text: '' }
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

function duplicates(all: readonly (Rule | Correlation | Filter)[]): RuleProblem[] {
  if (all.length < 2) return []
  const known = new Map<string, Rule | Correlation | Filter>()
  return all.flatMap((one) => {
    const first = known.get(one.id)
    if (first === undefined) known.set(one.id, one)
    if (first === undefined) return []
    const place = originText(first.origin)
    const message = `there is another rule of this id in the entry${place === '' ? '' : `, in ${place}`}`
    return [{ rule: one.id, position: one.origin?.position, message }]
  })
}
