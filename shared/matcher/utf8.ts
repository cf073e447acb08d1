import type { Lexer, Token, TokenKind } from './lexer.ts'
import { createLexer } from './lexer.ts'
import type { Matcher, MatchOperator } from './matcher.ts'
import type { ParsedMatcher, ParsedMatchers } from './parsed.ts'
import { checkedMatcher } from './parsed.ts'
import { unquote } from './quote.ts'
import type { RegexBudget } from './regex.ts'

/*
 * The UTF-8 matcher language (Alertmanager 0.27 and later): names and values are quoted Go strings, or
 * bare when free of reserved characters. Grammar, a function for every rule:
 *   list    = ["{"] [matcher {"," matcher} [","]] ["}"]    two braces or no brace
 *   matcher = text operator text
 * Facts, error texts included, from prometheus/alertmanager (Apache-2.0), matcher/parse.
 */

export function parseUtf8Matcher(text: string, budget?: RegexBudget): ParsedMatcher {
  const parsed = parseUtf8Matchers(text, budget)
  if (!parsed.ok) return parsed
  const [matcher, ...more] = parsed.matchers
  if (matcher === undefined) return syntaxError('no matchers')
  return more.length === 0 ? { ok: true, matcher } : syntaxError(`expected 1 matcher, found ${parsed.matchers.length}`)
}

export function parseUtf8Matchers(text: string, budget?: RegexBudget): ParsedMatchers {
  const lexer = createLexer(text)
  const first = lexer.peek()
  if (!first.ok) return first
  const braced = first.token?.kind === '{'
  if (braced) lexer.next()
  const second = lexer.peek()
  if (!second.ok) return second
  const matchers: Matcher[] = []
  if (second.token !== undefined && second.token.kind !== '}') {
    const error = readList(lexer, matchers, budget)
    if (error !== undefined) return syntaxError(error)
  }
  const error = readEnd(lexer, braced)
  return error === undefined ? { ok: true, matchers } : syntaxError(error)
}

/** Reads matchers into the list, up to the closing brace or the end; returns the error. */
function readList(lexer: Lexer, into: Matcher[], budget?: RegexBudget): string | undefined {
  for (;;) {
    const parsed = readMatcher(lexer, budget)
    if (!parsed.ok) return parsed.error
    into.push(parsed.matcher)
    const comma = expect(lexer, [',', '}'], 'peek')
    if (!comma.ok) return comma.atEnd ? undefined : `${comma.error}: expected a comma or close brace`
    if (comma.token.kind === '}') return undefined
    lexer.next()
    const after = expect(lexer, ['}', 'unquoted', 'quoted'], 'peek')
    if (!after.ok) return after.atEnd ? undefined : `${after.error}: expected a matcher or close brace after comma`
    if (after.token.kind === '}') return undefined
  }
}

function readMatcher(lexer: Lexer, budget?: RegexBudget): ParsedMatcher {
  const name = readText(lexer, 'expected label name')
  if (!name.ok) return name
  const operator = expect(lexer, ['operator'], 'take')
  if (!operator.ok) return syntaxError(`${operator.error}: expected an operator such as '=', '!=', '=~' or '!~'`)
  const value = readText(lexer, 'expected label value')
  if (!value.ok) return value
  const checked = checkedMatcher(name.text, operator.token.text as MatchOperator, value.text, budget)
  return checked.ok ? checked : syntaxError(`failed to create matcher: ${checked.error}`)
}

function readText(lexer: Lexer, expected: string): { ok: true; text: string } | { ok: false; error: string } {
  const read = expect(lexer, ['quoted', 'unquoted'], 'take')
  if (!read.ok) return syntaxError(`${read.error}: ${expected}`)
  const { kind, text, from, to } = read.token
  const plain = kind === 'quoted' ? unquote(text) : text
  return plain === undefined ? syntaxError(`${from}:${to}: ${text}: invalid input`) : { ok: true, text: plain }
}

/** The braces must pair, and no token may follow. */
function readEnd(lexer: Lexer, braced: boolean): string | undefined {
  const brace = expect(lexer, ['}'], 'take')
  if (braced && !brace.ok) return `0:${lexer.column()}: ${brace.error}: expected close brace`
  if (!braced && brace.ok) return `0:${lexer.column()}: }: expected opening brace`
  const rest = lexer.next()
  if (!rest.ok) return `${rest.error}: expected end of input`
  if (rest.token === undefined) return undefined
  return `${rest.token.from}:${rest.token.to}: ${rest.token.text}: expected end of input`
}

type ExpectedToken = { ok: true; token: Token } | { ok: false; error: string; atEnd: boolean }

function expect(lexer: Lexer, kinds: TokenKind[], how: 'peek' | 'take'): ExpectedToken {
  const seen = lexer.peek()
  if (!seen.ok) return { ...seen, atEnd: false }
  const { token } = seen
  if (token === undefined) return { ok: false, error: 'end of input', atEnd: true }
  if (!kinds.includes(token.kind))
    return { ok: false, error: `${token.from}:${token.to}: unexpected ${token.text}`, atEnd: false }
  if (how === 'take') lexer.next()
  return { ok: true, token }
}

function syntaxError(error: string): { ok: false; error: string } {
  return { ok: false, error }
}
