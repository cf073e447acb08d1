import { suggestion } from '../base/suggest.ts'
import { problemAt } from './origin.ts'
import type { Correlation, Origin, Rule, RuleProblem } from './rule.ts'
import { renamed } from './rule-expression.ts'

/** The names under which the rules of a text, or of an account, are known. */
export interface NameScope {
  /** Ids and names: the specification's way to refer to a rule. */
  names: Ids
  /** Titles, as some collections refer to rules: looked at when there is no such name. */
  titles: Ids
}

/** The ids of a name. Most names have one id, and ten thousand sets of one id cost more than their names. */
type Ids = ReadonlyMap<string, string | ReadonlySet<string>>

export interface NamedRule {
  id: string
  /** Every text that is an id or a name of the rule. */
  names: readonly string[]
  title: string
}

export function createScope(rules: Iterable<NamedRule>): NameScope {
  const names = new Map<string, string | Set<string>>()
  const titles = new Map<string, string | Set<string>>()
  for (const { id, names: own, title } of rules) {
    for (const name of own) addTo(names, name, id)
    addTo(titles, title, id)
  }
  return { names, titles }
}

function addTo(map: Map<string, string | Set<string>>, key: string, id: string): void {
  const ids = map.get(key)
  if (ids === undefined) map.set(key, id)
  else if (typeof ids === 'string') map.set(key, new Set([ids, id]))
  else ids.add(id)
}

function idsIn(ids: Ids, name: string): readonly string[] {
  const found = ids.get(name)
  if (found === undefined) return []
  return typeof found === 'string' ? [found] : [...found]
}

export type FoundRule = { ok: true; id: string } | { ok: false; message: string; missing: boolean }

/** A text may name many unknown rules. Only so many are compared with the known names. */
const MAX_SUGGESTIONS = 20

/**
 * A function that finds the rule of a reference. The nearer scope comes first: the text of the reference, then the
 * whole collection. In a scope, an id or a name comes before a title.
 */
export function createFinder(adjective = ''): (reference: string, scopes: readonly NameScope[]) => FoundRule {
  let suggestions = 0
  return (reference, scopes) => {
    for (const kind of ['names', 'titles'] as const) {
      for (const scope of scopes) {
        const [id, ...others] = idsIn(scope[kind], reference)
        if (id === undefined) continue
        if (others.length === 0) return { ok: true, id }
        const message = `${others.length + 1} rules are called ${shown(reference)}: write the id of one`
        return { ok: false, message, missing: false }
      }
    }
    const near = suggestions++ < MAX_SUGGESTIONS ? suggestion(reference, wordsOf(scopes)) : ''
    return { ok: false, message: `no ${adjective}rule has the id or name ${shown(reference)}${near}`, missing: true }
  }
}

function* wordsOf(scopes: readonly NameScope[]): Iterable<string> {
  for (const { names } of scopes) yield* names.keys()
  for (const { titles } of scopes) yield* titles.keys()
}

function shown(reference: string): string {
  return JSON.stringify(reference.slice(0, 100))
}

const RULES = ['correlation', 'rules']

export interface ResolvedCorrelations {
  /**
   * Correlations with complete references, sorted so that a correlation follows the correlations that it counts;
   * `rules` and `aliases` contain ids.
   */
  correlations: readonly Correlation[]
  /** Rules that only count for correlations and raise no alert of their own. */
  counted: ReadonlySet<string>
  problems: readonly RuleProblem[]
}

/**
 * Resolves the references of correlations among the rules of a collection of files: by id, name or title, in the file
 * of the correlation first. A correlation that refers to an unknown rule, to itself, or to a refused correlation, is
 * refused.
 */
export function resolveCorrelations(
  rules: readonly Rule[],
  correlations: readonly Correlation[],
): ResolvedCorrelations {
  const scopes = scopesOf([...rules, ...correlations])
  const find = createFinder()
  const problems: RuleProblem[] = []
  const linked = correlations.flatMap((correlation) => {
    const own = scopes(correlation.origin)
    const link = linkCorrelation(correlation, (reference) => find(reference, own))
    problems.push(...link.problems)
    return link.correlation ?? []
  })
  const sorted = sortCorrelations(rules, linked)
  return {
    correlations: sorted.correlations,
    counted: countedIds(sorted.correlations),
    problems: [...problems, ...sorted.problems],
  }
}

/** The scopes of a reference among files: the file of the reference, then all files. */
export function scopesOf(all: readonly (Rule | Correlation)[]): (origin: Origin | undefined) => NameScope[] {
  const whole = createScope(all.map(namedRule))
  const byFile = new Map<string | undefined, NameScope>()
  for (const [file, own] of Map.groupBy(all, ({ origin }) => origin?.file)) {
    byFile.set(file, createScope(own.map(namedRule)))
  }
  return (origin) => [byFile.get(origin?.file) ?? whole, whole]
}

function namedRule({ id, name, title }: Rule | Correlation): NamedRule {
  return { id, names: name === undefined ? [id] : [id, name], title }
}

export interface LinkedCorrelation {
  /** Absent: the correlation has a problem. */
  correlation?: Correlation
  problems: ReferenceProblem[]
}

export interface ReferenceProblem extends RuleProblem {
  /** The reference, when no rule has its name. */
  missing?: string
}

/** Puts ids in the place of the references of a correlation. */
export function linkCorrelation(given: Correlation, find: (reference: string) => FoundRule): LinkedCorrelation {
  const { origin } = given
  const problems: ReferenceProblem[] = []
  const ids = new Map<string, string>()
  for (const reference of given.rules) {
    const found = find(reference)
    if (found.ok) ids.set(reference, found.id)
    else {
      const problem = problemAt(origin, [...RULES, reference], given.id, found.message, RULES)
      problems.push({ ...problem, missing: found.missing ? reference : undefined })
    }
  }
  if (problems.length > 0) return { problems }
  const rules = [...new Set(ids.values())]
  const counted = new Set(rules)
  const aliases = [...given.aliases].map(([alias, fields]) => {
    const byRule = [...fields].flatMap(([reference, field]) => {
      const id = ids.get(reference) ?? foundId(find(reference))
      if (id !== undefined && counted.has(id)) return [[id, field] as const]
      const path = ['correlation', 'aliases', alias, reference]
      const near = suggestion(reference, ids.keys())
      problems.push(problemAt(origin, path, given.id, `no rule of the correlation has this id or name${near}`))
      return []
    })
    return [alias, new Map(byRule)] as const
  })
  if (problems.length > 0) return { problems }
  const expression = given.expression && renamed(given.expression, (reference) => ids.get(reference) ?? reference)
  return { problems, correlation: { ...given, rules, expression, aliases: new Map(aliases) } }
}

function foundId(found: FoundRule): string | undefined {
  return found.ok ? found.id : undefined
}

/** Counted correlations come before the counting correlations. A correlation in a circle is left out. */
export function sortCorrelations(
  rules: readonly { id: string }[],
  correlations: readonly Correlation[],
): { correlations: Correlation[]; problems: RuleProblem[] } {
  const ready = new Set(rules.map(({ id }) => id))
  const ordered: Correlation[] = []
  const countedBy = new Map<string, Correlation[]>()
  const open = new Map<Correlation, number>()
  for (const correlation of correlations) {
    const counted = correlation.rules.filter((id) => !ready.has(id))
    open.set(correlation, counted.length)
    for (const id of counted) countedBy.set(id, [...(countedBy.get(id) ?? []), correlation])
  }
  let next = correlations.filter((correlation) => open.get(correlation) === 0)
  while (next.length > 0) {
    ordered.push(...next)
    const freed = next.flatMap(({ id }) => countedBy.get(id) ?? [])
    for (const correlation of freed) open.set(correlation, open.get(correlation)! - 1)
    next = [...new Set(freed)].filter((correlation) => open.get(correlation) === 0)
  }
  const waiting = correlations.filter((correlation) => open.get(correlation)! > 0)
  const message = 'refers to itself or to a correlation that was refused'
  const problems = waiting.map(({ id, origin }) => problemAt(origin, RULES, id, message))
  return { correlations: ordered, problems }
}

/** Sigma's default: a counted rule raises no alert, unless a correlation that counts the rule says `generate`. */
function countedIds(correlations: readonly Correlation[]): ReadonlySet<string> {
  const generated = new Set(correlations.filter(({ generate }) => generate).flatMap(({ rules }) => rules))
  return new Set(correlations.flatMap(({ rules }) => rules).filter((id) => !generated.has(id)))
}
