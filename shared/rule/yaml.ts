import { type Document, isNode, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'
import type { Path } from './reading.ts'

/** A document of a text, or the error that made the document unreadable. */
export interface YamlDocument {
  value: unknown
  error?: { message: string; position: Position }
  /** The place of a value. For a path that does not exist, the place of the nearest parent. */
  locate(path: Path): Position | undefined
}

export interface Position {
  line: number
  column: number
}

/** Aliases may multiply the written text, but only up to a limit ("billion laughs"). */
const MAX_ALIASES = 100

export function readDocuments(text: string): YamlDocument[] {
  const lines = new LineCounter()
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      merge: true,
    })
    return Array.isArray(documents) ? documents.map((document) => read(document, lines)) : []
  } catch {
    // The YAML parser throws for nesting beyond its stack.
    return [failed('is not readable: it nests too deeply', { line: 1, column: 1 })]
  }
}

function read(document: Document, lines: LineCounter): YamlDocument {
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const error = document.errors[0]
  if (error !== undefined) return failed(`is not YAML: ${error.message}`, at(error.pos[0]))
  visit(document, { Scalar: (_, node) => void asWritten(node) })
  const locate = (path: Path): Position | undefined => {
    const offset = offsetOf(document, path)
    return offset === undefined ? undefined : at(offset)
  }
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), locate }
  } catch {
    return failed('is not readable: its aliases multiply', locate([]) ?? { line: 1, column: 1 })
  }
}

function failed(message: string, position: Position): YamlDocument {
  return { value: undefined, error: { message, position }, locate: () => undefined }
}

/**
 * `00000429` is a text in YAML 1.1, which Sigma's authors and Sigma's own tools use, and the number 429 in YAML 1.2;
 * JavaScript would change a number that is too large. Both stay as written.
 */
function asWritten(node: { value: unknown; source?: string }): void {
  if (typeof node.value !== 'number' || node.source === undefined) return
  const zeros = /^[-+]?0\d/.test(node.source)
  if (zeros || (Number.isInteger(node.value) && !Number.isSafeInteger(node.value))) node.value = node.source
}

/**
 * The place of a pair's key rather than of its value: readers look at the key, and the modifiers are part of the key.
 */
function offsetOf(document: Document, path: Path): number | undefined {
  let offset: number | undefined = document.contents?.range?.[0]
  let node: unknown = document.contents
  for (const part of path) {
    const pair = pairOf(node, part)
    const item = pair === undefined && hasItems(node) && typeof part === 'number' ? node.items[part] : pair?.value
    const place = pair?.key ?? item
    if (isNode(place) && place.range) offset = place.range[0]
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
    return isScalar(candidate) && String(candidate.value ?? '') === key
  })
}

function hasItems(node: unknown): node is { items: unknown[] } {
  return typeof node === 'object' && node !== null && Array.isArray((node as { items?: unknown }).items)
}
