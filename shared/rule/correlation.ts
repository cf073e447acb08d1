import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { readMetadata, readNames } from './metadata.ts'
import { addProblem, type Fields, isFields, quoted, type Reading } from './reading.ts'
import type { Correlation, CorrelationCondition, CorrelationType } from './rule.ts'

const TYPES: readonly CorrelationType[] = ['event_count', 'value_count', 'temporal', 'temporal_ordered']
/** The counted records of a group are kept in a single item, so the item must have room for the threshold. */
const MAX_COUNT = 1_000
const MAX_TIMESPAN_MS = 31 * DAY
const PATH = 'correlation'

/** Reads a correlation rule. Undefined: the rule has a problem, which was added to `reading.problems`. */
export function readCorrelation(document: Fields, reading: Reading): Correlation | undefined {
  const metadata = readMetadata(document, reading)
  const body = document.correlation
  if (!isFields(body)) return addProblem(reading, [PATH], 'has to be a map')
  const type = readType(body.type, reading)
  const rules = readNames(body.rules, [PATH, 'rules'], reading)
  const given = body['group-by']
  const groupBy = given === undefined || given === null ? [] : readNames(given, [PATH, 'group-by'], reading)
  const timespanMs = readTimespan(body.timespan, reading)
  const aliases = readAliases(body.aliases, reading)
  if (type === undefined || rules === undefined) return undefined
  if (rules.length === 0) return addProblem(reading, [PATH, 'rules'], 'is empty')
  const condition = readCondition(body.condition, type, rules.length, reading)
  const field = isFields(body.condition) ? readField(body.condition.field, type, reading) : undefined
  if (reading.problems.length > 0 || !metadata || !groupBy || !condition || timespanMs === undefined) return undefined
  const generate = body.generate === true || document.generate === true
  return { ...metadata, type, rules, groupBy, timespanMs, condition, field, aliases, generate }
}

function readType(value: unknown, reading: Reading): CorrelationType | undefined {
  const known = TYPES.find((type) => type === value)
  if (known !== undefined) return known
  if (value === undefined) return addProblem(reading, [PATH, 'type'], 'is required')
  return addProblem(reading, [PATH, 'type'], `is one of ${TYPES.join(', ')}, not ${quoted(value)}`)
}

const UNITS = new Map<string, Millis>([
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
])

function readTimespan(value: unknown, reading: Reading): Millis | undefined {
  if (value === undefined) return addProblem(reading, [PATH, 'timespan'], 'is required')
  const match = /^(\d{1,9})([smhd])$/.exec(String(value))
  const ms = Number(match?.[1]) * (UNITS.get(match?.[2] ?? '') ?? Number.NaN)
  if (ms > 0 && ms <= MAX_TIMESPAN_MS) return ms
  return addProblem(reading, [PATH, 'timespan'], `is a number and s, m, h or d, at most 31d, not ${quoted(value)}`)
}

const REFUSED_OPERATORS = new Set(['lt', 'lte', 'eq', 'neq'])

/** `temporal` correlations need no condition: without a condition every rule has to match. */
function readCondition(
  value: unknown,
  type: CorrelationType,
  rules: number,
  reading: Reading,
): CorrelationCondition | undefined {
  const path = [PATH, 'condition']
  const temporal = type === 'temporal' || type === 'temporal_ordered'
  if (value === undefined && temporal) return { op: 'gte', count: rules }
  if (value === undefined) return addProblem(reading, path, 'is required')
  if (!isFields(value)) return addProblem(reading, path, 'has to be a map, as {gte: 10}')
  let condition: CorrelationCondition | undefined
  for (const [key, given] of Object.entries(value)) {
    if (key === 'field') continue
    if (REFUSED_OPERATORS.has(key)) {
      return addProblem(
        reading,
        [...path, key],
        'an upper bound cannot be known while records still arrive: only gt and gte',
      )
    }
    if (key !== 'gt' && key !== 'gte') return addProblem(reading, [...path, key], 'unknown key')
    if (condition !== undefined) return addProblem(reading, [...path, key], 'there is another lower bound already')
    condition = { op: key, count: Number(given) }
    const needed = threshold(condition)
    const most = temporal ? rules : MAX_COUNT
    if (!Number.isInteger(needed) || needed < 1 || needed > most) {
      return addProblem(reading, [...path, key], `has to ask for a whole number of at least 1 and at most ${most}`)
    }
  }
  if (condition !== undefined) return condition
  return temporal ? { op: 'gte', count: rules } : addProblem(reading, path, 'needs gt or gte')
}

/** The smallest number that satisfies the condition. */
export function threshold({ op, count }: CorrelationCondition): number {
  return op === 'gt' ? count + 1 : count
}

function readField(value: unknown, type: CorrelationType, reading: Reading): string[] | undefined {
  const path = [PATH, 'condition', 'field']
  if (type === 'value_count') {
    const fields = readNames(value, path, reading)
    return fields?.length === 0 ? addProblem(reading, path, 'is required') : fields
  }
  return value === undefined ? undefined : addProblem(reading, path, 'belongs to value_count')
}

function readAliases(value: unknown, reading: Reading): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>()
  if (value === undefined || value === null) return aliases
  if (!isFields(value)) addProblem(reading, [PATH, 'aliases'], 'has to be a map')
  else {
    for (const [alias, fields] of Object.entries(value)) {
      const path = [PATH, 'aliases', alias]
      if (!isFields(fields)) addProblem(reading, path, 'has to map rules to fields')
      else if (Object.values(fields).every((field) => typeof field === 'string' && field !== '')) {
        aliases.set(alias, new Map(Object.entries(fields) as [string, string][]))
      } else addProblem(reading, path, 'has to map rules to field names')
    }
  }
  return aliases
}
