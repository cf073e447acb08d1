import { type Document, isNode, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'
import type { Path } from './reading.ts'

/** One document of a text, or why it is none. */
export interface YamlDocument {
  value: unknown
  error?: { message: string; position: Position }
  /** Where a value stands; of a path that is not there, what is nearest above it. */
  locate(path: Path): Position | undefined
}

export interface Position {
  line: number
  column: number
}

/** Aliases may multiply what was written, but not without end ("billion laughs"). */
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
    // The reader throws for nesting beyond its stack.
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
 * `00000429` is a text in YAML 1.1, which Sigma's authors and its own tools use, and the number 429 in
 * YAML 1.2; a number too large for JavaScript would be another one. Both stay as they were written.
 */
function asWritten(node: { value: unknown; source?: string }): void {
  if (typeof node.value !== 'number' || node.source === undefined) return
  const zeros = /^[-+]?0\d/.test(node.source)
  if (zeros || (Number.isInteger(node.value) && !Number.isSafeInteger(node.value))) node.value = node.source
}

/** The key of a pair rather than its value: that is where people look, and modifiers stand there. */
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
