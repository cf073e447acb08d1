import { parse, tokenize } from '@huggingface/jinja'
import { suggestion } from '../base/suggest.ts'
import type { Mistake } from './problem.ts'
import { type Expression, partsOf } from './tree.ts'
import { argumentsProblem, type Signature } from './values/define.ts'
import { Float } from './values/value.ts'

/*
 * Jinja's expressions, read by the parser of @huggingface/jinja. The parser gets one expression at a time, of a limited
 * length and depth, so its own recursion is limited, and so is the time of a search in it that is not linear. Its trees
 * say nothing of places in the text: places come from the tokens.
 */

/** The names that a template may use beside its variables. */
export interface Known {
  functions: ReadonlyMap<string, Signature>
  methods: ReadonlyMap<string, Signature>
  tests: ReadonlyMap<string, unknown>
}

const EXPRESSION_CHARS = 2_000
/** The lexer looks for blanks before a tag in quadratic time. */
const MANY_BLANKS = /\s{100}/
/** Brackets in brackets: the parser recurses some fifteen calls deep for each. */
const MOST_BRACKETS = 30

type Token = ReturnType<typeof tokenize>[number]

/** `tokens`: the work; a token takes some ten microseconds. */
export type ReadExpression = { tokens: number } & (
  | { ok: true; expression: Expression }
  | { ok: false; mistakes: Mistake[] }
)

/** `at`: the place of the source in the whole text. */
export function readExpression(source: string, at: number, known: Known): ReadExpression {
  const wrong = (message: string, offset = 0): ReadExpression => {
    return { ok: false, mistakes: [{ at: at + offset, message }], tokens: 1 }
  }
  const begin = source.length - source.trimStart().length
  if (begin === source.length) return wrong('has no expression')
  if (source.length > EXPRESSION_CHARS) return wrong(`limit: an expression has at most ${EXPRESSION_CHARS} characters`)
  if (MANY_BLANKS.test(source)) return wrong('limit: an expression has at most 99 blanks in a row')
  const lexed = lex(source)
  if (!lexed.ok) return wrong(lexed.message, lexed.at)
  const read = readTokens(lexed, known, { begin, end: source.trimEnd().length })
  const tokens = lexed.tokens.length
  if (read.ok) return { ...read, tokens }
  return { ok: false, mistakes: read.mistakes.map((one) => ({ ...one, at: at + one.at })), tokens }
}

type ReadTokens = { ok: true; expression: Expression } | { ok: false; mistakes: Mistake[] }

/** Places of mistakes begin at the source; `begin` and `end` are those of the expression in it. */
function readTokens(
  { tokens, places }: Lexed & { ok: true },
  known: Known,
  { begin, end }: { begin: number; end: number },
): ReadTokens {
  const mistakes = [
    ...bracketMistakes(tokens, places),
    ...nameMistakes(tokens, places, known),
    ...numberMistakes(tokens, places),
  ]
  if (mistakes.length > 0) return { ok: false, mistakes }
  const parsed = parseTokens(tokens)
  if (!parsed.ok) {
    const token = tokens[parsed.furthest]
    const misfit =
      token === undefined || parsed.furthest >= tokens.length - 1
        ? { at: end, message: 'the expression ends too early' }
        : { at: places[parsed.furthest] ?? begin, message: `${shown(token.value)} does not fit here` }
    return { ok: false, mistakes: [misfit] }
  }
  try {
    const expression = convert(parsed.node)
    const wrong = argumentMistakes(expression, known).map(({ name, message }): Mistake => {
      const named = tokens.flatMap((token, index) =>
        token.type === 'Identifier' && token.value === name ? [index] : [],
      )
      return { at: (named.length === 1 ? places[named[0]!] : undefined) ?? begin, message }
    })
    return wrong.length > 0 ? { ok: false, mistakes: wrong } : { ok: true, expression }
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error
    return { ok: false, mistakes: [{ at: begin, message: error.message }] }
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

type Lexed = { ok: true; tokens: Token[]; places: number[] } | { ok: false; message: string; at: number }

/** The tokens between the brackets that the lexer wants around an expression, with their places in the source. */
function lex(source: string): Lexed {
  let tokens: Token[]
  try {
    tokens = tokenize(`{{ ${source} }}`)
  } catch (error) {
    const [, character] = /^Unexpected character: (.+)$/su.exec((error as Error).message) ?? []
    if (character === undefined) return { ok: false, at: 0, message: 'a text has a wrong escape, or is never closed' }
    return { ok: false, at: Math.max(0, source.indexOf(character)), message: `${shown(character)} does not fit here` }
  }
  const places: number[] = []
  let at = 0
  for (const token of tokens.slice(1, -1)) {
    while (/\s/.test(source[at] ?? '')) at++
    places.push(at)
    at += token.type === 'StringLiteral' ? lengthOfText(source, at) : token.value.length
  }
  const odd = tokens.slice(1, -1).findIndex(({ type }) => STRANGE.has(type))
  if (odd >= 0) return { ok: false, at: places[odd]!, message: 'a tag begins inside of a tag' }
  return { ok: true, tokens, places: [0, ...places] }
}

const STRANGE = new Set(['Comment', 'OpenStatement', 'CloseStatement', 'OpenExpression', 'CloseExpression', 'Text'])

function lengthOfText(source: string, from: number): number {
  let at = from + 1
  while (at < source.length && source[at] !== source[from]) at += source[at] === '\\' ? 2 : 1
  return at + 1 - from
}

function bracketMistakes(tokens: readonly Token[], places: readonly number[]): Mistake[] {
  let depth = 0
  for (const [index, { type }] of tokens.entries()) {
    if (/^Open(?:Paren|Square|Curly)/.test(type)) depth++
    else if (/^Close(?:Paren|Square|Curly)/.test(type)) depth--
    if (depth <= MOST_BRACKETS) continue
    return [{ at: places[index] ?? 0, message: `limit: brackets nest more than ${MOST_BRACKETS} deep` }]
  }
  return []
}

/** Functions, filters, methods and tests that are not there, all of them. */
function nameMistakes(tokens: readonly Token[], places: readonly number[], known: Known): Mistake[] {
  return tokens.flatMap(({ type, value }, index): Mistake[] => {
    if (type !== 'Identifier') return []
    const [before, called] = [tokens[index - 1], tokens[index + 1]?.type === 'OpenParen']
    const negated = before?.value === 'not' && tokens[index - 2]?.value === 'is'
    const isTest = (negated || before?.value === 'is') && before?.type === 'Identifier' && value !== 'not'
    const [what, names] =
      before?.type === 'Dot'
        ? ['method', known.methods]
        : before?.type === 'Pipe'
          ? ['filter', known.functions]
          : isTest
            ? ['test', known.tests]
            : ['function', known.functions]
    const asked = what === 'filter' || what === 'test' || (called && !WORDS.has(value))
    if (!asked || names.has(value)) return []
    return [
      { at: places[index] ?? 0, message: `there is no ${what} ${shown(value)}${suggestion(value, names.keys())}` },
    ]
  })
}

/** The lexer ends a number at a letter, and the parser takes what follows for a further argument: `1e9`. */
function numberMistakes(tokens: readonly Token[], places: readonly number[]): Mistake[] {
  return tokens.flatMap(({ type, value }, index): Mistake[] => {
    const next = tokens[index + 1]
    const [at, nextAt] = [places[index] ?? 0, places[index + 1]]
    const joined = next?.type === 'Identifier' && nextAt === at + value.length
    if (type !== 'NumericLiteral' || !joined) return []
    return [{ at, message: `${shown(value + next.value)} is no number` }]
  })
}

/** Calls with arguments that their functions do not have, too many of them or too few. */
function argumentMistakes(expression: Expression, known: Known): { name: string; message: string }[] {
  const own = (): { name: string; message: string }[] => {
    if (expression.kind !== 'call' && expression.kind !== 'method') return []
    const { kind, name, args, named } = expression
    const signature = (kind === 'call' ? known.functions : known.methods).get(name)
    if (signature === undefined) return []
    const count = args.length + (kind === 'call' ? 0 : 1)
    const names = named.map(([parameter]) => parameter)
    const message = argumentsProblem(name, signature, count, names)
    return message === undefined ? [] : [{ name, message }]
  }
  return [...own(), ...partsOf(expression).flatMap((part) => argumentMistakes(part, known))]
}

/** Words of the language, which may stand before a bracket. */
const WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else'])

type Parsed = { ok: true; node: Node } | { ok: false; furthest: number }

/** A second pass over wrong tokens watches how far the parser comes: its errors do not say where. */
function parseTokens(tokens: Token[]): Parsed {
  try {
    const [node] = parse(tokens).body
    if (node !== undefined) return { ok: true, node: node as unknown as Node }
  } catch {}
  let furthest = 0
  const watched = new Proxy(tokens, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) furthest = Math.max(furthest, Number(key))
      return Reflect.get(target, key)
    },
  })
  try {
    parse(watched)
  } catch {}
  return { ok: false, furthest }
}

/** A node of the parser's tree, as far as this file reads nodes. */
interface Node {
  type: string
  value: unknown
  object: Node
  property: Node
  computed: boolean
  callee: Node
  args: Node[]
  key: Node
  operator: Token
  left: Node
  right: Node
  argument: Node
  operand: Node
  filter: Node
  negate: boolean
  test: Node
  lhs: Node
  condition: Node
  trueExpr: Node
  falseExpr: Node
  start?: Node
  stop?: Node
  step?: Node
}

class Unsupported extends Error {}

const CONSTANTS = new Map<string, Expression>([
  ...['true', 'True'].map((name) => [name, { kind: 'literal', value: true }] as const),
  ...['false', 'False'].map((name) => [name, { kind: 'literal', value: false }] as const),
  ...['none', 'None', 'null'].map((name) => [name, { kind: 'literal', value: null }] as const),
])

/** The parser's node as a node of our tree: filters are calls, and what we have no meaning for is refused. */
function convert(node: Node): Expression {
  switch (node.type) {
    case 'IntegerLiteral':
    case 'StringLiteral':
      return { kind: 'literal', value: node.value as number | string }
    case 'FloatLiteral':
      return { kind: 'literal', value: new Float(node.value as number) }
    case 'Identifier':
      return CONSTANTS.get(node.value as string) ?? { kind: 'name', name: node.value as string }
    case 'ArrayLiteral':
    case 'TupleLiteral':
      return { kind: 'list', items: (node.value as Node[]).map(convert) }
    case 'ObjectLiteral':
      return {
        kind: 'dict',
        entries: Array.from(node.value as Map<Node, Node>, ([key, value]) => [convert(key), convert(value)]),
      }
    case 'MemberExpression':
      return convertMember(node)
    case 'CallExpression':
      return convertCall(node)
    case 'FilterExpression': {
      const { callee = node.filter, args = [] } = node.filter
      return { kind: 'call', name: callee.value as string, ...convertArguments(args, node.operand) }
    }
    case 'BinaryExpression':
      return {
        kind: 'binary',
        operator: node.operator.value,
        left: convert(node.left),
        right: convert(node.right),
      }
    case 'UnaryExpression':
      return { kind: 'unary', operator: node.operator.value, of: convert(node.argument) }
    case 'TestExpression':
      return { kind: 'test', of: convert(node.operand), name: node.test.value as string, negate: node.negate }
    case 'Ternary':
      return {
        kind: 'choice',
        test: convert(node.condition),
        value: convert(node.trueExpr),
        otherwise: convert(node.falseExpr),
      }
    case 'SelectExpression':
      return { kind: 'choice', test: convert(node.test), value: convert(node.lhs) }
    default:
      throw new Unsupported(`${node.type} is not supported`)
  }
}

function convertMember({ object, property, computed }: Node): Expression {
  const of = convert(object)
  if (property.type === 'SliceExpression') {
    const { start, stop, step } = property
    return {
      kind: 'slice',
      of,
      ...(start && { from: convert(start) }),
      ...(stop && { to: convert(stop) }),
      ...(step && { step: convert(step) }),
    }
  }
  const name = !computed && property.type === 'Identifier'
  return { kind: 'member', of, key: name ? { kind: 'literal', value: property.value as string } : convert(property) }
}

function convertCall({ callee, args }: Node): Expression {
  if (callee.type === 'Identifier') return { kind: 'call', name: callee.value as string, ...convertArguments(args) }
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') {
    throw new Unsupported('only functions and methods can be called')
  }
  const { object, property } = callee
  return { kind: 'method', of: convert(object), name: property.value as string, ...convertArguments(args) }
}

function convertArguments(args: readonly Node[], first?: Node): Pick<Expression & { kind: 'call' }, 'args' | 'named'> {
  const named = args.filter(({ type }) => type === 'KeywordArgumentExpression')
  const plain = args.filter(({ type }) => type !== 'KeywordArgumentExpression')
  return {
    args: (first === undefined ? plain : [first, ...plain]).map(convert),
    named: named.map(({ key, value }) => [key.value as string, convert(value as Node)]),
  }
}
