import { readAbout, texts } from './about.ts'
import { parseCondition } from './condition.ts'
import { readDetection } from './detection.ts'
import { type Expression, joined } from './expression.ts'
import { type Fields, isFields, type Reading, refuse } from './reading.ts'
import type { LogSource, Rule } from './rule.ts'

/** `timeframe` is of the aggregations that correlations replaced; without one it means nothing. */
const NO_DETECTIONS = new Set(['condition', 'timeframe'])

/** A detection rule; undefined when something is wrong, which is then among what was found. */
export function readRule(document: Fields, reading: Reading): Rule | undefined {
  const about = readAbout(document, reading)
  const logsource = readLogSource(document.logsource, reading)
  const detection = readDetections(document.detection, reading)
  if (about === undefined || detection === undefined || reading.found.length > 0) return undefined
  return { ...about, logsource, fields: texts(document.fields), detection }
}

function readLogSource(value: unknown, reading: Reading): LogSource {
  const source: LogSource = {}
  if (value === undefined || value === null) return source
  if (!isFields(value)) {
    refuse(reading, ['logsource'], 'has to be a map')
    return source
  }
  for (const key of ['product', 'category', 'service'] as const) {
    const given = value[key]
    if (typeof given === 'string') source[key] = given
  }
  return source
}

function readDetections(value: unknown, reading: Reading): Expression | undefined {
  if (!isFields(value)) return refuse(reading, ['detection'], value === undefined ? 'is required' : 'has to be a map')
  const detections = new Map<string, Expression>()
  let broken = false
  for (const [name, definition] of Object.entries(value)) {
    if (NO_DETECTIONS.has(name)) continue
    const detection = readDetection(definition, ['detection', name], reading)
    if (detection === undefined) broken = true
    else detections.set(name, detection)
  }
  // What a condition says of a detection that could not be read would be a second complaint about it.
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
    if (condition === undefined) return refuse(reading, path, 'is required')
    if (typeof condition !== 'string') return refuse(reading, path, 'has to be a text')
    const parsed = parseCondition(condition, detections)
    if (!parsed.ok) return refuse(reading, path, parsed.error)
    expressions.push(parsed.expression)
  }
  if (expressions.length === 0) return refuse(reading, ['detection', 'condition'], 'is required')
  return joined('any', expressions)
}
