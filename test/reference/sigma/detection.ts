import { inNetwork } from './cidr.ts'
import { comparison, numberOf, regularExpression, type Test, timePart } from './compare.ts'
import { type FieldValues, fieldOf, textOf, textsIn } from './field.ts'
import { parsePattern, patternMatches, type Token } from './pattern.ts'
import { transform } from './transform.ts'

/**
 * "All map items of a list are logically linked with 'OR'", and so are keywords; "all elements of a map […] with
 * 'AND'".
 */
export function detectionMatches(detection: unknown, record: unknown): boolean {
  if (Array.isArray(detection)) return detection.some((item) => detectionMatches(item, record))
  if (typeof detection !== 'object' || detection === null) return itemMatches('', detection, record)
  return Object.entries(detection).every(([key, wanted]) => itemMatches(key, wanted, record))
}

/** `field|modifier|modifier: wanted`, where no field means the whole record: keywords. */
function itemMatches(key: string, given: unknown, record: unknown): boolean {
  const [field = '', ...modifiers] = key.split('|')
  const has = (modifier: string): boolean => modifiers.includes(modifier)
  const found = field === '' ? { present: true, values: textsIn(record) } : fieldOf(record, field)
  const wanted = [given].flat()
  if (wanted.length === 0) throw new Error(`${key} wants nothing`)
  if (has('exists')) return wanted.every((value) => value === found.present)
  const chain = modifiers.filter((modifier) => modifier !== 'all' && modifier !== 'neq')
  // Keywords stand anywhere in a text.
  if (field === '' && !has('re') && !has('contains')) chain.push('contains')
  const one = (value: unknown): boolean => wantedHolds(value, chain, found, record)
  const matches = has('all') ? wanted.every(one) : wanted.some(one)
  // "The field is different from the specified values": so is a field that is not there.
  return has('neq') ? !matches : matches
}

function wantedHolds(wanted: unknown, chain: readonly string[], found: FieldValues, record: unknown): boolean {
  // Null is absent or null, and neither an empty text nor 0.
  if (wanted === null) return !found.present || found.values.includes(null)
  if (chain.includes('fieldref')) return refers(String(wanted), chain, found, record)
  return found.values.some(testOf(wanted, chain))
}

function testOf(wanted: unknown, chain: readonly string[]): Test {
  if (chain[0] === 're') return regularExpression(String(wanted), chain.slice(1))
  if (chain[0] === 'cidr') return (value) => typeof value === 'string' && inNetwork(String(wanted), value)
  const part = timePart(chain[0] ?? '')
  const number = part ?? numberOf
  const compare = comparison((part ? chain[1] : chain[0]) ?? '')
  if (part || compare) {
    const limit = numberOf(wanted)
    if (limit === undefined) throw new Error(`${String(wanted)} is no number`)
    return (value) => {
      const got = number(value)
      return got !== undefined && (compare ? compare(got, limit) : got === limit)
    }
  }
  return textTest(String(wanted), chain)
}

function textTest(wanted: string, chain: readonly string[]): Test {
  let patterns: Token[][] = [parsePattern(wanted)]
  for (const modifier of chain) {
    if (modifier === 'cased') continue
    patterns = patterns.flatMap((pattern) => {
      const transformed = transform(modifier, pattern)
      if (!transformed) throw new Error(`modifier ${modifier}`)
      return transformed
    })
  }
  const cased = chain.includes('cased')
  return (value) => {
    const text = textOf(value)
    return text !== undefined && patterns.some((pattern) => patternMatches(pattern, text, cased))
  }
}

/** "A field reference can be used to compare fields of matched events": the other field's value is used as written. */
function refers(other: string, chain: readonly string[], found: FieldValues, record: unknown): boolean {
  const rest = chain.filter((modifier) => modifier !== 'fieldref')
  return fieldOf(record, other).values.some((value) => {
    const text = textOf(value)
    return text !== undefined && found.values.some(textTest(text.replace(/[\\*?]/g, '\\$&'), rest))
  })
}
