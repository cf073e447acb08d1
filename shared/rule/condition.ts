import { type Expression, joined } from './expression.ts'
import { quoted } from './reading.ts'

/** No person writes a longer or deeper condition. */
const MAX_CHARS = 10_000
const MAX_DEPTH = 100

type ParsedCondition = { ok: true; expression: Expression } | { ok: false; error: string }

/** `selection and not 1 of filter*`: from loosest to tightest `or`, `and`, `not`, `1 of`, parentheses. */
export function parseCondition(text: string, detections: ReadonlyMap<string, Expression>): ParsedCondition {
  if (text.length > MAX_CHARS) return { ok: false, error: `the condition is longer than ${MAX_CHARS} characters` }
  if (text.includes('|')) {
    return { ok: false, error: 'aggregations ("| count() …") are not part of conditions any more: write a correlation' }
  }
  const tokens = text.match(/[()]|[^\s()]+/g) ?? []
  const state: ParserState = { tokens, at: 0, depth: 0, detections }
  const expression = either(state)
  if (typeof expression === 'string') return { ok: false, error: expression }
  const rest = tokens[state.at]
  if (rest !== undefined) return { ok: false, error: `${quoted(rest)} is not expected here` }
  return { ok: true, expression }
}

interface ParserState {
  tokens: readonly string[]
  at: number
  depth: number
  detections: ReadonlyMap<string, Expression>
}

/** A string is an error message. */
type ExpressionOrError = Expression | string

function either(state: ParserState): ExpressionOrError {
  return chain(state, 'or', 'any', both)
}

function both(state: ParserState): ExpressionOrError {
  return chain(state, 'and', 'all', negation)
}

function chain(
  state: ParserState,
  word: string,
  kind: 'all' | 'any',
  operand: (state: ParserState) => ExpressionOrError,
): ExpressionOrError {
  const parts: Expression[] = []
  do {
    const part = operand(state)
    if (typeof part === 'string') return part
    parts.push(part)
  } while (taken(state, word))
  return joined(kind, parts)
}

function negation(state: ParserState): ExpressionOrError {
  if (!taken(state, 'not')) return operand(state)
  const inner = deeper(state, negation)
  return typeof inner === 'string' ? inner : { kind: 'not', of: inner }
}

function operand(state: ParserState): ExpressionOrError {
  const token = state.tokens[state.at]
  if (token === undefined) return 'the condition ends where a detection is expected'
  state.at++
  if (token === '(') {
    const inner = deeper(state, either)
    if (typeof inner === 'string') return inner
    return taken(state, ')') ? inner : 'a parenthesis is not closed'
  }
  if (state.tokens[state.at]?.toLowerCase() === 'of') return selector(state, token.toLowerCase())
  const detection = state.detections.get(token)
  if (detection !== undefined) return detection
  return WORDS.has(token.toLowerCase())
    ? `${quoted(token)} is not expected here`
    : `no detection is named ${quoted(token)}`
}

const WORDS = new Set(['and', 'or', 'not', ')'])

function selector(state: ParserState, quantifier: string): ExpressionOrError {
  if (quantifier !== '1' && quantifier !== 'any' && quantifier !== 'all') {
    return `${quoted(quantifier)} of …: only 1, any and all are known`
  }
  const pattern = state.tokens[state.at + 1]
  if (pattern === undefined || pattern === '(' || pattern === ')') return `"${quantifier} of" lacks a name`
  state.at += 2
  const chosen = named(pattern, state.detections)
  if (chosen.length === 0) return `no detection is named ${quoted(pattern)}`
  return joined(quantifier === 'all' ? 'all' : 'any', chosen)
}

/** Names that begin with an underscore take part only where the pattern begins with an underscore too. */
function named(pattern: string, detections: ReadonlyMap<string, Expression>): Expression[] {
  const parts = (pattern === 'them' ? '*' : pattern).split('*')
  return [...detections]
    .filter(([name]) => matchesName(parts, name) && (pattern.startsWith('_') || !name.startsWith('_')))
    .map(([, expression]) => expression)
}

/** `parts` are the texts between the asterisks. Taking a part at its first place is enough, and linear. */
function matchesName(parts: readonly string[], name: string): boolean {
  const [first = '', ...more] = parts
  const last = more.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of more) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

function taken(state: ParserState, word: string): boolean {
  const token = state.tokens[state.at]
  const is = token?.toLowerCase() === word
  if (is) state.at++
  return is
}

function deeper(state: ParserState, parse: (state: ParserState) => ExpressionOrError): ExpressionOrError {
  if (++state.depth > MAX_DEPTH) return `the condition nests more than ${MAX_DEPTH} deep`
  const result = parse(state)
  state.depth--
  return result
}
