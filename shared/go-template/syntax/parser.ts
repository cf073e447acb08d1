import { STEP, type Steps } from '../../base/steps.ts'
import { quote } from '../text/quote.ts'
import type { Token } from './lexer.ts'
import {
  type BranchNode,
  isEmptyList,
  type ListNode,
  type Node,
  type PipeNode,
  type Source,
  type TemplateNode,
  type Tree,
} from './nodes.ts'
import { PipelineReader } from './pipeline.ts'
import { Scope } from './scope.ts'
import { TokenReader } from './tokens.ts'

/** The end of a list: `{{end}}` or `{{else}}`, which are in no tree. */
interface ListEnd {
  kind: 'end' | 'else'
  at: number
  /** `{{else if`, `{{else with`: the word is still to be read. */
  chained?: boolean
}

function isEnd(node: Node | ListEnd): node is ListEnd {
  return node.kind === 'end' || node.kind === 'else'
}

const UNITS_PER_NODE = 8

/**
 * Reads a text as Go's package text/template/parse does (facts from Go, BSD-3-Clause): the template with the name of the
 * source, and the templates that the text defines. Throws the first error, in Go's words.
 */
export function* parseSource(source: Source, isFunction: (name: string) => boolean): Steps<Map<string, Tree>> {
  return yield* new Parser(source, isFunction).parse()
}

class Parser {
  readonly #source: Source
  readonly #tokens: TokenReader
  readonly #pipelines: PipelineReader
  readonly #trees = new Map<string, Tree>()
  #ranges = 0
  /** Units of work since the last yield. */
  #owed = 0

  constructor(source: Source, isFunction: (name: string) => boolean) {
    this.#source = source
    this.#tokens = new TokenReader(source)
    this.#pipelines = new PipelineReader(this.#tokens, isFunction)
  }

  *parse(): Steps<Map<string, Tree>> {
    const nodes: Node[] = []
    const { at } = this.#tokens.peek()
    while (this.#tokens.peek().kind !== 'eof') {
      if (this.#tokens.peek().kind === 'leftDelim') {
        const delim = this.#tokens.next()
        const word = this.#tokens.nextNonSpace()
        if (word.kind === 'define') {
          yield* this.#definition()
          continue
        }
        this.#tokens.unread(word, delim)
      }
      const node = yield* this.#textOrAction()
      if (isEnd(node)) return this.#tokens.fail(`unexpected {{${node.kind}}}`)
      nodes.push(node)
    }
    this.#add(this.#source.name, { kind: 'list', at, nodes })
    return this.#trees
  }

  *#definition(): Steps<void> {
    const context = 'define clause'
    const name = this.#templateName(this.#tokens.nextNonSpace(), context)
    this.#tokens.expect('rightDelim', context)
    yield* this.#define(name, context)
  }

  /** The body of a definition: variables and loops outside do not reach in. */
  *#define(name: string, context: string): Steps<void> {
    const [scope, ranges] = [this.#pipelines.scope, this.#ranges]
    this.#pipelines.scope = new Scope()
    this.#ranges = 0
    this.#tokens.action = undefined
    const { list, end } = yield* this.#list()
    if (end.kind !== 'end') this.#tokens.fail(`unexpected {{${end.kind}}} in ${context}`)
    this.#pipelines.scope = scope
    this.#ranges = ranges
    this.#add(name, list)
  }

  #add(name: string, root: ListNode): void {
    const known = this.#trees.get(name)
    if (known === undefined || isEmptyList(known.root)) this.#trees.set(name, { name, source: this.#source, root })
    else if (!isEmptyList(root)) this.#tokens.fail(`template: multiple definition of template ${quote(name)}`)
  }

  *#list(): Steps<{ list: ListNode; end: ListEnd }> {
    const { at } = this.#tokens.peekNonSpace()
    const nodes: Node[] = []
    while (this.#tokens.peekNonSpace().kind !== 'eof') {
      const node = yield* this.#textOrAction()
      if (isEnd(node)) return { list: { kind: 'list', at, nodes }, end: node }
      nodes.push(node)
    }
    return this.#tokens.fail('unexpected EOF')
  }

  *#textOrAction(): Steps<Node | ListEnd> {
    const token = this.#tokens.nextNonSpace()
    this.#owed += UNITS_PER_NODE
    // Not at each node: a yield goes through every list around it.
    if (this.#owed >= STEP) {
      yield this.#owed
      this.#owed = 0
    }
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text }
    if (token.kind !== 'leftDelim') return this.#tokens.unexpected(token, 'input')
    this.#tokens.action = token.at
    const node = yield* this.#deeper(this.#readAction())
    this.#tokens.action = undefined
    return node
  }

  *#readAction(): Steps<Node | ListEnd> {
    const token = this.#tokens.nextNonSpace()
    switch (token.kind) {
      case 'block':
        return yield* this.#block()
      case 'break':
      case 'continue': {
        const end = this.#tokens.nextNonSpace()
        if (end.kind !== 'rightDelim') this.#tokens.unexpected(end, `{{${token.kind}}}`)
        if (this.#ranges === 0) this.#tokens.fail(`{{${token.kind}}} outside {{range}}`)
        return { kind: token.kind, at: token.at }
      }
      case 'else':
        return this.#else()
      case 'end':
        return { kind: 'end', at: this.#tokens.expect('rightDelim', 'end').at }
      case 'if':
      case 'range':
      case 'with':
        return yield* this.#branch(token.kind)
      case 'template':
        return this.#template()
    }
    this.#tokens.unread(token)
    return { kind: 'action', at: token.at, pipe: this.#pipelines.pipeline('command', 'rightDelim') }
  }

  #else(): ListEnd {
    const next = this.#tokens.peekNonSpace()
    if (next.kind === 'if' || next.kind === 'with') return { kind: 'else', at: next.at, chained: true }
    return { kind: 'else', at: this.#tokens.expect('rightDelim', 'else').at }
  }

  *#branch(kind: BranchNode['kind']): Steps<BranchNode> {
    const known = this.#pipelines.scope.size
    const pipe = this.#pipelines.pipeline(kind, 'rightDelim')
    if (kind === 'range') this.#ranges++
    const { list, end } = yield* this.#list()
    if (kind === 'range') this.#ranges--
    const otherwise = end.kind === 'else' ? yield* this.#otherwise(kind, end) : undefined
    this.#pipelines.scope.shrink(known)
    return { kind, at: pipe.at, pipe, list, otherwise }
  }

  /** `{{else if …}}` and `{{else with …}}` share the `{{end}}` of the branch. */
  *#otherwise(kind: BranchNode['kind'], { at }: ListEnd): Steps<ListNode> {
    const next = this.#tokens.peek().kind
    if ((next === 'if' || next === 'with') && next === kind) {
      this.#tokens.next()
      return { kind: 'list', at, nodes: [yield* this.#deeper(this.#branch(kind))] }
    }
    const { list, end } = yield* this.#list()
    if (end.kind !== 'end') this.#tokens.fail(`expected end; found {{${end.kind}}}`)
    return list
  }

  *#block(): Steps<TemplateNode> {
    const context = 'block clause'
    const token = this.#tokens.nextNonSpace()
    const name = this.#templateName(token, context)
    const pipe = this.#pipelines.pipeline(context, 'rightDelim')
    yield* this.#define(name, context)
    return { kind: 'template', at: token.at, name, pipe }
  }

  #template(): TemplateNode {
    const context = 'template clause'
    const token = this.#tokens.nextNonSpace()
    const name = this.#templateName(token, context)
    const next = this.#tokens.nextNonSpace()
    let pipe: PipeNode | undefined
    if (next.kind !== 'rightDelim') {
      this.#tokens.unread(next)
      pipe = this.#pipelines.pipeline(context, 'rightDelim')
    }
    return { kind: 'template', at: token.at, name, pipe }
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') return this.#tokens.unexpected(token, context)
    return this.#pipelines.unquoted(token)
  }

  *#deeper<T>(read: Steps<T>): Steps<T> {
    this.#tokens.deeper()
    const result = yield* read
    this.#tokens.backUp()
    return result
  }
}
