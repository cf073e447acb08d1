import { RE2JS } from 're2js'

/** A regular expression that holds for a whole value, or why it is none. */
export type Regex = { ok: true; test: (value: string) => boolean } | { ok: false; error: string }

/** RE2 is linear in the value, but the machine grows with the expression; people's stay far below. */
const MAX_REGEX_CHARS = 512

/**
 * Alertmanager's `=~`: RE2, anchored as `^(?:…)$`. JavaScript's own engine backtracks and would let
 * one expression stop the process, so user input never reaches it.
 */
export function compileRegex(text: string): Regex {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const regex = compile(text)
  // A pure function's cache: dropping it all costs time only.
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
  const re2 = build(`^(?:${text})$`)
  return typeof re2 === 'string' ? { ok: false, error: re2 } : { ok: true, test: (value) => re2.test(value) }
}

const TOO_LONG = `regular expression is longer than ${MAX_REGEX_CHARS} characters`

/** `critical|warning` and the like, the most usual kind, is a look-up. */
function literals(text: string): Set<string> | undefined {
  return /^[\w :/@|-]+$/.test(text) ? new Set(text.split('|')) : undefined
}

/**
 * What is wrong with the expression by itself, without our anchors, as silences are checked:
 * `a)|(b` is refused there and `^(?:a)|(b)$` is not.
 */
export function regexError(text: string): string | undefined {
  if (text.length > MAX_REGEX_CHARS) return TOO_LONG
  const re2 = build(text)
  return typeof re2 === 'string' ? re2 : undefined
}

/** The compiled expression, or the error as Go words it. */
function build(text: string): RE2JS | string {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Go always quotes the place, be it empty (a trailing backslash).
    return message.endsWith('`') ? message : `${message}: \`\``
  }
}
