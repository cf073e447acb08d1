import { TemplateFailure } from './failure.ts'
import { Lexer, showToken, type Token, type TokenKind } from './lexer.ts'
import type { Source } from './nodes.ts'
import { lineOf } from './source.ts'

/** Nesting of actions and parentheses. Go allows 10,000; our walkers recurse. */
const MAX_DEPTH = 200

/** The tokens of a text, which may be put back, and the errors about them in Go's words. */
export class TokenReader {
  readonly source: Source
  readonly #lexer: Lexer
  /** Tokens that were read ahead; the next one is last. */
  readonly #ahead: Token[] = []
  /** The token that the lexer gave last: messages name its line. */
  #latest: Token = { kind: 'eof', at: 0, text: 'EOF' }
  #depth = 0
  /** Begin of the action that is read; undefined between actions. */
  action: number | undefined

  constructor(source: Source) {
    this.source = source
    this.#lexer = new Lexer(source.text)
  }

  deeper(): void {
    if (++this.#depth > MAX_DEPTH) this.fail(`nests deeper than ${MAX_DEPTH} levels`)
  }

  backUp(): void {
    this.#depth--
  }

  next(): Token {
    const token = this.#ahead.pop()
    if (token !== undefined) return token
    this.#latest = this.#lexer.next()
    return this.#latest
  }

  peek(): Token {
    const token = this.next()
    this.#ahead.push(token)
    return token
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next()
      if (token.kind !== 'space') return token
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace()
    this.#ahead.push(token)
    return token
  }

  /** Puts tokens back; the last one is read first. */
  unread(...tokens: Token[]): void {
    this.#ahead.push(...tokens)
  }

  /** Puts a variable and the space behind it back before the token that is next. */
  unreadBefore(next: Token, after: Token, variable: Token): void {
    if (after !== next) this.unread(after)
    this.unread(variable)
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace()
    return token.kind === kind ? token : this.unexpected(token, context)
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.fail(`unexpected ${showToken(token)} in ${context}`)
    const began = this.action === undefined ? undefined : lineOf(this.source, this.action)
    if (began === undefined || began === this.#line(token)) return this.fail(token.text)
    const started = `started at ${this.source.name}:${began}`
    return this.fail(`${token.text} ${token.text.endsWith(' action') ? started : `in action ${started}`}`)
  }

  #line({ at }: Token): number {
    return lineOf(this.source, at)
  }

  fail(message: string): never {
    throw new TemplateFailure(`template: ${this.source.name}:${this.#line(this.#latest)}: ${message}`)
  }

  /** Gives a failure of `read` its place. */
  located<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (error instanceof TemplateFailure) return this.fail(error.message)
      throw error
    }
  }
}
