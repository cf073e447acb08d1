import { LineCounter, parseDocument, visit } from 'yaml'
import type { Problem } from '../../problem/problem.ts'

export type YamlResult = { ok: true; document: unknown } | { ok: false; problems: Problem[] }

/** Deeper than any configuration. Functions that walk a document may recurse. */
const MAX_DEPTH = 100
/** Aliases may multiply the written text, but not without end ("billion laughs"). */
const MAX_ALIASES = 1000

/**
 * JSON or YAML text. `scalars: 'text'` leaves numbers and booleans as written, which is how Alertmanager's reader
 * fills a field of type string: `match: {code: 1.0}` is the text `1.0`. Messages hold no piece of the text, since
 * the text has secrets.
 */
export function readYaml(text: string, scalars: 'typed' | 'text' = 'typed'): YamlResult {
  const lines = new LineCounter()
  try {
    const yaml = parseDocument(text, { prettyErrors: false, lineCounter: lines, merge: true, logLevel: 'error' })
    const error = yaml.errors[0]
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0])
      return unreadable(`is not readable at line ${line}, column ${col} (${error.code})`)
    }
    if (scalars === 'text') visit(yaml, { Scalar: (_, node) => void asWritten(node) })
    const document: unknown = yaml.toJS({ maxAliasCount: MAX_ALIASES })
    return tooDeep(document) ? unreadable(`nests deeper than ${MAX_DEPTH} levels`) : { ok: true, document }
  } catch {
    // The reader throws for aliases without end and for nesting beyond its stack.
    return unreadable('is not readable: it nests too deeply or its aliases multiply')
  }
}

function unreadable(message: string): YamlResult {
  return { ok: false, problems: [{ path: '', message: `the document ${message}` }] }
}

function asWritten(node: { value: unknown; source?: string }): void {
  if (node.source !== undefined && (typeof node.value === 'number' || typeof node.value === 'boolean')) {
    node.value = node.source
  }
}

/**
 * Without recursion, because the check guards functions that recurse. A shared (aliased) part is looked at once for
 * each depth.
 */
export function tooDeep(document: unknown): boolean {
  let level: unknown[] = [document]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    const next = new Set<unknown>()
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) next.add(child)
    }
    level = [...next]
  }
  return false
}

/**
 * The same document with every scalar as text and without keys that have no value. The sections in Alertmanager's
 * format are read from this form, whether written as JSON or as YAML.
 */
export function textual(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(textual)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, child === null ? undefined : textual(child)])
  return Object.fromEntries(entries)
}
