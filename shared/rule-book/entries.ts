import { digest } from '../base/hash.ts'
import type { RuleEntry } from '../config/config.ts'
import { parseSigma, parseSigmaObject } from '../rule/parse.ts'
import { resolveCorrelations } from '../rule/references.ts'
import type { Correlation, Rule, RuleProblem } from '../rule/rule.ts'
import { withParameters } from '../rule-templates/parameters.ts'
import { templateNamed } from '../rule-templates/template.ts'

/*
 * The rules of an account as Sigma's own things. Two entries may hold the same Sigma rule (a template with
 * other parameters, or for another policy), so within an account a rule's id is its entry's place and its
 * own id. What a correlation refers to, by id, by name or by the id of an entry, is looked for in its own
 * entry first. A rule that a correlation of its own entry counts raises nothing of its own, as Sigma has
 * it; an entry of its own goes on raising, whoever counts it.
 */

interface Of<T> {
  entry: RuleEntry
  it: T
  /** False: it only counts for a correlation. */
  raises: boolean
}

export type AccountRule = Of<Rule>

export interface AccountCorrelation extends Of<Correlation> {
  /** Of all that is written about it: what was counted under another text does not count. */
  key: string
}

export interface EntryProblem extends RuleProblem {
  /** Place in the list of entries. */
  entry: number
  field: 'template' | 'parameters' | 'sigma'
}

export interface AccountRules {
  rules: AccountRule[]
  /** Those that others count come before them. */
  correlations: AccountCorrelation[]
  problems: EntryProblem[]
}

/** What has a problem is left out, everything else is there. */
export function readRuleEntries(entries: readonly RuleEntry[]): AccountRules {
  const problems: EntryProblem[] = []
  const read = entries.map((entry, place) => readEntry(entry, place, problems))
  const foreign = new Map(read.flatMap((one) => (one.entry.enabled ? [...namesIn(one)] : [])))
  const linked = read.map((one) => link(one, foreign, problems))
  const rules = linked.flatMap((one) => one.rules)
  const correlations = new Map(linked.flatMap((one) => one.correlations.map((given) => [given.it.id, given] as const)))
  return { rules, correlations: inOrder(rules, correlations, problems), problems }
}

/** An entry's documents as they name themselves. */
interface ReadEntry {
  entry: RuleEntry
  place: number
  field: EntryProblem['field']
  source: string
  rules: readonly Rule[]
  correlations: readonly Correlation[]
}

function readEntry(entry: RuleEntry, place: number, problems: EntryProblem[]): ReadEntry {
  const { field, found, source } = parseEntry(entry)
  const repeated = twice([...found.rules, ...found.correlations].map(({ id }) => id))
  const wrong: RuleProblem[] = [...found.problems]
  if (repeated !== undefined) wrong.push({ rule: repeated, message: 'there is another rule of this id in the entry' })
  for (const problem of wrong) problems.push({ entry: place, field, ...problem })
  const { rules, correlations } = wrong.length === 0 ? found : { rules: [], correlations: [] }
  return { entry, place, field, source, rules, correlations }
}

/** Gives everything the id that it has in the account, and finds what correlations refer to. */
function link(
  read: ReadEntry,
  foreign: ReadonlyMap<string, string>,
  problems: EntryProblem[],
): { rules: AccountRule[]; correlations: AccountCorrelation[] } {
  const { entry, place, field, source } = read
  const own = namesIn(read)
  const idOf = (name: string): string | undefined => own.get(name) ?? foreign.get(name)
  const correlations = read.correlations.flatMap((given) => {
    const missing = given.rules.find((name) => idOf(name) === undefined)
    if (missing === undefined) return [{ given, it: withIds(given, place, idOf) }]
    const message = `no enabled rule has the id or name ${JSON.stringify(missing.slice(0, 100))}`
    problems.push({ entry: place, field, rule: given.id, path: 'correlation.rules', message })
    return []
  })
  const generated = new Set(correlations.flatMap(({ it }) => (it.generate ? it.rules : [])))
  const counted = new Set(correlations.flatMap(({ it }) => it.rules))
  const raises = (id: string): boolean => !counted.has(id) || generated.has(id)
  return {
    rules: read.rules.map(({ id, name: _name, ...rule }) => {
      const it = { ...rule, id: idIn(place, id) }
      return { entry, it, raises: raises(it.id) }
    }),
    correlations: correlations.map(({ given, it }) => {
      return { entry, it, raises: raises(it.id), key: digest([entry.id, given.id, source]) }
    }),
  }
}

interface Parsed {
  field: EntryProblem['field']
  found: ReturnType<typeof parseSigma>
  source: string
}

function parseEntry({ template: name, parameters, sigma = '' }: RuleEntry): Parsed {
  if (name === undefined) {
    const found = typeof sigma === 'string' ? parseSigma(sigma) : parseSigmaObject(sigma)
    if (found.rules.length + found.correlations.length + found.problems.length === 0) {
      found.problems.push({ message: 'there is no rule in it' })
    }
    return { field: 'sigma', found, source: JSON.stringify(sigma) }
  }
  const template = templateNamed(name)
  if (template === undefined) return refused('template', `no template ${JSON.stringify(name.slice(0, 100))} is shipped`)
  const filled =
    parameters === undefined ? { ok: true as const, text: template.text } : withParameters(template, parameters)
  if (!filled.ok) return refused('parameters', filled.error)
  return { field: 'template', found: parseSigma(filled.text), source: filled.text }
}

function refused(field: EntryProblem['field'], message: string): Parsed {
  return { field, found: { rules: [], correlations: [], problems: [{ message }] }, source: '' }
}

/** What the rules of an entry may be called, and their ids in the account. */
function namesIn({ entry, place, rules, correlations }: ReadEntry): Map<string, string> {
  const all = [...rules, ...correlations]
  const [only] = all
  const names = new Map(all.length === 1 && only !== undefined ? [[entry.id, idIn(place, only.id)]] : [])
  for (const { id, name } of all) if (name !== undefined) names.set(name, idIn(place, id))
  for (const { id } of all) names.set(id, idIn(place, id))
  return names
}

function idIn(place: number, id: string): string {
  return `${place}/${id}`
}

function withIds(
  { name: _name, ...given }: Correlation,
  place: number,
  idOf: (name: string) => string | undefined,
): Correlation {
  const aliases = [...given.aliases].map(([alias, fields]) => {
    return [alias, new Map([...fields].map(([rule, field]) => [idOf(rule) ?? rule, field]))] as const
  })
  const rules = given.rules.map((rule) => idOf(rule) ?? rule)
  return { ...given, id: idIn(place, given.id), rules, aliases: new Map(aliases) }
}

/** What others count comes before them; who counts itself in the end is left out. */
function inOrder(
  rules: readonly AccountRule[],
  correlations: ReadonlyMap<string, AccountCorrelation>,
  problems: EntryProblem[],
): AccountCorrelation[] {
  const given = [...correlations.values()].map(({ it }) => it)
  const resolved = resolveCorrelations(
    rules.map(({ it }) => it),
    given,
  )
  for (const { rule = '', ...problem } of resolved.problems) {
    const slash = rule.indexOf('/')
    problems.push({ entry: Number(rule.slice(0, slash)), field: 'sigma', rule: rule.slice(slash + 1), ...problem })
  }
  return resolved.correlations.flatMap((it) => {
    const known = correlations.get(it.id)
    return known === undefined ? [] : [{ ...known, it }]
  })
}

function twice(ids: readonly string[]): string | undefined {
  return ids.find((id, place) => ids.indexOf(id) < place)
}
