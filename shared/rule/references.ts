import type { Correlation, Rule, RuleProblem } from './rule.ts'

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
 * Resolves the references of correlations, by id or by name, among the rules of an account. A correlation that refers
 * to an unknown rule, to itself, or to a refused correlation, is refused.
 */
export function resolveCorrelations(
  rules: readonly Rule[],
  correlations: readonly Correlation[],
): ResolvedCorrelations {
  const ids = new Map<string, string>()
  for (const { id, name } of [...rules, ...correlations]) {
    ids.set(id, id)
    if (name !== undefined) ids.set(name, id)
  }
  const problems: RuleProblem[] = []
  const ready = new Set(rules.map(({ id }) => id))
  const ordered: Correlation[] = []
  let waiting = correlations.flatMap((correlation) => {
    const missing = correlation.rules.find((reference) => !ids.has(reference))
    if (missing === undefined) return [withIds(correlation, ids)]
    const message = `no rule has the id or name ${JSON.stringify(missing)}`
    problems.push({ rule: correlation.id, path: 'correlation.rules', message })
    return []
  })
  for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
    before = waiting.length
    const now = waiting.filter((correlation) => correlation.rules.every((id) => ready.has(id)))
    for (const correlation of now) ready.add(correlation.id)
    ordered.push(...now)
    waiting = waiting.filter((correlation) => !now.includes(correlation))
  }
  for (const { id } of waiting) {
    problems.push({
      rule: id,
      path: 'correlation.rules',
      message: 'refers to itself or to a correlation that was refused',
    })
  }
  return { correlations: ordered, counted: countedIds(ordered), problems }
}

function withIds(correlation: Correlation, ids: ReadonlyMap<string, string>): Correlation {
  const aliases = [...correlation.aliases].map(([alias, fields]) => {
    return [alias, new Map([...fields].map(([rule, field]) => [ids.get(rule) ?? rule, field]))] as const
  })
  const rules = [...new Set(correlation.rules.map((reference) => ids.get(reference) ?? reference))]
  return { ...correlation, rules, aliases: new Map(aliases) }
}

/** Sigma's default: a counted rule raises no alert, unless a correlation that counts the rule says `generate`. */
function countedIds(correlations: readonly Correlation[]): ReadonlySet<string> {
  const generated = new Set(correlations.filter(({ generate }) => generate).flatMap(({ rules }) => rules))
  return new Set(correlations.flatMap(({ rules }) => rules).filter((id) => !generated.has(id)))
}
