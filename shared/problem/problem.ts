import * as z from 'zod'
import { suggestion } from '../base/suggest.ts'

/**
 * A mistake in a document, and its place: `policies[0].groupWait`. A problem never holds a value that may be secret.
 */
export interface Problem {
  path: string
  message: string
  /** The place in the text of the document, counted from 1; absent: the document was no text with lines. */
  line?: number
  column?: number
}

export type Place = Pick<Required<Problem>, 'line' | 'column'>

/**
 * Largest number of problems that a reader shows: a hostile document must not make an answer larger than the
 * document.
 */
const SHOWN_PROBLEMS = 100
const MOST_ISSUES = 2 * SHOWN_PROBLEMS
const SHOWN_CHARS = 100
const PATH_CHARS = 500
const MESSAGE_CHARS = 400

export function capProblems(problems: readonly Problem[]): Problem[] {
  const kept = problems.slice(0, SHOWN_PROBLEMS).map(({ path, message }) => ({
    path: truncated(path, PATH_CHARS),
    message: truncated(message, MESSAGE_CHARS),
  }))
  const more = problems.length - kept.length
  return more === 0 ? kept : [...kept, { path: '', message: `and ${more} more problems` }]
}

/** `a[0].b`; a key that is not a plain word is quoted: `headers["X Y"]`. */
export function joinPath(base: string, ...parts: PropertyKey[]): string {
  let path = base
  for (const part of parts) {
    if (typeof part === 'number') path += `[${part}]`
    else if (/^[A-Za-z_][\w-]{0,60}$/.test(String(part))) path += path === '' ? String(part) : `.${String(part)}`
    else path += `[${quoted(String(part))}]`
  }
  return path
}

/** The parts of a path that `joinPath` wrote: keys, and places in lists. A cut key ends the path. */
export function splitPath(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, place, key, word]) => {
    if (place !== undefined) return Number(place)
    return key === undefined ? word! : String(JSON.parse(key))
  })
}

/** The problems with their places. */
export function located(problems: readonly Problem[], placeOf: (path: string) => Place | undefined): Problem[] {
  return problems.map((problem) => ({ ...problem, ...(problem.path === '' ? undefined : placeOf(problem.path)) }))
}

/** A path inside of a part of the document, seen from the whole document. */
export function under(base: string, problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => {
    if (base === '' || path === '') return { path: base + path, message }
    return { path: path.startsWith('[') ? base + path : `${base}.${path}`, message }
  })
}

/** A name out of the document, quoted and cut for an error message. */
export function quoted(text: string): string {
  return JSON.stringify(truncated(text, SHOWN_CHARS))
}

function truncated(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars)}…` : text
}

/**
 * The message of an unknown key has the keys that there are, for `zodProblems`: an issue of zod names the unknown keys
 * alone.
 */
z.config({
  customError: (issue) => (issue.code === 'unrecognized_keys' ? JSON.stringify(keysOf(issue.inst)) : undefined),
})

function keysOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

/** zod's issues as problems: a problem for each unknown key, at the key. One value has at most some hundred problems. */
export function zodProblems(error: z.ZodError, base = ''): Problem[] {
  return error.issues.slice(0, MOST_ISSUES).flatMap((issue) => {
    const path = joinPath(base, ...issue.path)
    if (issue.code === 'unrecognized_keys') {
      const known = JSON.parse(issue.message) as string[]
      return issue.keys.slice(0, MOST_ISSUES).map((key): Problem => {
        return { path: joinPath(path, key), message: `unknown key${suggestion(key, known)}` }
      })
    }
    if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
      return [{ path, message: 'is required' }]
    }
    return [{ path, message: issue.message.replace(/^Invalid input: /, '') }]
  })
}
