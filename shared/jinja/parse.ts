import { LIMITS } from '../base/limits.ts'
import type { Steps } from '../base/steps.ts'
import { suggestion } from '../base/suggest.ts'
import { type Known, readExpression } from './expression.ts'
import { type Mistake, problemsOf, type TemplateProblem } from './problem.ts'
import { type Piece, scan } from './scan.ts'
import { type Block, type Expression, partsOf, type Template } from './tree.ts'

/** Characters of the text of a template. */
export const TEMPLATE_CHARS = LIMITS.contentTextChars
/** Blocks in blocks: the run recurses. */
const MOST_BLOCKS = 20
const MOST_MISTAKES = 20

/** `tokens`: the size of a template as work: words, numbers and signs inside of its tags. */
export type ParsedTemplate = { tokens: number } & (
  | { ok: true; template: Template }
  | { ok: false; problems: TemplateProblem[] }
)

/** Units of work of a token, and of a tag. */
const TOKEN_UNITS = 9
const TAG_UNITS = 20

/** Reads the text of a template: the tree, or every mistake with its place. Time grows with the length of the text. */
export function* parseTemplate(text: string, known: Known): Steps<ParsedTemplate> {
  if (text.length > TEMPLATE_CHARS) {
    const message = `limit: a template has at most ${TEMPLATE_CHARS} characters`
    return { ok: false, problems: [{ line: 1, column: 1, message }], tokens: 0 }
  }
  const reader: Reader = { known, body: [], names: new Map(), set: new Set(), open: [], mistakes: [], tokens: 0 }
  for (const piece of scan(text, reader.mistakes)) {
    const before = reader.tokens
    take(reader, piece)
    yield TAG_UNITS + (reader.tokens - before) * TOKEN_UNITS
  }
  for (const { word, at } of reader.open) wrong(reader, at, `{% ${word} %} has no {% end${word} %}`)
  const mistakes = reader.mistakes.slice(0, MOST_MISTAKES)
  const { body, names, tokens } = reader
  return mistakes.length > 0
    ? { ok: false, problems: problemsOf(text, mistakes), tokens }
    : { ok: true, template: { body, names }, tokens }
}

interface Reader {
  known: Known
  body: Block[]
  /** As `Template` has the names. */
  names: Map<string, number>
  /** Names that the template sets outside of loops. */
  set: Set<string>
  /** Blocks that are not closed yet. */
  open: Open[]
  mistakes: Mistake[]
  tokens: number
}

/** A block that is open: the next pieces belong to `into`. */
interface Open {
  word: 'if' | 'for'
  at: number
  into: Block[]
  block: Block & { kind: 'if' | 'for' }
  /** There was an `else`, and the block can only end. */
  last: boolean
  /** Names that the loop sets. */
  set: Set<string>
}

function wrong({ mistakes }: Reader, at: number, message: string): void {
  mistakes.push({ at, message })
}

function add(reader: Reader, block: Block): void {
  const into = reader.open.at(-1)?.into ?? reader.body
  into.push(block)
}

function take(reader: Reader, piece: Piece): void {
  if (piece.kind === 'text') return add(reader, piece)
  const { at, source } = piece
  if (piece.kind === 'output') return add(reader, { kind: 'output', at, value: expressionOf(reader, source, at) })
  const [whole, word = ''] = /^\s{0,100}([A-Za-z_]\w{0,100})?/.exec(source) ?? ['']
  const tag = TAGS.get(word)
  if (tag === undefined) {
    return wrong(reader, at, `there is no {% ${word} %}${suggestion(word, [...TAGS.keys(), 'raw', 'endraw'])}`)
  }
  tag(reader, { at, rest: source.slice(whole.length), restAt: at + whole.length, word })
}

/** What stands in a tag behind its word, with the place in the text. */
interface Tag {
  at: number
  word: string
  rest: string
  restAt: number
}

const TAGS = new Map<string, (reader: Reader, tag: Tag) => void>([
  ['if', beginIf],
  ['elif', addBranch],
  ['else', beginElse],
  ['endif', (reader, tag) => endBlock(reader, tag, 'if')],
  ['for', beginFor],
  ['endfor', (reader, tag) => endBlock(reader, tag, 'for')],
  ['set', set],
])

function expressionOf(reader: Reader, source: string, at: number, own: readonly string[] = []): Expression {
  const read = readExpression(source, at, reader.known)
  reader.tokens += read.tokens
  if (!read.ok) {
    reader.mistakes.push(...read.mistakes)
    return { kind: 'literal', value: null }
  }
  for (const name of namesIn(read.expression)) {
    const [first = ''] = name.split('.')
    const isSet = own.includes(first) || reader.set.has(first) || reader.open.some((open) => open.set.has(first))
    if (!isSet && !reader.names.has(name)) reader.names.set(name, at)
  }
  return read.expression
}

function begin(reader: Reader, open: Omit<Open, 'last'>): void {
  if (reader.open.length === MOST_BLOCKS) wrong(reader, open.at, `limit: blocks nest more than ${MOST_BLOCKS} deep`)
  add(reader, open.block)
  reader.open.push({ ...open, last: false })
}

function beginIf(reader: Reader, { at, rest, restAt }: Tag): void {
  const branch = { at, test: expressionOf(reader, rest, restAt), body: [] }
  const block: Block = { kind: 'if', branches: [branch], otherwise: [] }
  begin(reader, { word: 'if', at, into: branch.body, block, set: new Set() })
}

function addBranch(reader: Reader, { at, rest, restAt }: Tag): void {
  const open = reader.open.at(-1)
  const branch = { at, test: expressionOf(reader, rest, restAt), body: [] }
  if (open?.block.kind !== 'if' || open.last) return wrong(reader, at, '{% elif %} has no {% if %} before it')
  open.block.branches.push(branch)
  open.into = branch.body
}

function beginElse(reader: Reader, tag: Tag): void {
  nothingElse(reader, tag)
  const open = reader.open.at(-1)
  if (open === undefined || open.last) return wrong(reader, tag.at, '{% else %} has no {% if %} or {% for %} before it')
  open.into = open.block.otherwise
  open.last = true
}

function beginFor(reader: Reader, { at, rest, restAt }: Tag): void {
  const [, variables = '', list] = /^([\s\S]*?)\sin\s([\s\S]*)$/.exec(rest) ?? []
  const names = namesOf(variables)
  if (list === undefined || names === undefined) return wrong(reader, at, 'is not {% for name in list %}')
  const given = expressionOf(reader, list, restAt + rest.length - list.length, names)
  const filtered = given.kind === 'choice' && given.otherwise === undefined
  const over = filtered ? { over: given.value, only: given.test } : { over: given }
  const block: Block = { kind: 'for', at, names, ...over, body: [], otherwise: [] }
  begin(reader, { word: 'for', at, into: block.body, block, set: new Set([...names, 'loop']) })
}

function set(reader: Reader, { at, rest, restAt }: Tag): void {
  const [, variables = '', value] = /^([^=]*)=([\s\S]*)$/.exec(rest) ?? []
  const names = namesOf(variables)
  if (value === undefined || names === undefined) return wrong(reader, at, 'is not {% set name = value %}')
  add(reader, { kind: 'set', at, names, value: expressionOf(reader, value, restAt + rest.length - value.length) })
  const scope = reader.open.findLast(({ word }) => word === 'for')?.set ?? reader.set
  for (const name of names) scope.add(name)
}

function endBlock(reader: Reader, tag: Tag, word: Open['word']): void {
  nothingElse(reader, tag)
  const { open } = reader
  const last = open.at(-1)
  if (last?.word === word) return void open.pop()
  if (last === undefined) return wrong(reader, tag.at, `{% end${word} %} has no {% ${word} %} before it`)
  wrong(reader, tag.at, `{% end${word} %} stands where {% end${last.word} %} has to`)
  const begun = open.findLastIndex((one) => one.word === word)
  if (begun >= 0) open.length = begun
}

function nothingElse(reader: Reader, { word, rest, restAt }: Tag): void {
  if (rest.trim() !== '') wrong(reader, restAt, `{% ${word} %} takes nothing else`)
}

/** `a`, or `a, b` as a loop over pairs has. */
function namesOf(text: string): string[] | undefined {
  const names = text.split(',').map((name) => name.trim())
  return names.length <= 10 && names.every((name) => /^[A-Za-z_]\w{0,100}$/.test(name)) ? names : undefined
}

function* namesIn(expression: Expression): Generator<string> {
  if (expression.kind === 'name') yield expression.name
  if (expression.kind === 'member') {
    const { of, key } = expression
    if (of.kind === 'name' && key.kind === 'literal' && typeof key.value === 'string') yield `${of.name}.${key.value}`
  }
  for (const part of partsOf(expression)) yield* namesIn(part)
}
