import type { Scalar } from 'yaml'
import { finish, type Steps } from '../../base/steps.ts'
import { type Place, type Problem, splitPath } from '../../problem/problem.ts'
import type { YamlError } from '../../yaml/error.ts'
import { MAX_DEPTH, parseYaml } from '../../yaml/parse.ts'
import { offsetOf } from '../../yaml/place.ts'
import { documentValue, exactValue } from '../../yaml/value.ts'

export type YamlResult = { ok: true; document: unknown; placeOf: PlaceOf } | { ok: false; problems: Problem[] }

/** The line and the column of the text that a path of a problem leads to. */
export type PlaceOf = (path: string) => Place | undefined

type Scalars = 'typed' | 'text'

/**
 * JSON or YAML text. `scalars: 'text'` leaves numbers and booleans as written, which is how Alertmanager's reader
 * fills a field of type string: `match: {code: 1.0}` is the text `1.0`. Messages hold no piece of the text, since
 * the text has secrets.
 */
export function* readYaml(text: string, scalars: Scalars = 'typed'): Steps<YamlResult> {
  const { documents, positionOf } = yield* parseYaml(text)
  const refuse = ({ code, offset, own }: YamlError): YamlResult => {
    const { line, column } = positionOf(offset)
    return unreadable(`is not readable at line ${line}, column ${column}: ${own ?? WORDS[code] ?? code}`)
  }
  const [first, second] = documents
  const error = first?.error ?? (second && { code: 'MULTIPLE_DOCS', offset: second.root?.range?.[0] ?? 0, message: '' })
  if (error !== undefined) return refuse(error)
  const root = first?.root ?? null
  const scalar = scalars === 'text' ? asWritten : exactValue
  const read = yield* documentValue(root, scalar)
  if (!read.ok) return refuse(read.error)
  if (yield* nestsTooDeep(read.value)) return unreadable(`nests deeper than ${MAX_DEPTH} levels`)
  const placeOf: PlaceOf = (path) => {
    const offset = offsetOf(root, splitPath(path), scalar)
    return offset === undefined ? undefined : positionOf(offset)
  }
  return { ok: true, document: read.value, placeOf }
}

/** `readYaml` at once, for small texts. */
export function readYamlAtOnce(text: string, scalars: Scalars = 'typed'): YamlResult {
  return finish(readYaml(text, scalars))
}

/** Words for the codes of the parser, since its messages repeat pieces of the text. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed',
  TAB_AS_INDENT: 'a tab indents, and YAML takes only spaces',
  MISSING_CHAR: 'missing: a quotation mark, a bracket, a colon, or a space of the indentation',
  UNEXPECTED_TOKEN: 'this does not fit to the quotation marks, brackets or indentation before it',
  BAD_SCALAR_START: 'a text that begins with this character needs quotation marks',
  BAD_DQ_ESCAPE: 'a backslash between double quotation marks has no meaning here',
  BLOCK_AS_IMPLICIT_KEY: 'a key has a value, and another key in it; a text with ": " needs quotation marks',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or its colon is missing',
  MULTIPLE_DOCS: 'a second document begins, and only one is read',
}

function unreadable(message: string): YamlResult {
  return { ok: false, problems: [{ path: '', message: `the document ${message}` }] }
}

function asWritten({ value, source }: Scalar): unknown {
  return source !== undefined && (typeof value === 'number' || typeof value === 'boolean') ? source : value
}

/**
 * Without recursion, because the check guards functions that recurse. A shared (aliased) part is looked at once for
 * each depth.
 */
export function* nestsTooDeep(document: unknown): Steps<boolean> {
  let level: unknown[] = [document]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    const next = new Set<unknown>()
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      const children = Object.values(value)
      for (const child of children) if (typeof child === 'object' && child !== null) next.add(child)
      yield 1 + children.length / CHILDREN_PER_UNIT
    }
    level = [...next]
  }
  return false
}

const CHILDREN_PER_UNIT = 8

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
