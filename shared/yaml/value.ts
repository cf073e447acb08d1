import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, Scalar } from 'yaml'
import { losesDigits } from '../base/digits.ts'
import { LIMITS } from '../base/limits.ts'
import { STEP, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import { ownError, type YamlError } from './error.ts'

export type YamlValue = { ok: true; value: unknown } | Refused

interface Refused {
  ok: false
  error: YamlError
}

/** What a scalar stands for; a key is the text of that. */
export type ScalarValue = (node: Scalar) => unknown

/** What an anchor names. */
interface Named {
  value: unknown
  /** Characters about as written, with aliases written out. */
  size: number
  /** False: the value is still being read, so an alias would put the value into itself. */
  whole: boolean
}

/** A collection that is being read. */
interface Open {
  items: readonly unknown[]
  at: number
  value: unknown[] | Record<string, unknown>
  keys: Set<string>
  named: Named | undefined
  sizeBefore: number
}

interface Reading {
  scalar: ScalarValue
  anchors: Map<string, Named>
  open: Open[]
  size: number
  /** Units since the last step. */
  done: number
}

type Found = { value: unknown } | Refused

/**
 * The value of a document: lists, mappings with texts as keys, and what `scalar` makes of scalars. One pass: repeated
 * keys are found by a set, aliases by a map. An alias shares the value of its anchor. What all aliases are, written
 * out, is limited, because later readers go through every copy.
 */
export function* documentValue(root: Node | null, scalar: ScalarValue): Steps<YamlValue> {
  const reading: Reading = { scalar, anchors: new Map(), open: [], size: 0, done: 0 }
  const first = readNode(reading, root)
  if ('ok' in first) return first
  for (let here = reading.open.at(-1); here !== undefined; here = reading.open.at(-1)) {
    if (++reading.done >= STEP) {
      yield reading.done
      reading.done = 0
    }
    if (here.at === here.items.length) {
      if (here.named !== undefined) close(here.named, here.value, reading.size - here.sizeBefore)
      reading.open.pop()
      continue
    }
    const item = here.items[here.at++]
    const refusal = isPair(item) ? readPair(reading, here, item) : readItem(reading, here, item)
    if (refusal !== undefined) return refusal
  }
  return { ok: true, value: first.value }
}

function readNode(reading: Reading, node: unknown): Found {
  if (isAlias(node)) return readAlias(reading, node)
  const sizeBefore = reading.size
  reading.size += SIZE_OF_NODE
  const anchor = (node as Scalar | null)?.anchor
  const named = anchor === undefined ? undefined : { value: undefined, size: 0, whole: false }
  if (anchor !== undefined && named !== undefined) reading.anchors.set(anchor, named)
  if (isMap(node) || isSeq(node)) {
    const value = isMap(node) ? {} : []
    reading.open.push({ items: node.items, at: 0, value, keys: new Set(), named, sizeBefore })
    return { value }
  }
  const value = isScalar(node) ? reading.scalar(node) : null
  if (typeof value === 'string') reading.size += value.length
  if (named !== undefined) close(named, value, reading.size - sizeBefore)
  return { value }
}

function close(named: Named, value: unknown, size: number): void {
  Object.assign(named, { value, size, whole: true })
}

function readAlias(reading: Reading, alias: Node & { source: string }): Found {
  const named = reading.anchors.get(alias.source)
  if (named === undefined) return refused(alias, 'BAD_ALIAS', 'an alias has no anchor before it')
  if (!named.whole) return refused(alias, 'BAD_ALIAS', 'an alias stands inside of its own anchor')
  reading.size += named.size
  if (reading.size <= LIMITS.documentBytes) return { value: named.value }
  return refused(alias, 'TOO_LARGE', `its aliases written out make more than ${LIMITS.documentBytes} characters`)
}

function readItem(reading: Reading, { value }: Open, item: unknown): Refused | undefined {
  const found = readNode(reading, item)
  if ('ok' in found) return found
  ;(value as unknown[]).push(found.value)
  return undefined
}

function readPair(reading: Reading, { value, keys }: Open, pair: Pair): Refused | undefined {
  const into = value as Record<string, unknown>
  if (isMergeKey(pair.key)) return merge(reading, into, pair)
  const key = keyText(pair.key, reading.scalar)
  if (key === undefined) return refused(pair.key as Node, 'BAD_KEY', 'a key is not a text')
  if (keys.has(key)) return refused(pair.key as Node, 'DUPLICATE_KEY', 'keys of a mapping have to be unique')
  keys.add(key)
  reading.size += key.length
  const found = readNode(reading, pair.value)
  if ('ok' in found) return found
  put(into, key, found.value)
  return undefined
}

/** https://yaml.org/type/merge.html: a key that is there, before or after the merge, stays. */
function merge(reading: Reading, into: Record<string, unknown>, { key: at, value }: Pair): Refused | undefined {
  for (const source of isSeq(value) ? value.items : [value]) {
    const found = isAlias(source) ? readAlias(reading, source) : { value: undefined }
    if ('ok' in found) return found
    if (!isObject(found.value)) return refused(at as Node, 'BAD_ALIAS', 'a merge (<<) takes aliases of mappings')
    for (const [name, one] of Object.entries(found.value)) {
      reading.done++
      if (!Object.hasOwn(into, name)) put(into, name, one)
    }
  }
  return undefined
}

/** About what punctuation and indentation take. */
const SIZE_OF_NODE = 4

/** The text of a key. Undefined: a list or a mapping. */
export function keyText(key: unknown, scalar: ScalarValue): string | undefined {
  if (key === null || key === undefined) return ''
  if (!isScalar(key)) return undefined
  const value = scalar(key)
  return value === null || value === undefined ? '' : String(value)
}

/** The value of a scalar by YAML's core schema; a number that JavaScript cannot hold keeps its text. */
export function exactValue({ value, source }: Scalar): unknown {
  if (typeof value !== 'number' || source === undefined) return value
  if (/^[-+]?0[xo]/.test(source)) return Number.isSafeInteger(value) ? value : source
  const isDecimal = /^[-+]?\.?\d/.test(source)
  return isDecimal && losesDigits(source.replace(/^\+/, '')) ? source : value
}

/** In quotes `<<` is an ordinary key. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.source === '<<'
}

function put(into: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') into[key] = value
  else Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true })
}

function refused(node: Node, code: string, message: string): Refused {
  return { ok: false, error: ownError(code, message, node.range?.[0] ?? 0) }
}
