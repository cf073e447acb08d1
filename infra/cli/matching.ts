import { compileRules } from '../../shared/rule/compile.ts'
import { type Correlated, correlate, type Sighting } from '../../shared/rule/correlate.ts'
import { compileCounted, compileGroup } from '../../shared/rule/facts.ts'
import { resolveCorrelations } from '../../shared/rule/references.ts'
import type { Correlation, Rule, RuleProblem } from '../../shared/rule/rule.ts'

/** Which event of a trail a record is, as the trail wrote it. */
export interface EventName {
  id: string | undefined
  time: string | undefined
}

export interface Matching {
  /** Ids of the rules and correlations that a record makes raise something. */
  match(record: Record<string, unknown>, event: EventName): string[]
  problems: readonly RuleProblem[]
  /** Records that counted for no correlation, since they do not say when they happened. */
  timeless(): number
}

/** Groups are forgotten, the one first that was seen last longest ago, before they fill the memory. */
const MAX_GROUPS = 100_000

interface Group {
  set: Correlated['set']
  /** A burst is one match, however many events it goes on for: until nothing was raised for a timespan. */
  quietAfter: number
}

export function createMatching(
  rules: readonly Rule[],
  given: readonly Correlation[],
  onError: (rule: Rule, error: unknown) => void,
): Matching {
  const compiled = compileRules(rules)
  const { correlations, counted, problems } = resolveCorrelations(rules, given)
  const counters = correlations.map(createCounter)
  const counting = new Set(correlations.flatMap(({ rules }) => rules))
  const groups = new Map<string, Group>()
  let timeless = 0
  let unnamed = 0
  return {
    problems,
    timeless: () => timeless,
    match(record, event) {
      const held = compiled.match(record, onError)
      if (held.length === 0) return []
      const found = new Set(held.map(({ id }) => id))
      const raised = held.filter(({ id }) => !counted.has(id)).map(({ id }) => id)
      const time = Date.parse(event.time ?? '')
      if (!held.some(({ id }) => counting.has(id))) return raised
      if (Number.isNaN(time)) {
        timeless++
        return raised
      }
      const id = event.id ?? `unnamed ${unnamed++}`
      for (const counter of counters) {
        const burst = counter(groups, found, record, { time, id })
        if (burst === undefined) continue
        found.add(burst.correlation)
        if (burst.begins && !counted.has(burst.correlation)) raised.push(burst.correlation)
      }
      return raised
    },
  }
}

type Counter = (
  groups: Map<string, Group>,
  found: ReadonlySet<string>,
  record: unknown,
  event: { time: number; id: string },
) => { correlation: string; begins: boolean } | undefined

function createCounter(correlation: Correlation): Counter {
  const counts = correlation.rules.map((rule) => ({
    rule,
    groupOf: compileGroup(correlation, rule),
    countedOf: compileCounted(correlation, rule),
  }))
  return (groups, found, record, { time, id }) => {
    let result: ReturnType<Counter>
    for (const { rule, groupOf, countedOf } of counts) {
      if (!found.has(rule)) continue
      const value = countedOf(record)
      if (correlation.type === 'value_count' && value === undefined) continue
      const sighting: Sighting = { time, id, rule, ...(value !== undefined && { value }) }
      const key = JSON.stringify([correlation.id, ...groupOf(record)])
      const group = groups.get(key) ?? { set: [], quietAfter: Number.NEGATIVE_INFINITY }
      const { set, raised } = correlate(correlation, group.set, sighting)
      if (raised) {
        const begins = time > group.quietAfter
        result = { correlation: correlation.id, begins: begins || result?.begins === true }
        group.quietAfter = Math.max(group.quietAfter, time + correlation.timespanMs)
      }
      remember(groups, key, { set, quietAfter: group.quietAfter })
    }
    return result
  }
}

/** A map keeps the order in which its keys were set. */
function remember(groups: Map<string, Group>, key: string, group: Group): void {
  groups.delete(key)
  groups.set(key, group)
  if (groups.size <= MAX_GROUPS) return
  const [oldest] = groups.keys()
  if (oldest !== undefined) groups.delete(oldest)
}
