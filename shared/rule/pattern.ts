/**
 * `*`: any text, line ends and the empty text too. `?`: a single character. `dash`: a character that begins a flag on
 * Windows.
 */
export interface Wildcard {
  wild: 'many' | 'one' | 'dash'
}

/** Literal texts and wildcards; no literal is empty, no two stand side by side. No parts: the empty text. */
export type Pattern = readonly (string | Wildcard)[]

export const MANY: Wildcard = { wild: 'many' }
const ONE: Wildcard = { wild: 'one' }
const DASH: Wildcard = { wild: 'dash' }

/** Compiled rules may come from JSON, where no two objects are the same. */
export function isWild(part: string | Wildcard | undefined, wild: Wildcard['wild']): boolean {
  return typeof part === 'object' && part.wild === wild
}

/** Hyphen, slash, en dash, em dash, horizontal bar: Sigma's `windash` treats these characters as equal. */
export const DASHES = '-/–—―'

/**
 * Reads a Sigma string: a backslash takes the meaning from `*`, `?` and a backslash; before another character the
 * backslash is a backslash. Wildcards of modifiers are added to the parsed pattern, never to the text: a value that
 * ends with a backslash would otherwise swallow the wildcard.
 */
export function parsePattern(text: string): Pattern {
  const parts: (string | Wildcard)[] = []
  let literal = ''
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === '\\' && i + 1 < text.length && '\\*?'.includes(text.charAt(i + 1))) {
      i++
      literal += text.charAt(i)
    } else if (char === '*' || char === '?') {
      parts.push(literal, char === '*' ? MANY : ONE)
      literal = ''
    } else literal += char
  }
  return normal([...parts, literal])
}

/** The pattern with no empty or neighbouring literals; a run of `*` becomes a single `*`. */
export function normal(parts: Pattern): Pattern {
  const out: (string | Wildcard)[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (part === '') continue
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part
    else if (!isWild(part, 'many') || !isWild(last, 'many')) out.push(part)
  }
  return out
}

/** The text of a pattern without wildcards. */
export function literalOf(pattern: Pattern): string | undefined {
  const [first = '', ...more] = pattern
  return typeof first === 'string' && more.length === 0 ? first : undefined
}

export function anywhere(pattern: Pattern): Pattern {
  return normal([MANY, ...pattern, MANY])
}

/** A dash begins a flag when no letter stands before and a letter stands behind. */
const FLAG = new RegExp(`(?<![\\p{L}\\p{N}_])[${DASHES}](?=[\\p{L}\\p{N}_])`, 'gu')

export function withDashes(pattern: Pattern): Pattern {
  return normal(
    pattern.flatMap((part) => {
      if (typeof part !== 'string') return [part]
      return part.split(FLAG).flatMap((text, index) => (index === 0 ? [text] : [DASH, text]))
    }),
  )
}

/** Every text that a pattern with dashes stands for, before encoding. Undefined: more texts than `limit`. */
export function withoutDashes(pattern: Pattern, limit: number): Pattern[] | undefined {
  let texts: Pattern[] = [[]]
  for (const part of pattern) {
    const choices = isWild(part, 'dash') ? [...DASHES] : [part]
    texts = texts.flatMap((text) => choices.map((choice) => [...text, choice]))
    if (texts.length > limit) return undefined
  }
  return texts.map(normal)
}
