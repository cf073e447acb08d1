import { inSlices, type Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import { compareBytes } from '../../go-template/text/bytes.ts'
import { MAX_DEPTH, parseYaml } from '../../yaml/parse.ts'
import { documentValue, type ScalarValue } from '../../yaml/value.ts'
import { encoded } from './encoded.ts'

/**
 * A value whose texts were rendered, as Alertmanager puts it into JSON (facts from prometheus/alertmanager
 * template/template.go, Apache-2.0): a text that is YAML of anything but a text becomes what the YAML says. So
 * `{{ .Alerts | toJson }}` becomes a list, and `{{ len .Alerts }}` a number. Keys are sorted, as Go writes them. Unlike
 * Alertmanager, no part of a text is dropped: `[FIRING:2] Disk full` stays a text, where Go's yaml.v2 reads the list and
 * leaves the rest, and so does a text with a key twice.
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
  if (NO_YAML.test(text)) return text
  const { documents } = yield* parseYaml(text)
  const [first] = documents
  if (first === undefined) return null
  if (first.error !== undefined) return text
  const words = createWords(/^\s*[[{]/.test(text))
  const read = yield* documentValue(first.root, words.valueOf)
  if (!read.ok || words.haveOdd() || (!words.haveEmpty() && hasEmptyKey(read.value))) return text
  return typeof read.value === 'string' ? text : sorted(read.value)
}

/** `: x` and `? ` are no mapping of yaml.v2, but a text in quotes may be an empty key. */
function hasEmptyKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasEmptyKey)
  return isObject(value) && Object.entries(value).some(([name, one]) => name === '' || hasEmptyKey(one))
}

/**
 * A line that YAML takes for a directive, an end of a document without a document, and a tab alone: the package `yaml`
 * reads nothing there, and Go's yaml.v2 fails.
 */
const NO_YAML = /^\s*(?:%|\.\.\.(?:\s|$)|\t)/

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

/**
 * Scalars as Go's package yaml.v2 reads them: without quotes, some words and numbers are no texts. What yaml.v2 refuses
 * and the package `yaml` takes is odd: `&` before no name or no value, and a question mark within a word in brackets.
 */
function createWords(inFlow: boolean): { valueOf: ScalarValue; haveOdd(): boolean; haveEmpty(): boolean } {
  let odd = false
  let empty = false
  return {
    valueOf({ type, source = '', value, tag, anchor }) {
      if (anchor !== undefined && (!ANCHOR.test(anchor) || source === '')) odd = true
      // `!important` is a tag, which yaml.v2 does not know: what stands there is a text.
      if (tag !== undefined) return String(value ?? '')
      if (type !== 'PLAIN') {
        empty ||= value === ''
        return String(value)
      }
      if (inFlow && source.lastIndexOf('?') > 0) odd = true
      return resolved(source)
    },
    haveOdd: () => odd,
    haveEmpty: () => empty,
  }
}

const ANCHOR = /^[\w-]+$/

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
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

function resolved(text: string): unknown {
  if (text === '') return null
  if (WORDS.has(text)) return WORDS.get(text)
  if (!/^[-+.\d]/.test(text)) return text
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
