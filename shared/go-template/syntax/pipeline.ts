import { quote } from '../text/quote.ts'
import { unquote } from '../text/unquote.ts'
import { readConstant } from './constant.ts'
import type { Token, TokenKind } from './lexer.ts'
import type { CommandNode, Operand, PipeNode, VariableNode } from './nodes.ts'
import { Scope } from './scope.ts'
import { showNode } from './show.ts'
import type { TokenReader } from './tokens.ts'

/** Reads what stands in an action: commands, their operands, and declared variables. */
export class PipelineReader {
  readonly #tokens: TokenReader
  readonly #isFunction: (name: string) => boolean
  scope = new Scope()

  constructor(tokens: TokenReader, isFunction: (name: string) => boolean) {
    this.#tokens = tokens
    this.#isFunction = isFunction
  }

  pipeline(context: string, end: TokenKind): PipeNode {
    const { at } = this.#tokens.peekNonSpace()
    const { variables, assigns } = this.#declarations(context)
    const commands: CommandNode[] = []
    for (;;) {
      const token = this.#tokens.nextNonSpace()
      if (token.kind === end) break
      if (!OPERANDS.has(token.kind)) this.#tokens.unexpected(token, context)
      this.#tokens.unread(token)
      commands.push(this.#command())
    }
    if (commands.length === 0) this.#tokens.fail(`missing value for ${context}`)
    const plain = commands.findIndex(({ words }, place) => place > 0 && PLAIN.has(words[0]!.kind))
    if (plain > 0) this.#tokens.fail(`non executable command in pipeline stage ${plain + 1}`)
    return { kind: 'pipe', at, assigns, variables, commands }
  }

  #declarations(context: string): Pick<PipeNode, 'variables' | 'assigns'> {
    const variables: VariableNode[] = []
    for (;;) {
      const variable = this.#tokens.peekNonSpace()
      if (variable.kind !== 'variable') return { variables, assigns: false }
      this.#tokens.next()
      const after = this.#tokens.peek()
      const next = this.#tokens.peekNonSpace()
      const declares = next.kind === 'assign' || next.kind === 'declare'
      if (!declares && !(next.kind === 'char' && next.text === ',')) {
        this.#tokens.unreadBefore(next, after, variable)
        return { variables, assigns: false }
      }
      this.#tokens.nextNonSpace()
      variables.push({ kind: 'variable', at: variable.at, names: variable.text.split('.') })
      this.scope.declare(variable.text)
      if (declares) return { variables, assigns: next.kind === 'assign' }
      if (context !== 'range' || variables.length >= 2) this.#tokens.fail(`too many declarations in ${context}`)
      const { kind } = this.#tokens.peekNonSpace()
      if (kind !== 'variable' && kind !== 'rightDelim' && kind !== 'rightParen') {
        this.#tokens.fail('range can only initialize variables')
      }
    }
  }

  #command(): CommandNode {
    const { at } = this.#tokens.peekNonSpace()
    const words: Operand[] = []
    for (;;) {
      this.#tokens.peekNonSpace()
      const operand = this.#operand()
      if (operand !== undefined) words.push(operand)
      const token = this.#tokens.next()
      if (token.kind === 'space') continue
      if (token.kind === 'rightDelim' || token.kind === 'rightParen') this.#tokens.unread(token)
      else if (token.kind !== 'pipe') this.#tokens.unexpected(token, 'operand')
      break
    }
    if (words.length === 0) this.#tokens.fail('empty command')
    return { kind: 'command', at, words }
  }

  #operand(): Operand | undefined {
    const node = this.#term()
    const { kind, at } = this.#tokens.peek()
    if (node === undefined || kind !== 'field') return node
    const names: string[] = []
    while (this.#tokens.peek().kind === 'field') names.push(this.#tokens.next().text.slice(1))
    if (node.kind === 'field' || node.kind === 'variable') {
      return { kind: node.kind, at, names: [...node.names, ...names] }
    }
    if (PLAIN.has(node.kind)) this.#tokens.fail(`unexpected . after term ${quote(showNode(node))}`)
    return { kind: 'chain', at, node, names }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextNonSpace()
    const { kind, at, text } = token
    switch (kind) {
      case 'identifier':
        if (!this.#isFunction(text)) this.#tokens.fail(`function ${quote(text)} not defined`)
        return { kind: 'identifier', at, name: text }
      case 'dot':
      case 'nil':
        return { kind, at }
      case 'variable':
        return this.#variable(at, text)
      case 'field':
        return { kind: 'field', at, names: text.slice(1).split('.') }
      case 'bool':
        return { kind: 'bool', at, value: text === 'true' }
      case 'charConstant':
      case 'complex':
      case 'number':
        return this.#tokens.located(() => readConstant(at, text, kind))
      case 'leftParen':
        return this.#parenthesized()
      case 'string':
      case 'rawString':
        return { kind: 'string', at, quoted: text, text: this.unquoted(token) }
    }
    this.#tokens.unread(token)
    return undefined
  }

  #variable(at: number, text: string): VariableNode {
    const names = text.split('.')
    if (!this.scope.has(names[0]!)) this.#tokens.fail(`undefined variable ${quote(names[0]!)}`)
    return { kind: 'variable', at, names }
  }

  unquoted({ text }: Token): string {
    return unquote(text) ?? this.#tokens.fail('invalid syntax')
  }

  #parenthesized(): PipeNode {
    this.#tokens.deeper()
    const pipe = this.pipeline('parenthesized pipeline', 'rightParen')
    this.#tokens.backUp()
    return pipe
  }
}

const OPERANDS: ReadonlySet<TokenKind> = new Set([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
])

/** Operands that cannot be run, so that no pipeline can end in them, and that have no fields. */
const PLAIN: ReadonlySet<Operand['kind']> = new Set(['bool', 'dot', 'nil', 'number', 'string'])
