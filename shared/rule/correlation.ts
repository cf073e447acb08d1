import { suggestion } from '../base/suggest.ts'
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { isObject } from '../base/value.ts'
import { parseCondition } from './condition.ts'
import { readMetadata, readNames } from './metadata.ts'
import { addProblem, addWarning, type Fields, quoted, type Reading } from './reading.ts'
import type { Correlation, CorrelationCondition, CorrelationType, RuleExpression, RuleMetadata } from './rule.ts'
import { holds, namesIn } from './rule-expression.ts'

const TYPES: readonly CorrelationType[] = ['event_count', 'value_count', 'temporal', 'temporal_ordered']
/** Types of the specification that need every record of a timespan; only as many as the threshold are kept. */
const TYPES_OF_SUMS: ReadonlySet<unknown> = new Set(['value_sum', 'value_avg', 'value_percentile', 'value_median'])
/** The counted records of a group and a timespan are kept in a single item, which has room for twice the threshold. */
const MAX_COUNT = 10_000
/**
 * The rules, and the names in all, that the condition of a temporal correlation may join. The condition is asked anew for
 * every event and every timespan near the event.
 */
const MAX_RULES = 32
const MAX_NAMES = 200
const MAX_TIMESPAN_MS = 31 * DAY
const PATH = 'correlation'
const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate']
/** What authors write in the place of these keys, too far from the right word to be guessed. */
const OTHER_WORDS = new Map([
  ['timeframe', 'timespan'],
  ['field', 'condition.field'],
  ['fields', 'condition.field'],
  ['threshold', 'condition.gte'],
])

/** Reads a correlation rule. Undefined: the rule has a problem, which was added to `reading.problems`. */
export function readCorrelation(document: Fields, reading: Reading): Correlation | undefined {
  const metadata = readMetadata(document, reading)
  const body = document.correlation
  if (!isObject(body)) return addProblem(reading, [PATH], 'has to be a map')
  if (document.detection !== undefined) {
    addProblem(reading, ['detection'], 'stands beside a correlation: write two documents, divided by ---')
  }
  checkKeys(body, reading)
  const type = readType(body.type, reading)
  const rules = readRules(body, type, reading)
  const given = body['group-by']
  const groupBy = given === undefined || given === null ? [] : readNames(given, [PATH, 'group-by'], reading)
  const timespanMs = 'timeframe' in body ? undefined : readTimespan(body.timespan, reading)
  const aliases = readAliases(body.aliases, reading)
  if (type === undefined || rules === undefined) return undefined
  const expression =
    typeof body.condition === 'string' ? readExpression(body.condition, type, rules, reading) : undefined
  const condition =
    typeof body.condition === 'string'
      ? ({ op: 'gte', count: rules.length } as const)
      : readCondition(body.condition, type, rules.length, reading)
  const field = type === 'value_count' ? readField(body, reading) : undefined
  for (const [path, given] of [
    [[PATH, 'generate'], body.generate],
    [['generate'], document.generate],
  ] as const) {
    if (typeof (given ?? false) !== 'boolean') addProblem(reading, [...path], 'has to be true or false')
  }
  if (reading.problems.length > 0 || !metadata || !groupBy || !condition || timespanMs === undefined) return undefined
  warnOfUnusedAliases(aliases, [...groupBy, ...(field ?? []), ...labelFields(metadata)], reading)
  const generate = body.generate === true || document.generate === true
  return { ...metadata, type, rules, groupBy, timespanMs, condition, expression, field, aliases, generate }
}

/** An unknown key would be ignored, and then the correlation counts otherwise than its author meant. */
function checkKeys(body: Fields, reading: Reading): void {
  for (const key of Object.keys(body)) {
    if (KEYS.includes(key)) continue
    const other = OTHER_WORDS.get(key)
    const hint = other === undefined ? suggestion(key, KEYS) : `; did you mean ${other}?`
    addProblem(reading, [PATH, key], `unknown key${hint}`)
  }
}

/** The rules, or without `rules` the names in a condition of rule names. */
function readRules(body: Fields, type: CorrelationType | undefined, reading: Reading): string[] | undefined {
  const { rules: given, condition } = body
  const path = [PATH, 'rules']
  if (given === undefined && type === 'temporal' && typeof condition === 'string') {
    return [...new Set((condition.match(/[^\s()]+/g) ?? []).filter((word) => !/^(and|or|not)$/i.test(word)))]
  }
  if (given === undefined) return addProblem(reading, path, 'is required: the ids or names of the counted rules')
  const rules = readNames(given, path, reading)
  return rules?.length === 0 ? addProblem(reading, path, 'is empty') : rules
}

/** A condition of rule names, as `login and not (mfa or vpn)`. */
function readExpression(
  text: string,
  type: CorrelationType,
  rules: readonly string[],
  reading: Reading,
): RuleExpression | undefined {
  const path = [PATH, 'condition']
  if (type === 'temporal_ordered') {
    return addProblem(reading, path, 'a condition of rule names has no order: it belongs to type temporal')
  }
  if (type !== 'temporal') {
    return addProblem(
      reading,
      path,
      'has to be a map, as {gte: 10}: a condition of rule names belongs to type temporal',
    )
  }
  if (rules.length > MAX_RULES) return addProblem(reading, path, `joins more than ${MAX_RULES} rules`)
  const parts = new Map(rules.map((rule) => [rule, { kind: 'rule', rule } as const]))
  const parsed = parseCondition(text, { one: 'rule', parts })
  if (!parsed.ok) return addProblem(reading, path, parsed.error)
  if (namesIn(parsed.expression) > MAX_NAMES) return addProblem(reading, path, `joins more than ${MAX_NAMES} names`)
  const none = (): boolean => false
  if (!holds(parsed.expression, none, none)) return parsed.expression
  return addProblem(reading, path, 'is true without any event: it needs a rule that has to match')
}

function labelFields({ labels = [] }: RuleMetadata): string[] {
  return labels.flatMap(({ fields }) => fields.filter((field) => typeof field === 'string'))
}

function warnOfUnusedAliases(aliases: ReadonlyMap<string, unknown>, names: readonly string[], reading: Reading): void {
  for (const alias of aliases.keys()) {
    if (names.includes(alias)) continue
    addWarning(reading, [PATH, 'aliases', alias], `neither group-by nor a field names it${suggestion(alias, names)}`)
  }
}

function readType(value: unknown, reading: Reading): CorrelationType | undefined {
  const known = TYPES.find((type) => type === value)
  if (known !== undefined) return known
  if (value === undefined) return addProblem(reading, [PATH, 'type'], 'is required')
  const allowed = `is one of ${TYPES.join(', ')}`
  if (TYPES_OF_SUMS.has(value)) {
    const why = 'sums and averages need every event of a timespan, and only as many as a threshold are kept'
    return addProblem(reading, [PATH, 'type'], `${allowed}, not ${quoted(value)}: ${why}`)
  }
  return addProblem(reading, [PATH, 'type'], `${allowed}, not ${quoted(value)}${suggestion(String(value), TYPES)}`)
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
  if (!isObject(value))
    return addProblem(reading, path, 'has to be a map, as {gte: 10}, or rule names, as "a and not b"')
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
    if (key !== 'gt' && key !== 'gte') {
      const near = suggestion(key, ['gt', 'gte', 'field'])
      return addProblem(reading, [...path, key], `unknown key${near || ': only gt, gte and field'}`)
    }
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

/** Other types ignore the field, because some engines expect the field everywhere. */
function readField({ condition }: Fields, reading: Reading): string[] | undefined {
  const path = [PATH, 'condition', 'field']
  const given = isObject(condition) ? condition.field : undefined
  const fields = given === undefined || given === null ? [] : readNames(given, path, reading)
  return fields?.length === 0 ? addProblem(reading, path, 'is required: the field whose values are counted') : fields
}

function readAliases(value: unknown, reading: Reading): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>()
  if (value === undefined || value === null) return aliases
  if (!isObject(value)) addProblem(reading, [PATH, 'aliases'], 'has to be a map')
  else {
    for (const [alias, fields] of Object.entries(value)) {
      const path = [PATH, 'aliases', alias]
      if (!isObject(fields)) addProblem(reading, path, 'has to map rules to fields')
      else if (Object.values(fields).every((field) => typeof field === 'string' && field !== '')) {
        aliases.set(alias, new Map(Object.entries(fields) as [string, string][]))
      } else addProblem(reading, path, 'has to map rules to field names')
    }
  }
  return aliases
}
