import { RE2JS } from 're2js'

/** A regular expression over a whole value, or the error of a malformed expression. */
export type Regex = { ok: true; test: (value: string) => boolean } | { ok: false; error: string }

/** RE2 is linear in the value, but the machine grows with the expression; people's stay far below. */
const MAX_REGEX_CHARS = 512

/**
 * Alertmanager's `=~`: RE2, anchored as `^(?:…)$`. JavaScript's own engine backtracks and would let
 * a single expression stop the process, so user input never reaches that engine.
 */
export function compileRegex(text: string): Regex {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const regex = compile(text)
  // The cache of a pure function: dropping the whole cache costs only time.
  if (compiled.size >= CACHED) compiled.clear()
  compiled.set(text, regex)
  return regex
}

const CACHED = 2_000
const compiled = new Map<string, Regex>()

function compile(text: string): Regex {
  if (text.length > MAX_REGEX_CHARS) return { ok: false, error: TOO_LONG }
  const alternatives = literals(text)
  if (alternatives !== undefined) return { ok: true, test: (value) => alternatives.has(value) }
  const re2 = buildRe2(`^(?:${text})$`)
  return typeof re2 === 'string' ? { ok: false, error: re2 } : { ok: true, test: (value) => re2.test(value) }
}

const TOO_LONG = `regular expression is longer than ${MAX_REGEX_CHARS} characters`

/** `critical|warning` and the like, the most usual kind, is a look-up. */
function literals(text: string): Set<string> | undefined {
  return /^[\w :/@|-]+$/.test(text) ? new Set(text.split('|')) : undefined
}

/**
 * The error of the expression alone, without Tocsin's anchors, as silences are checked:
 * `a)|(b` is refused there and `^(?:a)|(b)$` is not.
 */
export function regexError(text: string): string | undefined {
  if (text.length > MAX_REGEX_CHARS) return TOO_LONG
  const re2 = buildRe2(text)
  return typeof re2 === 'string' ? re2 : undefined
}

/** The compiled expression, or the error in Go's words. */
function buildRe2(text: string): RE2JS | string {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Go always quotes the place, also an empty place (a trailing backslash).
    return message.endsWith('`') ? message : `${message}: \`\``
  }
}
