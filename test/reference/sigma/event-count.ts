import { mapping, ruleMatches } from './evaluate.ts'
import { fieldOf } from './field.ts'

/** A record and the time of its event, in milliseconds. */
export interface Timed {
  time: number
  record: unknown
}

/**
 * Whether an `event_count` correlation matches at least once. `documents` are the correlation and its counted rules,
 * which the correlation calls by id or name. "The resulting query must count events for each group specified by
 * group-by separately"; a window of `timespan` begins with every event and reaches to less than its end.
 */
export function eventCountMatches(documents: readonly unknown[], records: readonly Timed[]): boolean {
  const all = documents.map((document) => mapping(document, 'document'))
  const correlation = mapping(all.find((document) => 'correlation' in document)?.correlation, 'correlation')
  if (correlation.type !== 'event_count') throw new Error(`correlation type ${String(correlation.type)}`)
  const wanted = [correlation.rules].flat()
  const rules = all.filter(({ id, name }) => wanted.includes(id) || wanted.includes(name))
  const span = milliseconds(String(correlation.timespan))
  const counted = records.filter(({ record }) => rules.some((rule) => ruleMatches(rule, record)))
  const group = ({ record }: Timed): string =>
    JSON.stringify([correlation['group-by']].flat().map((field) => fieldOf(record, String(field)).values))
  return counted.some((first) => {
    const inWindow = counted.filter(({ time }) => time >= first.time && time < first.time + span)
    const count = inWindow.filter((one) => group(one) === group(first)).length
    return conditionHolds(mapping(correlation.condition, 'condition'), count)
  })
}

function conditionHolds(condition: Record<string, unknown>, count: number): boolean {
  return Object.entries(condition).every(([operator, limit]) => {
    if (operator === 'gt') return count > Number(limit)
    if (operator === 'gte') return count >= Number(limit)
    throw new Error(`condition ${operator}`)
  })
}

/** "number + letter (in lowercase)". */
function milliseconds(timespan: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(timespan) ?? []
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? '']
  if (seconds === undefined) throw new Error(`timespan ${timespan}`)
  return Number(count) * seconds * 1000
}
