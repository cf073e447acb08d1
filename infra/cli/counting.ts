import { readInstant } from '../../shared/base/value.ts'
import { type CorrelationResult, type CountedRecord, correlate } from '../../shared/rule/correlate.ts'
import { compileCountedValues } from '../../shared/rule/field-text.ts'
import { agrees, compileGroups, type LabelPairs, type MatchedRules } from '../../shared/rule/groups.ts'
import { resolveCorrelations } from '../../shared/rule/references.ts'
import type { Correlation, Rule, RuleProblem } from '../../shared/rule/rule.ts'

/** The event that a record is about, with id and time as the trail wrote them. */
export interface EventIdentity {
  id: string | undefined
  time: string | undefined
}

export interface Counting {
  /** Ids of the rules that correlations count. */
  counting: ReadonlySet<string>
  problems: readonly RuleProblem[]
  /**
   * Ids of the rules and correlations that match a record and are not only counted by a correlation, given the rules over single records that match. Records come in order. `record` is asked for when a rule of `counting` matches.
   */
  raised(matches: readonly string[], event: EventIdentity, record: () => unknown): string[]
  /** The number of records that counted for no correlation, since the record has no time. */
  withoutTime(): number
}

/**
 * Groups are forgotten before they fill the memory; the group that was idle for the longest time is forgotten first.
 */
const MAX_GROUPS = 100_000

interface Group {
  records: CorrelationResult['records']
  /**
   * The time until which further matches belong to the same burst. A burst is a single match for any number of events;
   * a burst ends after a timespan without a match.
   */
  quietAfter: number
}

export function createCounting(rules: readonly Rule[], given: readonly Correlation[]): Counting {
  const { correlations, counted, problems } = resolveCorrelations(rules, given)
  const counters = correlations.map(createBurstCounter)
  const counting = new Set(correlations.flatMap(({ rules }) => rules))
  const groups = new Map<string, Group>()
  let withoutTime = 0
  let unnamed = 0
  return {
    counting,
    problems,
    withoutTime: () => withoutTime,
    raised(matches, event, record) {
      const raising = matches.filter((id) => !counted.has(id))
      if (!matches.some((id) => counting.has(id))) return raising
      const time = readInstant(event.time)
      if (time === undefined || time === null) {
        withoutTime++
        return raising
      }
      const id = event.id ?? `unnamed ${unnamed++}`
      const matched: MatchedRules = new Map(matches.map((rule) => [rule, 'record']))
      const whole = record()
      for (const counter of counters) {
        const burst = counter(groups, matched, whole, { time, id })
        if (burst === undefined) continue
        matched.set(burst.correlation, burst.inGroups)
        if (burst.begins && !counted.has(burst.correlation)) raising.push(burst.correlation)
      }
      return raising
    },
  }
}

type BurstCounter = (
  groups: Map<string, Group>,
  matchedRules: MatchedRules,
  record: unknown,
  event: { time: number; id: string },
) => { correlation: string; begins: boolean; inGroups: LabelPairs[] } | undefined

function createBurstCounter(correlation: Correlation): BurstCounter {
  const countedRules = correlation.rules.map((rule) => ({
    rule,
    groupsOf: compileGroups(correlation, rule),
    countedValues: compileCountedValues(correlation, rule),
  }))
  return (groups, matchedRules, record, { time, id }) => {
    let result: ReturnType<BurstCounter>
    for (const { rule, groupsOf, countedValues } of countedRules) {
      const matchedIn = matchedRules.get(rule)
      if (matchedIn === undefined) continue
      const counted: CountedRecord[] =
        correlation.type === 'value_count'
          ? countedValues(record).map((value) => ({ time, id, value }))
          : [{ time, id, rule }]
      if (counted.length === 0) continue
      for (const recordGroup of groupsOf(record)) {
        if (!agrees(recordGroup, matchedIn)) continue
        const key = JSON.stringify([correlation.id, ...recordGroup.key])
        const group = groups.get(key) ?? { records: [], quietAfter: Number.NEGATIVE_INFINITY }
        let records = group.records
        let matched = false
        for (const one of counted) {
          const result = correlate(correlation, records, one)
          records = result.records
          matched ||= result.matched
        }
        if (matched) {
          const begins = time > group.quietAfter
          const inGroups = [...(result?.inGroups ?? []), recordGroup.labels]
          result = { correlation: correlation.id, begins: begins || result?.begins === true, inGroups }
          group.quietAfter = Math.max(group.quietAfter, time + correlation.timespanMs)
        }
        remember(groups, key, { records, quietAfter: group.quietAfter })
      }
    }
    return result
  }
}

/** Moves the group to the end of the map: a map keeps the order in which its keys were set. */
function remember(groups: Map<string, Group>, key: string, group: Group): void {
  groups.delete(key)
  groups.set(key, group)
  if (groups.size <= MAX_GROUPS) return
  const [oldest] = groups.keys()
  if (oldest !== undefined) groups.delete(oldest)
}
