import { RE2JS } from 're2js'
import { type CountMatch, replaceMatches } from './replace.ts'
import { regexSize } from './size.ts'

export interface Re2 {
  test(text: string): boolean
  /** Every match replaced, with Go's references to groups in the replacement. */
  replaceAll(text: string, replacement: string, count: CountMatch): string
  /** A match takes at most this × the length of the text in steps. */
  size: number
}

export type BuiltRe2 = { ok: true; re2: Re2 } | { ok: false; error: string }

/** The most that one expression may be. Both limits are checked before the expression is compiled. */
export interface RegexLimits {
  chars: number
  size: number
}

/**
 * Compiles an expression with RE2, which never backtracks. JavaScript's own engine would let a single expression stop
 * the process, so text of users never reaches that engine. The error of a malformed expression is in Go's words.
 */
export function buildRe2(source: string, limits: RegexLimits, flags = ''): BuiltRe2 {
  if (source.length > limits.chars) return { ok: false, error: `is longer than ${limits.chars} characters` }
  const key = `${flags}/${source}`
  const known = built.get(key)
  const size = known?.size ?? regexSize(source, flags.includes('i'))
  if (size > limits.size) return { ok: false, error: tooLarge(size, limits.size) }
  if (known !== undefined) return known.result
  const result = build(source, flags, size)
  if (builtSize + size > KEPT_SIZE || built.size >= KEPT) {
    built.clear()
    builtSize = 0
  }
  built.set(key, { result, size })
  builtSize += size
  return result
}

export function tooLarge(size: number, most: number): string {
  return `is too large: it has ${size} steps with its repetitions, at most ${most} are allowed`
}

/** The cache of a pure function: dropping the whole cache costs only time. A step takes some hundred bytes. */
const KEPT_SIZE = 300_000
const KEPT = 20_000
const built = new Map<string, { result: BuiltRe2; size: number }>()
let builtSize = 0

function build(source: string, flags: string, size: number): BuiltRe2 {
  try {
    const re2 = RE2JS.compile(source, flagBits(flags))
    return {
      ok: true,
      re2: {
        test: (text) => re2.test(text),
        replaceAll: (text, replacement, count) => replaceMatches(re2, text, replacement, count),
        size,
      },
    }
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) }
  }
}

function flagBits(flags: string): number {
  return (
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0)
  )
}
