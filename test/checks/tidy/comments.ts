/*
 * Finds the comments of a TypeScript file, and measures their language: how often a sentence points at a thing
 * without its name, and how many comments begin with a question word in place of their subject.
 */

export interface Comment {
  /** The line where the comment begins; lines count from 1. */
  line: number
  /** The words alone, in one line: without `//`, `*` and indentation. */
  text: string
}

/** Line comments that stand together are one comment. Strings, templates and regular expressions are code. */
export function commentsOf(source: string): Comment[] {
  const spans: Span[] = []
  scanCode(source, 0, spans, false)
  return joined(source, spans)
    .map(({ start, end }) => ({ line: lineAt(source, start), text: wordsOnly(source.slice(start, end)) }))
    .filter(({ text }) => text !== '' && !text.startsWith('biome-ignore'))
}

interface Span {
  start: number
  end: number
}

/** Words before which a slash begins a regular expression, though each looks like the name of a value. */
const KEYWORD = /(?:^|[^\w$.])(?:return|typeof|case|of|in|do|else|yield|await|void|delete|throw)$/

/** Reads code from `start` on; with `inTemplate` up to the brace that closes `${`. Returns the place behind the code. */
function scanCode(source: string, start: number, spans: Span[], inTemplate: boolean): number {
  let at = start
  let depth = 0
  let codeEnd = start
  while (at < source.length) {
    const char = source.charAt(at)
    if (source.startsWith('//', at)) {
      const end = endOr(source, '\n', at)
      spans.push({ start: at, end })
      at = end
      continue
    }
    if (source.startsWith('/*', at)) {
      const end = Math.min(endOr(source, '*/', at + 2) + 2, source.length)
      spans.push({ start: at, end })
      at = end
      continue
    }
    if (char === '`') at = scanTemplate(source, at + 1, spans)
    else if (char === "'" || char === '"') at = closing(source, char, at + 1)
    else if (char === '/' && startsRegex(source.slice(start, codeEnd))) at = regexEnd(source, at + 1)
    else {
      if (char === '{') depth++
      else if (char === '}' && depth-- === 0 && inTemplate) return at + 1
      at++
    }
    if (!/\s/.test(char)) codeEnd = at
  }
  return at
}

/** A slash divides behind a value, and begins a regular expression behind everything else. */
function startsRegex(before: string): boolean {
  const tail = before.slice(-20)
  return !/[\w$)\]'"`]$/.test(tail) || KEYWORD.test(tail)
}

function scanTemplate(source: string, start: number, spans: Span[]): number {
  let at = start
  while (at < source.length) {
    if (source.charAt(at) === '\\') at += 2
    else if (source.charAt(at) === '`') return at + 1
    else if (source.startsWith('${', at)) at = scanCode(source, at + 2, spans, true)
    else at++
  }
  return at
}

/** The place behind the quote that ends a string. */
function closing(source: string, quote: string, start: number): number {
  let at = start
  while (at < source.length && source.charAt(at) !== quote && source.charAt(at) !== '\n') {
    at += source.charAt(at) === '\\' ? 2 : 1
  }
  return at + 1
}

/** The place behind the slash that ends a regular expression. In a class, a slash is a character. */
function regexEnd(source: string, start: number): number {
  let at = start
  let inClass = false
  for (; at < source.length && source.charAt(at) !== '\n'; at++) {
    const char = source.charAt(at)
    if (char === '\\') at++
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) break
  }
  return at + 1
}

function endOr(source: string, text: string, from: number): number {
  const end = source.indexOf(text, from)
  return end === -1 ? source.length : end
}

function joined(source: string, spans: readonly Span[]): Span[] {
  const all: Span[] = []
  for (const span of spans) {
    const last = all.at(-1)
    const isLine = source.startsWith('//', span.start)
    const follows = last !== undefined && /^\s*$/.test(source.slice(last.end, span.start))
    // A blank line divides two comments.
    const close = follows && !/\n\s*\n/.test(source.slice(last.end, span.start))
    if (isLine && close && source.startsWith('//', last.start)) last.end = span.end
    else all.push({ ...span })
  }
  return all
}

function wordsOnly(comment: string): string {
  return comment
    .replace(/^\/\*+|\*\/$/g, '')
    .replace(/^[ \t]*(?:\/\/|\*)/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length
}

/** Pronouns and the like that point at a thing without its name. Each may be right; many together are a riddle. */
const INDEFINITE = new RegExp(
  `\\b(?:${[
    'it|its|itself|they|them|their|theirs|these|those|one|ones|none|other|others|all|each|both|some|any',
    'what|whatever|who|whom|whose|whoever',
    'somebody|someone|something|anybody|anyone|anything|everybody|everyone|everything|nobody|nothing',
  ].join('|')})\\b`,
  'gi',
)

/** A comment begins with its subject, not with a question and not with `Of`. */
const BAD_START = /^(?:of|what|whatever|who|whom|whose|whoever|how|where|when)\b/i

export interface Measured {
  words: number
  indefinite: number
  badStart: boolean
}

/** URLs count for nothing; a piece of code counts as one word. */
export function measure(text: string): Measured {
  const prose = text.replace(/https?:\/\/\S+/g, ' ').replace(/`[^`]*`/g, ' CODE ')
  return {
    words: prose.match(/[A-Za-z][\w’'-]*/g)?.length ?? 0,
    indefinite: prose.match(INDEFINITE)?.length ?? 0,
    badStart: BAD_START.test(text),
  }
}
