import { nearest, suggestion } from '../base/suggest.ts'
import { isObject } from '../base/value.ts'
import { parseCondition } from './condition.ts'
import { readDetection } from './detection.ts'
import { type Expression, joined } from './expression.ts'
import { neverAsked } from './log-source.ts'
import { readMetadata, readNames, readTexts } from './metadata.ts'
import { addProblem, addWarning, type Fields, quoted, type Reading, TOO_MANY_TESTS } from './reading.ts'
import type { Filter, LogSource, Rule } from './rule.ts'

/**
 * `timeframe` belongs to the aggregations that correlations replaced; without an aggregation the key has no meaning.
 */
const NO_DETECTIONS = ['condition', 'timeframe']
/** Keys of a correlation. A document with several of these at its top is a correlation without its key. */
const CORRELATION_KEYS = ['type', 'rules', 'group-by', 'timespan']

/** Reads a detection rule. Undefined: the rule has a problem, which was added to `reading.problems`. */
export function readRule(document: Fields, reading: Reading): Rule | undefined {
  const metadata = readMetadata(document, reading)
  const logsource = readLogSource(document.logsource, reading)
  if (isCorrelationWithoutKey(document)) {
    return addProblem(reading, ['detection'], `is required; ${CORRELATION_KEYS.join(', ')} belong under "correlation:"`)
  }
  const detection = readDetections(document, 'detection', NO_DETECTIONS, reading)
  if (metadata === undefined || detection === undefined || reading.problems.length > 0) return undefined
  const asked = neverAsked(logsource)
  if (asked !== undefined) addWarning(reading, ['logsource'], asked)
  return { ...metadata, logsource, fields: readTexts(document.fields), detection }
}

/** Reads a filter: a condition that further narrows other rules. */
export function readFilter(document: Fields, reading: Reading): Filter | undefined {
  const metadata = readMetadata(document, reading)
  const logsource = readLogSource(document.logsource, reading)
  const rules = isObject(document.filter) ? readFilteredRules(document.filter.rules, reading) : undefined
  const detection = readDetections(document, 'filter', [...NO_DETECTIONS, 'rules'], reading)
  if (!metadata || !rules || !detection || reading.problems.length > 0) return undefined
  return { ...metadata, logsource, rules, detection }
}

function readFilteredRules(given: unknown, reading: Reading): Filter['rules'] | undefined {
  const path = ['filter', 'rules']
  const rules = given === undefined || given === null ? [] : readNames(given, path, reading)
  if (rules?.some((rule) => rule.toLowerCase() === 'any')) return 'any'
  return rules?.length === 0 ? addProblem(reading, path, 'is required: ids or names of rules, or any') : rules
}

function isCorrelationWithoutKey(document: Fields): boolean {
  return document.detection === undefined && CORRELATION_KEYS.filter((key) => key in document).length > 1
}

const SOURCE_KEYS = ['product', 'category', 'service'] as const

function readLogSource(value: unknown, reading: Reading): LogSource {
  const source: LogSource = {}
  if (value === undefined || value === null) return source
  if (!isObject(value)) {
    addProblem(reading, ['logsource'], 'has to be a map')
    return source
  }
  for (const key of SOURCE_KEYS) {
    const given = value[key]
    if (typeof given === 'string') source[key] = given
    else if (given !== undefined && given !== null) addProblem(reading, ['logsource', key], 'has to be a text')
  }
  // Authors add keys of their own, such as `definition`. Only a key that looks like one of Sigma's is a mistake.
  for (const key of Object.keys(value)) {
    const near = SOURCE_KEYS.some((known) => known === key) ? '' : suggestion(key, SOURCE_KEYS)
    if (near !== '') addWarning(reading, ['logsource', key], `unknown key${near}`)
  }
  return source
}

function readDetections(
  document: Fields,
  key: 'detection' | 'filter',
  others: readonly string[],
  reading: Reading,
): Expression | undefined {
  const value = document[key]
  if (!isObject(value)) {
    return addProblem(reading, [key], value === undefined ? missingText(key, document) : 'has to be a map')
  }
  const detections = new Map<string, Expression>()
  let broken = false
  for (const [name, definition] of Object.entries(value)) {
    if (others.includes(name)) continue
    const detection = readDetection(definition, [key, name], reading)
    if (detection === undefined) broken = true
    else detections.set(name, detection)
  }
  // A problem of the condition with an unreadable detection would only repeat the problem of the detection.
  return broken ? undefined : readConditions(value, key, detections, reading)
}

function missingText(key: string, body: Fields): string {
  const near = nearest(key, Object.keys(body))
  if (near !== undefined) return `is required, not ${quoted(near)}`
  if (key !== 'detection') return 'is required'
  // A document of another kind, whose key is nearly right.
  const kinds = ['correlation', 'filter'].filter((kind) => nearest(kind, Object.keys(body)) !== undefined)
  return kinds.length === 0 ? 'is required' : `is required; did you mean ${kinds[0]}?`
}

/** The tests of an expression. A detection that is used twice is counted twice, and walked once. */
function testsIn(expression: Expression, counted: Map<Expression, number>): number {
  const known = counted.get(expression)
  if (known !== undefined) return known
  const { kind } = expression
  const count =
    kind === 'not'
      ? testsIn(expression.of, counted)
      : kind === 'all' || kind === 'any'
        ? expression.of.reduce((sum, part) => sum + testsIn(part, counted), 0)
        : 1
  counted.set(expression, count)
  return count
}

/** Several conditions are alternatives. */
function readConditions(
  body: Fields,
  key: string,
  detections: ReadonlyMap<string, Expression>,
  reading: Reading,
): Expression | undefined {
  const value = body.condition
  const conditions: unknown[] = Array.isArray(value) ? value : [value]
  const expressions: Expression[] = []
  const used = new Set<string>()
  const counted = new Map<Expression, number>()
  const named = { one: 'detection', parts: detections, used }
  for (const [index, condition] of conditions.entries()) {
    const path = Array.isArray(value) ? [key, 'condition', index] : [key, 'condition']
    if (condition === undefined) return addProblem(reading, path, missingText('condition', body))
    if (typeof condition !== 'string') return addProblem(reading, path, 'has to be a text')
    const parsed = parseCondition(condition, named)
    if (!parsed.ok) return addProblem(reading, path, parsed.error)
    reading.tests.left -= testsIn(parsed.expression, counted)
    if (reading.tests.left < 0) return addProblem(reading, path, TOO_MANY_TESTS)
    expressions.push(parsed.expression)
  }
  if (expressions.length === 0) return addProblem(reading, [key, 'condition'], 'is required')
  if (body.timeframe !== undefined) addWarning(reading, [key, 'timeframe'], 'counts nothing: write a correlation')
  for (const name of detections.keys()) {
    if (!used.has(name)) addWarning(reading, [key, name], 'no condition uses it')
  }
  return joined('any', expressions)
}
