import { parseCondition } from './condition.ts'
import { readDetection } from './detection.ts'
import { type Expression, joined } from './expression.ts'
import { readMetadata, readTexts } from './metadata.ts'
import { addProblem, type Fields, isFields, type Reading } from './reading.ts'
import type { LogSource, Rule } from './rule.ts'

/**
 * `timeframe` belongs to the aggregations that correlations replaced; without an aggregation the key has no meaning.
 */
const NO_DETECTIONS = new Set(['condition', 'timeframe'])

/** Reads a detection rule. Undefined: the rule has a problem, which was added to `reading.problems`. */
export function readRule(document: Fields, reading: Reading): Rule | undefined {
  const metadata = readMetadata(document, reading)
  const logsource = readLogSource(document.logsource, reading)
  const detection = readDetections(document.detection, reading)
  if (metadata === undefined || detection === undefined || reading.problems.length > 0) return undefined
  return { ...metadata, logsource, fields: readTexts(document.fields), detection }
}

function readLogSource(value: unknown, reading: Reading): LogSource {
  const source: LogSource = {}
  if (value === undefined || value === null) return source
  if (!isFields(value)) {
    addProblem(reading, ['logsource'], 'has to be a map')
    return source
  }
  for (const key of ['product', 'category', 'service'] as const) {
    const given = value[key]
    if (typeof given === 'string') source[key] = given
  }
  return source
}

function readDetections(value: unknown, reading: Reading): Expression | undefined {
  if (!isFields(value))
    return addProblem(reading, ['detection'], value === undefined ? 'is required' : 'has to be a map')
  const detections = new Map<string, Expression>()
  let broken = false
  for (const [name, definition] of Object.entries(value)) {
    if (NO_DETECTIONS.has(name)) continue
    const detection = readDetection(definition, ['detection', name], reading)
    if (detection === undefined) broken = true
    else detections.set(name, detection)
  }
  // A problem of the condition with an unreadable detection would only repeat the problem of the detection.
  return broken ? undefined : readConditions(value.condition, detections, reading)
}

/** Several conditions are alternatives. */
function readConditions(
  value: unknown,
  detections: ReadonlyMap<string, Expression>,
  reading: Reading,
): Expression | undefined {
  const conditions: unknown[] = Array.isArray(value) ? value : [value]
  const expressions: Expression[] = []
  for (const [index, condition] of conditions.entries()) {
    const path = Array.isArray(value) ? ['detection', 'condition', index] : ['detection', 'condition']
    if (condition === undefined) return addProblem(reading, path, 'is required')
    if (typeof condition !== 'string') return addProblem(reading, path, 'has to be a text')
    const parsed = parseCondition(condition, { one: 'detection', parts: detections })
    if (!parsed.ok) return addProblem(reading, path, parsed.error)
    expressions.push(parsed.expression)
  }
  if (expressions.length === 0) return addProblem(reading, ['detection', 'condition'], 'is required')
  return joined('any', expressions)
}
