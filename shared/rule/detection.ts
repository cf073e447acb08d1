import { LIMITS } from '../base/limits.ts'
import { isObject } from '../base/value.ts'
import { parseNetwork } from './cidr.ts'
import { transform } from './encode.ts'
import { type Expression, joined, type Test, TIME_RANGES } from './expression.ts'
import { type ItemKey, parseItemKey } from './modifier.ts'
import { anywhere, literalOf, parsePattern } from './pattern.ts'
import { expand } from './placeholder.ts'
import {
  addProblem,
  addWarning,
  type Fields,
  type Path,
  quoted,
  type Reading,
  type RegexBudget,
  TOO_MANY_TESTS,
} from './reading.ts'
import { compileRegex } from './regex.ts'

/** Lists of lists of maps. No person nests deeper. */
const MAX_DEPTH = 20

/**
 * Reads a detection: a map (every field has to match), a list of maps (a single map has to match), or values that are
 * searched in the whole record. Undefined: the detection has a problem, which was added to the reading.
 */
export function readDetection(definition: unknown, path: Path, reading: Reading, depth = 0): Expression | undefined {
  if (depth > MAX_DEPTH) return addProblem(reading, path, `nests more than ${MAX_DEPTH} deep`)
  if (isObject(definition)) {
    const items = Object.entries(definition).map(([key, value]) => readItem(key, value, [...path, key], reading))
    return joinParts('all', items, path, reading)
  }
  if (!Array.isArray(definition)) return readItem('', definition, path, reading)
  const items = definition.map((item, index) => readDetection(item, [...path, index], reading, depth + 1))
  return joinParts('any', items, path, reading)
}

function joinParts(kind: 'all' | 'any', items: (Expression | undefined)[], path: Path, reading: Reading) {
  if (items.length === 0) return addProblem(reading, path, 'is empty')
  const whole = items.filter((item) => item !== undefined)
  return whole.length < items.length ? undefined : joined(kind, whole)
}

/** `field|modifiers: value` or `: [values]`. */
function readItem(text: string, value: unknown, path: Path, reading: Reading): Expression | undefined {
  const key = parseItemKey(text)
  if (typeof key === 'string') return addProblem(reading, path, key)
  if (/\[(?:\d+|\*)\]/.test(key.field)) {
    const without = quoted(key.field.replaceAll(/\[(?:\d+|\*)\]/g, ''))
    addWarning(reading, path, `fields have no brackets: ${without} is true for any element of an array`)
  }
  reading.tests.left -= lookupTests(key.field)
  const values: unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) return addProblem(reading, path, 'has no values')
  const items = values.map((one, index) => readValue(key, one, Array.isArray(value) ? [...path, index] : path, reading))
  const whole = joinParts(key.all ? 'all' : 'any', items, path, reading)
  return whole && key.negated ? { kind: 'not', of: whole } : whole
}

/** A name of several parts may be a path in many ways, since keys may have dots: as much work as so many tests. */
function lookupTests(field: string): number {
  const dots = field.split('.', MOST_DOTS + 1).length - 1
  return 2 ** Math.max(0, dots - 2)
}

const MOST_DOTS = 7

/** The tests of a value of the field; several tests are alternatives. */
function readValue(key: ItemKey, value: unknown, path: Path, reading: Reading): Expression | undefined {
  const tests = value === null ? nullTests(key) : scalarTests(key, value, reading)
  if (typeof tests === 'string') return addProblem(reading, path, tests)
  const expressions = tests.map((test): Expression | undefined => {
    if (key.field !== '') return { kind: 'field', field: key.field, test }
    const isKeyword = test.kind === 'text' || test.kind === 'regex' || test.kind === 'cidr'
    return isKeyword ? { kind: 'keyword', test } : undefined
  })
  return joinParts('any', expressions, path, reading)
}

function nullTests(key: ItemKey): Test[] | string {
  if (key.field === '') return 'null needs a field name before it'
  const plain = key.as === 'text' && key.transformations.length === 0 && !key.cased && !key.expand
  return plain ? [{ kind: 'null' }] : 'null cannot be modified'
}

function scalarTests(key: ItemKey, value: unknown, reading: Reading): Test[] | string {
  if (key.as === 'exists') return existsTest(value)
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${quoted(value)} is not a number that a record can have`
  if (isObject(value)) return mapProblem(key, value)
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return 'has to be a text, a number, true, false, null or a list of these'
  }
  const texts = key.expand ? expand(String(value), reading.placeholders) : [String(value)]
  if (typeof texts === 'string') return texts
  const tests: Test[] = []
  for (const text of texts) {
    if (reading.tests.left < 0) return TOO_MANY_TESTS
    const made = textTests(key, text, reading)
    if (typeof made === 'string') return made
    tests.push(...made)
    reading.tests.left -=
      made.length * (key.transformations.some((name) => ENCODINGS.has(name)) ? TESTS_PER_ENCODED : 1)
  }
  return tests
}

/** Encoding a text takes as long as several plain tests. */
const TESTS_PER_ENCODED = 8
const ENCODINGS = new Set<string>(['windash', 'utf16le', 'utf16be', 'utf16', 'base64', 'base64offset'])

/** A map in the place of a value: fields of fields are written with dots. */
function mapProblem({ field }: ItemKey, value: Fields): string {
  const [inner = 'field'] = Object.keys(value)
  const block = /^(.*)\[(?:any|all)\]$/.exec(field)?.[1]
  const path = quoted(`${block ?? field}.${inner.split('|')[0]}`)
  if (block !== undefined) return `array blocks are not supported: ${path} is true for any element of the array`
  return field === '' ? 'has to be a text, a number or a list of these' : `is a map: write ${path}`
}

function textTests(key: ItemKey, text: string, { regexes }: Reading): Test[] | string {
  switch (key.as) {
    case 'regex':
      return regexTest(text, key.flags, regexes)
    case 'cidr': {
      const network = parseNetwork(text)
      return network === undefined ? `${quoted(text)} is not a network` : [{ kind: 'cidr', network }]
    }
    case 'fieldref':
      return fieldrefTest(key, text)
    case 'number':
      return numberTest(key, text)
    default:
      return patternTests(key, text)
  }
}

const TOO_MANY_PARTS = `limit: has more than ${LIMITS.sigmaPatternParts} wildcards and texts between them`

function patternTests(key: ItemKey, text: string): Test[] | string {
  const pattern = parsePattern(text)
  if (pattern.length > LIMITS.sigmaPatternParts) return TOO_MANY_PARTS
  const patterns = transform(pattern, key.transformations)
  if (typeof patterns === 'string') return patterns
  const anchored = key.transformations.some((name) => name === 'startswith' || name === 'endswith')
  const loose = key.field === '' && !anchored
  return patterns.map((pattern) => ({ kind: 'text', pattern: loose ? anywhere(pattern) : pattern, cased: key.cased }))
}

function regexTest(source: string, flags: string, budget: RegexBudget): Test[] | string {
  const regex = compileRegex(source, flags, budget)
  return regex.ok ? [{ kind: 'regex', source, flags }] : `regular expression ${quoted(source)} ${regex.error}`
}

function existsTest(value: unknown): Test[] | string {
  const word = String(value).toLowerCase()
  if (word === 'true' || word === 'yes') return [{ kind: 'exists', exists: true }]
  if (word === 'false' || word === 'no') return [{ kind: 'exists', exists: false }]
  return '"exists" takes true or false'
}

function numberTest(key: ItemKey, text: string): Test[] | string {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) return `${quoted(text)} is not a number`
  if (key.part === undefined) return [{ kind: 'compare', op: key.op, number: text.trim() }]
  const [first, last] = TIME_RANGES[key.part]
  // `hour|lt: 24` is always true, which nobody is harmed by.
  if (!Number.isInteger(number) || number < first || number > (key.op === 'lt' ? last + 1 : last)) {
    return `${quoted(text)} is no ${key.part}: whole numbers from ${first} to ${last}`
  }
  return [{ kind: 'time', part: key.part, op: key.op, number }]
}

function fieldrefTest(key: ItemKey, text: string): Test[] | string {
  const field = literalOf(parsePattern(text))
  if (field === undefined || field === '') return `${quoted(text)} is not a field name`
  const start = key.transformations.includes('startswith')
  const end = key.transformations.includes('endswith')
  const contain = key.transformations.includes('contains') || (start && end)
  return [
    { kind: 'fieldref', field, how: contain ? 'contain' : start ? 'start' : end ? 'end' : 'equal', cased: key.cased },
  ]
}
