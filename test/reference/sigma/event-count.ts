import { mapping, ruleMatches } from './evaluate.ts'
import { groupsOf } from './group.ts'

/** A record and the time of its event, in milliseconds. */
export interface Timed {
  time: number
  record: unknown
}

/**
 * Whether an `event_count` correlation matches at least once. `documents` are the correlation and its counted rules,
 * which the correlation calls by id or name. A window of `timespan` begins with every event and includes its end: the
 * specification is silent there, and other engines include the end.
 */
export function eventCountMatches(documents: readonly unknown[], records: readonly Timed[]): boolean {
  const all = documents.map((document) => mapping(document, 'document'))
  const document = mapping(
    all.find((document) => 'correlation' in document),
    'document',
  )
  const correlation = mapping(document.correlation, 'correlation')
  if (correlation.type !== 'event_count') throw new Error(`correlation type ${String(correlation.type)}`)
  const wanted = [correlation.rules].flat()
  const rules = all.filter(({ id, name }) => wanted.includes(id) || wanted.includes(name))
  const span = milliseconds(String(correlation.timespan))
  const counted = records
    .filter(({ record }) => rules.some((rule) => ruleMatches(rule, record)))
    .map(({ time, record }) => ({ time, groups: groupsOf(document, record) }))
  return counted.some((first) => {
    const inWindow = counted.filter(({ time }) => time >= first.time && time <= first.time + span)
    return first.groups.some((group) => {
      const count = inWindow.filter(({ groups }) => groups.includes(group)).length
      return conditionHolds(mapping(correlation.condition, 'condition'), count)
    })
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
