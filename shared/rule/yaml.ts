import { isScalar, type Node, type Scalar } from 'yaml'
import type { Steps } from '../base/steps.ts'
import type { YamlError } from '../yaml/error.ts'
import { type ParsedDocument, type ParsedYaml, parseYaml } from '../yaml/parse.ts'
import { documentValue, exactValue, keyText } from '../yaml/value.ts'
import type { Path } from './reading.ts'

/** A document of a text, or the error that made the document unreadable. */
export interface YamlDocument {
  value: unknown
  error?: { message: string; position: Position }
  /** Numbers of the detections whose text is not the written text, as `1.10`. */
  shortened: readonly { written: string; read: string; position: Position }[]
  /** The place of a value. For a path that does not exist, the place of the nearest parent. */
  locate(path: Path): Position | undefined
}

export interface Position {
  line: number
  column: number
}

export function* readDocuments(text: string): Steps<YamlDocument[]> {
  const { documents, positionOf } = yield* parseYaml(text)
  const read: YamlDocument[] = []
  for (const document of documents) read.push(yield* readDocument(document, positionOf))
  return read
}

function* readDocument({ root, error }: ParsedDocument, at: ParsedYaml['positionOf']): Steps<YamlDocument> {
  if (error !== undefined) return failed(error, at)
  const numbers: Scalar[] = []
  const read = yield* documentValue(root, (node) => {
    if (isShortened(node)) numbers.push(node)
    return asWritten(node)
  })
  if (!read.ok) return failed(read.error, at)
  const locate = (path: Path): Position | undefined => {
    const offset = offsetOf(root, path)
    return offset === undefined ? undefined : at(offset)
  }
  const places = ['detection', 'filter'].flatMap((key) => (pairOf(root, key)?.value as Node | undefined)?.range ?? [])
  const [from = 0, , to = 0] = places
  const shortened = numbers.flatMap(({ value, source = '', range }) => {
    const offset = range?.[0] ?? -1
    return offset < from || offset >= to ? [] : [{ written: source, read: String(value), position: at(offset) }]
  })
  return { value: read.value, shortened, locate }
}

function failed({ own, message, offset }: YamlError, at: ParsedYaml['positionOf']): YamlDocument {
  const text = own === undefined ? `is not YAML: ${message}` : `is not readable: ${own}`
  return { value: undefined, error: { message: text, position: at(offset) }, shortened: [], locate: () => undefined }
}

/**
 * `00000429` is a text in YAML 1.1, which Sigma's authors and Sigma's own tools use, and the number 429 in YAML 1.2;
 * JavaScript would change a number that is too large. Both stay as written.
 */
function asWritten(node: Scalar): unknown {
  const { value, source } = node
  return typeof value === 'number' && source !== undefined && /^[-+]?0\d/.test(source) ? source : exactValue(node)
}

/** `1.10` is the number 1.1, and is compared as the text 1.1. */
function isShortened({ value, source }: Scalar): boolean {
  return typeof value === 'number' && source !== undefined && /^\d+\.\d*0$/.test(source)
}

/**
 * The place of a pair's key rather than of its value: readers look at the key, and the modifiers are part of the key.
 */
function offsetOf(root: Node | null, path: Path): number | undefined {
  let offset = root?.range?.[0]
  let node: unknown = root
  for (const part of path) {
    const pair = pairOf(node, part)
    const item = pair === undefined && hasItems(node) && typeof part === 'number' ? node.items[part] : pair?.value
    const place = pair?.key ?? item
    const range = (place as Node | null | undefined)?.range
    if (range) offset = range[0]
    if (item === undefined) break
    node = item
  }
  return offset
}

interface Pair {
  key: unknown
  value: unknown
}

function pairOf(node: unknown, key: string | number): Pair | undefined {
  if (!hasItems(node) || typeof key === 'number') return undefined
  return node.items.find((item): item is Pair => {
    const candidate = (item as Partial<Pair> | null)?.key
    return isScalar(candidate) && keyText(candidate, asWritten) === key
  })
}

function hasItems(node: unknown): node is { items: unknown[] } {
  return typeof node === 'object' && node !== null && Array.isArray((node as { items?: unknown }).items)
}
