import { suggestion } from '../base/suggest.ts'
import { joined, type Tree } from './expression.ts'
import { quoted } from './reading.ts'

/** No person writes a longer or deeper condition. */
const MAX_CHARS = 10_000
const MAX_DEPTH = 100

export type ParsedCondition<Leaf> = { ok: true; expression: Tree<Leaf> } | { ok: false; error: string }

/** The named parts of a condition: detections of a rule, or rules of a correlation. */
export interface NamedParts<Leaf> {
  /** The word for a part in messages. */
  one: string
  parts: ReadonlyMap<string, Leaf>
  /** Gets the names of the parts that the condition uses. */
  used?: Set<string>
}

/** `selection and not 1 of filter*`: from loosest to tightest `or`, `and`, `not`, `1 of`, parentheses. */
export function parseCondition<Leaf>(text: string, named: NamedParts<Leaf>): ParsedCondition<Leaf> {
  if (text.length > MAX_CHARS) return { ok: false, error: `the condition is longer than ${MAX_CHARS} characters` }
  if (text.includes('|')) {
    return { ok: false, error: pipeProblem(text) }
  }
  const tokens = text.match(/[()]|[^\s()]+/g) ?? []
  const state: ParserState<Leaf> = { tokens, at: 0, depth: 0, named }
  const expression = either(state)
  if (typeof expression === 'string') return { ok: false, error: expression }
  const rest = tokens[state.at]
  if (rest !== undefined) return { ok: false, error: `${quoted(rest)} is not expected here` }
  return { ok: true, expression }
}

function pipeProblem(text: string): string {
  const after = text.slice(text.indexOf('|') + 1).trim()
  if (/^near\b/i.test(after)) return '"| near" is not part of conditions any more: write a correlation of type temporal'
  return 'aggregations ("| count() …") are not part of conditions any more: write a correlation'
}

interface ParserState<Leaf> {
  tokens: readonly string[]
  at: number
  depth: number
  named: NamedParts<Leaf>
}

/** A string is an error message. */
type TreeOrError<Leaf> = Tree<Leaf> | string

function either<Leaf>(state: ParserState<Leaf>): TreeOrError<Leaf> {
  return chain(state, 'or', 'any', both)
}

function both<Leaf>(state: ParserState<Leaf>): TreeOrError<Leaf> {
  return chain(state, 'and', 'all', negation)
}

function chain<Leaf>(
  state: ParserState<Leaf>,
  word: string,
  kind: 'all' | 'any',
  operand: (state: ParserState<Leaf>) => TreeOrError<Leaf>,
): TreeOrError<Leaf> {
  const parts: Tree<Leaf>[] = []
  do {
    const part = operand(state)
    if (typeof part === 'string') return part
    parts.push(part)
  } while (taken(state, word))
  return joined(kind, parts)
}

function negation<Leaf>(state: ParserState<Leaf>): TreeOrError<Leaf> {
  if (!taken(state, 'not')) return operand(state)
  const inner = deeper(state, negation)
  return typeof inner === 'string' ? inner : { kind: 'not', of: inner }
}

function operand<Leaf>(state: ParserState<Leaf>): TreeOrError<Leaf> {
  const token = state.tokens[state.at]
  if (token === undefined) return `the condition ends where a ${state.named.one} is expected`
  state.at++
  if (token === '(') {
    const inner = deeper(state, either)
    if (typeof inner === 'string') return inner
    return taken(state, ')') ? inner : 'a parenthesis is not closed'
  }
  if (state.tokens[state.at]?.toLowerCase() === 'of') return selector(state, token.toLowerCase())
  const part = state.named.parts.get(token)
  if (part !== undefined) {
    state.named.used?.add(token)
    return part
  }
  return WORDS.has(token.toLowerCase()) ? `${quoted(token)} is not expected here` : unknownName(state, token)
}

function unknownName({ named: { one, parts } }: ParserState<unknown>, name: string): string {
  return `no ${one} is named ${quoted(name)}${suggestion(name, parts.keys())}`
}

const WORDS = new Set(['and', 'or', 'not', ')'])

function selector<Leaf>(state: ParserState<Leaf>, quantifier: string): TreeOrError<Leaf> {
  if (quantifier !== '1' && quantifier !== 'any' && quantifier !== 'all') {
    return `${quoted(quantifier)} of …: only 1, any and all are known`
  }
  const pattern = state.tokens[state.at + 1]
  if (pattern === undefined || pattern === '(' || pattern === ')') return `"${quantifier} of" lacks a name`
  state.at += 2
  const chosen = matching(pattern, state.named.parts)
  if (chosen.length === 0) return unknownName(state, pattern)
  for (const [name] of chosen) state.named.used?.add(name)
  return joined(
    quantifier === 'all' ? 'all' : 'any',
    chosen.map(([, part]) => part),
  )
}

/** Names that begin with an underscore take part only where the pattern begins with an underscore too. */
function matching<Leaf>(pattern: string, named: ReadonlyMap<string, Leaf>): [string, Leaf][] {
  const parts = (pattern === 'them' ? '*' : pattern).split('*')
  return [...named].filter(([name]) => matchesName(parts, name) && (pattern.startsWith('_') || !name.startsWith('_')))
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

function taken(state: ParserState<unknown>, word: string): boolean {
  const token = state.tokens[state.at]
  const is = token?.toLowerCase() === word
  if (is) state.at++
  return is
}

function deeper<Leaf>(
  state: ParserState<Leaf>,
  parse: (state: ParserState<Leaf>) => TreeOrError<Leaf>,
): TreeOrError<Leaf> {
  if (++state.depth > MAX_DEPTH) return `the condition nests more than ${MAX_DEPTH} deep`
  const result = parse(state)
  state.depth--
  return result
}
