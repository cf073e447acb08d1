import type { Matcher, MatchOperator } from './matcher.ts'
import type { ParsedMatcher, ParsedMatchers } from './parsed.ts'
import { checkedMatcher } from './parsed.ts'
import type { RegexBudget } from './regex.ts'
import { isSpace, trimSpace } from './space.ts'

/*
 * The classic matcher language: forgiving, ASCII label names, OpenMetrics escapes (`\n`, `\"`, `\\`;
 * a further backslash stands for a backslash). Facts from prometheus/alertmanager (Apache-2.0), pkg/labels.
 */

/** A list: braces optional, separated by commas outside quotes, a last comma allowed. */
export function parseClassicMatchers(text: string, budget?: RegexBudget): ParsedMatchers {
  const matchers: Matcher[] = []
  for (const part of splitAtCommas(text.replace(/^\{/, '').replace(/\}$/, ''))) {
    const parsed = parseClassicMatcher(part, budget)
    if (!parsed.ok) return parsed
    matchers.push(parsed.matcher)
  }
  return { ok: true, matchers }
}

/** Splits at commas outside quotes. An empty last part is dropped; an empty part elsewhere is an error later. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  let escaped = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === ',') {
      // A quoted comma leaves `escaped` unchanged, as in Alertmanager.
      if (quoted) continue
      parts.push(text.slice(start, i))
      start = i + 1
    } else if (character === '"') {
      if (!escaped) quoted = !quoted
      escaped = false
    } else {
      escaped = character === '\\' && !escaped
    }
  }
  const last = trimSpace(text.slice(start), isSpace)
  return last === '' ? parts : [...parts, last]
}

/** A single matcher: a name, an operator, and the rest as the value, in quotes or not. */
export function parseClassicMatcher(text: string, budget?: RegexBudget): ParsedMatcher {
  const head = HEAD.exec(text)
  if (head === null) return { ok: false, error: `bad matcher format: ${text}` }
  const [all, name, op] = head as unknown as [string, string, MatchOperator]
  const value = unescapeValue(trimSpace(text.slice(all.length), isAsciiSpace))
  return value.ok ? checkedMatcher(name, op, value.value, budget) : value
}

/**
 * Name and operator. `=~` stands before `=`, or the `~` would begin the value. White space is RE2's \s here: ASCII,
 * without \v.
 */
const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)/

function isAsciiSpace(character: string): boolean {
  return character !== '\v' && character <= ' ' && isSpace(character)
}

type Unescaped = { ok: true; value: string } | { ok: false; error: string }

function unescapeValue(raw: string): Unescaped {
  if (!raw.isWellFormed()) return { ok: false, error: `matcher value not valid UTF-8: ${raw}` }
  const quoted = raw.startsWith('"')
  const text = quoted ? raw.slice(1) : raw
  let value = ''
  let closed = !quoted
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    const last = i === text.length - 1
    if (character === '\\' && !last) {
      i++
      value += ESCAPES.get(text[i]!) ?? `\\${text[i]}`
    } else if (character === '"') {
      if (closed || !last) return unescapedQuote(raw)
      closed = true
    } else {
      value += character
    }
  }
  return closed ? { ok: true, value } : unescapedQuote(raw)
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['"', '"'],
  ['\\', '\\'],
])

function unescapedQuote(raw: string): Unescaped {
  return { ok: false, error: `matcher value contains unescaped double quote: ${raw}` }
}
