import { inSlices, type Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import { compareBytes } from '../../go-template/text/bytes.ts'
import { MAX_DEPTH, parseYaml } from '../../yaml/parse.ts'
import { documentValue, type ScalarValue } from '../../yaml/value.ts'
import { encoded } from './encoded.ts'

/**
 * A value whose texts were rendered, as Alertmanager puts it into JSON (facts from prometheus/alertmanager
 * template/template.go, Apache-2.0): a text that is YAML of anything but a text becomes what the YAML says. So
 * `{{ .Alerts | toJson }}` becomes a list, and `{{ len .Alerts }}` a number. Keys are sorted, as Go writes them.
 */
export async function structured(value: unknown): Promise<unknown> {
  return await inSlices(structure(value))
}

function* structure(value: unknown): Steps<unknown> {
  if (typeof value === 'string') return yield* fromYaml(value)
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const one of value) list.push(yield* structure(one))
    return list
  }
  if (!isObject(value)) return value
  const entries: [string, unknown][] = []
  for (const [name, one] of Object.entries(value)) entries.push([name, yield* structure(one)])
  return Object.fromEntries(entries.sort(([a], [b]) => compareBytes(a, b)))
}

function* fromYaml(text: string): Steps<unknown> {
  const json = usualJson(text)
  if (json !== undefined) return sorted(json)
  const { documents } = yield* parseYaml(text)
  const [first] = documents
  if (first === undefined) return null
  if (first.error !== undefined) return text
  const read = yield* documentValue(first.root, plainValue)
  return read.ok && typeof read.value !== 'string' ? sorted(read.value) : text
}

const USUAL_CHARS = 256 * 1024
/** JSON writes an integer with so many digits that JavaScript does not hold, and YAML leaves it a text. */
const LONG_NUMBER = /\d{16}/
/** YAML takes no longer key without a question mark. */
const LONG_KEY = 1000

/**
 * JSON as `toJson` writes it, which YAML reads in the same way: most texts of templates are such, and JSON is read thirty
 * times as fast. A text that is written otherwise, with a key twice or with 1e3, is left to YAML.
 */
function usualJson(text: string): object | undefined {
  if (!/^[[{]/.test(text) || text.length > USUAL_CHARS || LONG_NUMBER.test(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return encoded(value) === `${text}\n` && isUsual(value, MAX_DEPTH) ? (value as object) : undefined
}

function isUsual(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth <= 1) return false
  return Object.entries(value).every(([key, one]) => key.length <= LONG_KEY && isUsual(one, depth - 1))
}

/** The reader of YAML limits how deep a value nests. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, one]): [string, unknown] => [name, sorted(one)])
  return Object.fromEntries(entries.sort(([a], [b]) => compareBytes(a, b)))
}

/** A scalar as Go's package yaml.v2 reads it: without quotes, some words and numbers are no texts. */
const plainValue: ScalarValue = ({ type, source = '', value }) => (type === 'PLAIN' ? resolved(source) : String(value))

const WORDS: ReadonlyMap<string, unknown> = new Map(
  [
    [true, 'y Y yes Yes YES on On ON true True TRUE'],
    [false, 'n N no No NO off Off OFF false False FALSE'],
    [null, '~ null Null NULL'],
  ].flatMap(([value, words]) =>
    String(words)
      .split(' ')
      .map((word): [string, unknown] => [word, value]),
  ),
)

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9]\d*)$/
const FLOAT = /^(?:[-+]?\d*\.?\d+(?:[eE][-+]\d+)?|\.\d+(?:[eE][-+]?\d+)?)$/

function resolved(text: string): unknown {
  if (text === '') return null
  if (WORDS.has(text)) return WORDS.get(text)
  const plain = text.replaceAll('_', '')
  if (INTEGER.test(plain)) return integer(plain) ?? text
  return FLOAT.test(plain) ? Number(plain) : text
}

/** Undefined for an integer that JavaScript does not hold. */
function integer(text: string): number | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? []
  const number = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase())
  if (!Number.isSafeInteger(number)) return undefined
  return sign === '-' && number !== 0 ? -number : number
}
