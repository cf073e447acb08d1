import { Composer, CST, type Document, Lexer, LineCounter, type Node, type ParsedNode, Parser } from 'yaml'
import { LIMITS } from '../base/limits.ts'
import { STEP, type Steps } from '../base/steps.ts'
import { type Collection, composeParts, emptied, weigh, withoutJunk } from './compose.ts'
import { ownError, type YamlError } from './error.ts'

/*
 * YAML of strangers, in steps. The package `yaml` reads a whole text at once: a megabyte takes half a second, and
 * repeated keys are found by comparing every pair of keys. So its lexer and parser are driven token by token, its
 * composer gets a large document in parts, and the values are made by `value.ts`.
 */

export interface ParsedDocument {
  root: Node | null
  error?: YamlError
}

export interface ParsedYaml {
  documents: ParsedDocument[]
  positionOf(offset: number): { line: number; column: number }
}

/** Deeper than any configuration or rule. Functions that walk a document may recurse. */
export const MAX_DEPTH = LIMITS.documentDepth

/** More documents than people write into one text. */
const MAX_DOCUMENTS = 10_000

const OPTIONS = {
  prettyErrors: false,
  logLevel: 'error',
  merge: false,
  uniqueKeys: false,
  keepSourceTokens: true,
} as const

export function* parseYaml(text: string): Steps<ParsedYaml> {
  const lines = new LineCounter()
  const positionOf = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const tokens = yield* readTokens(text, lines)
  if (!Array.isArray(tokens)) return stopped(tokens, positionOf)
  const composer = new Composer<ParsedNode>(OPTIONS)
  const documents: Document.Parsed[] = []
  const large = new Map<CST.Token, Collection>()
  for (const token of tokens) {
    if (NO_CONTENT.has(token.type)) continue
    if (token.type !== 'document' || token.value === undefined) documents.push(...composer.next(token))
    else {
      if (token.end !== undefined) token.end = withoutJunk(token.end)
      const { value } = token
      const { weight, depth } = yield* weigh(value)
      if (depth > MAX_DEPTH) return stopped(tooDeep(value.offset), positionOf)
      const isLarge = weight > STEP && CST.isCollection(value)
      documents.push(...composer.next(isLarge ? { ...token, value: emptied(value, large) } : token))
      yield Math.min(weight, STEP)
    }
  }
  documents.push(...composer.end())
  const read: ParsedDocument[] = []
  for (const { contents, errors } of documents) {
    const found: YamlError[] = errors.map(({ code, message, pos }) => ({ code, message, offset: pos[0] }))
    if (contents !== null) yield* composeParts(contents, large, OPTIONS, found)
    const [error] = found.sort((a, b) => a.offset - b.offset)
    read.push({ root: contents, ...(error === undefined ? {} : { error }) })
  }
  return { documents: read, positionOf }
}

function stopped(error: YamlError, positionOf: ParsedYaml['positionOf']): ParsedYaml {
  return { documents: [{ root: null, error }], positionOf }
}

/** Comments and empty lines between documents. */
const NO_CONTENT = new Set<CST.Token['type']>(['comment', 'newline', 'space', 'byte-order-mark'])

/** The tokens of the text up to the first token that cannot be read, or the error for which reading stopped. */
function* readTokens(text: string, lines: LineCounter): Steps<CST.Token[] | YamlError> {
  const tokens: CST.Token[] = []
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const limits = createLimits()
  let done = 0
  let documents = 0
  for (const lexeme of new Lexer().lex(text)) {
    const error = limits(lexeme) ?? (parser.stack.length > MAX_STACK ? tooDeep(parser.offset) : undefined)
    if (error !== undefined) return error
    for (const token of parser.next(withoutComment(lexeme))) {
      tokens.push(token)
      if (token.type === 'document' && ++documents > MAX_DOCUMENTS) return tooManyDocuments(token.offset)
      if (token.type === 'error') return [...tokens, ...parser.end()]
    }
    done += UNITS_PER_LEXEME + (lexeme.length >> 6)
    if (done >= STEP) {
      yield done
      done = 0
    }
  }
  tokens.push(...parser.end())
  return tokens
}

/** Two or three microseconds, on the machine that `docs/performance.md` names. */
const UNITS_PER_LEXEME = 4

/** A comment says nothing to the reader. Blanks of the same length keep every place where it is. */
function withoutComment(lexeme: string): string {
  return lexeme.startsWith('#') ? ' '.repeat(lexeme.length) : lexeme
}

/** Checks of single lexemes, for texts on which the parser or the composer would spend long. */
function createLimits(): (lexeme: string) => YamlError | undefined {
  let offset = 0
  let open = 0
  let properties = 0
  let directives = 0
  let lexemes = 0
  return (lexeme) => {
    const [first] = lexeme
    if (first === '[' || first === '{') open++
    else if (first === ']' || first === '}') open = Math.max(0, open - 1)
    else if (first === '%') directives++
    if (PROPERTIES.has(first)) properties++
    else if (first !== ' ' && first !== '\n') properties = 0
    offset += lexeme.length
    if (++lexemes > MAX_LEXEMES)
      return ownError('TOO_MANY', `it has more than ${MAX_LEXEMES} words, signs and line ends`, offset)
    if (open > MAX_DEPTH) return tooDeep(offset)
    if (lexeme.length > MAX_SCALAR) {
      return ownError('TOO_LONG', `it has a text of more than ${MAX_SCALAR} characters`, offset)
    }
    if (properties <= MAX_PROPERTIES && directives <= MAX_DIRECTIVES) return undefined
    return ownError('TOO_MANY', 'it has more anchors, tags, commas or directives in a row than there can be', offset)
  }
}

/** The parser has two tokens on its stack for a level of a document at most, and the document itself. */
const MAX_STACK = 2 * MAX_DEPTH + 2
/** A document of 5 MiB has fewer, unless it consists of one-letter words. */
const MAX_LEXEMES = 1_200_000
/** Longer than a rule, the longest text of a document, may be. */
const MAX_SCALAR = 410_000
/** A value has one of each before it at most: anchor, tag, comma or other sign of a flow collection. */
const PROPERTIES = new Set<string | undefined>(['&', '!', ',', ':', '?'])
const MAX_PROPERTIES = 4
const MAX_DIRECTIVES = 100

function tooManyDocuments(offset: number): YamlError {
  return ownError('TOO_MANY', `it has more than ${MAX_DOCUMENTS} documents`, offset)
}

function tooDeep(offset: number): YamlError {
  return ownError('TOO_DEEP', `it nests deeper than ${MAX_DEPTH} levels`, offset)
}
