import { isAlphanumeric, isPrintable } from '../text/characters.ts'
import { quote } from '../text/quote.ts'

/** Words of the language that are no names of functions. */
const KEYWORDS = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const

type Keyword = (typeof KEYWORDS)[number]

export type TokenKind =
  | Keyword
  | 'assign'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'complex'
  | 'declare'
  | 'dot'
  | 'eof'
  | 'error'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'

export interface Token {
  kind: TokenKind
  at: number
  /** Of an error, the message. */
  text: string
}

/** A token in a message. */
export function showToken({ kind, text }: Token): string {
  if (kind === 'eof') return 'EOF'
  if (kind === 'error') return text
  if (kind === 'dot' || isKeyword(kind)) return `<${text}>`
  const characters = [...text]
  return Buffer.byteLength(text) > 10 ? `${quote(characters.slice(0, 10).join(''))}...` : quote(text)
}

function isKeyword(word: string): word is Keyword {
  return (KEYWORDS as readonly string[]).includes(word)
}

const LEFT = '{{'
const RIGHT = '}}'
const LEFT_COMMENT = '/*'
const RIGHT_COMMENT = '*/'
const SPACES = ' \t\r\n'

/** Reads tokens one by one, as Go's package text/template/parse does (facts from Go, BSD-3-Clause). */
export class Lexer {
  readonly #text: string
  #at = 0
  #start = 0
  #insideAction = false
  #parens = 0
  /** An error ends the input. */
  #over = false

  constructor(text: string) {
    this.#text = text
  }

  next(): Token {
    if (this.#over) return { kind: 'eof', at: this.#at, text: 'EOF' }
    return this.#insideAction ? this.#inAction() : this.#inText()
  }

  #inText(): Token {
    for (;;) {
      const found = this.#text.indexOf(LEFT, this.#at)
      const open = found < 0 ? this.#text.length : found
      let end = open
      if (found >= 0 && this.#trimsLeft(found + LEFT.length)) {
        while (end > this.#start && isSpace(this.#text[end - 1])) end--
      }
      const text = this.#text.slice(this.#start, end)
      const at = this.#start
      this.#start = this.#at = open
      if (text !== '') return { kind: 'text', at, text }
      if (found < 0) return { kind: 'eof', at: this.#at, text: 'EOF' }
      const afterMarker = this.#trimsLeft(open + LEFT.length) ? 2 : 0
      if (!this.#text.startsWith(LEFT_COMMENT, open + LEFT.length + afterMarker)) {
        const token = this.#token('leftDelim', LEFT.length)
        this.#start = this.#at += afterMarker
        this.#insideAction = true
        this.#parens = 0
        return token
      }
      this.#start = this.#at = open + LEFT.length + afterMarker
      const failed = this.#comment()
      if (failed !== undefined) return failed
    }
  }

  /** Skips a comment with its delimiters. */
  #comment(): Token | undefined {
    const end = this.#text.indexOf(RIGHT_COMMENT, this.#at + LEFT_COMMENT.length)
    if (end < 0) return this.#fail('unclosed comment')
    this.#at = end + RIGHT_COMMENT.length
    const delim = this.#rightDelim()
    if (delim === undefined) return this.#fail('comment ends before closing delimiter')
    this.#closed(delim)
    return undefined
  }

  /** Whether the action ends here, and whether the white space behind it is trimmed. */
  #rightDelim(at = this.#at): 'plain' | 'trimming' | undefined {
    const trims = isSpace(this.#text[at]) && this.#text[at + 1] === '-' && this.#text.startsWith(RIGHT, at + 2)
    if (trims) return 'trimming'
    return this.#text.startsWith(RIGHT, at) ? 'plain' : undefined
  }

  #closed(delim: 'plain' | 'trimming'): void {
    this.#at += delim === 'trimming' ? 2 + RIGHT.length : RIGHT.length
    if (delim === 'trimming') while (isSpace(this.#text[this.#at])) this.#at++
    this.#start = this.#at
    this.#insideAction = false
  }

  #trimsLeft(at: number): boolean {
    return this.#text[at] === '-' && isSpace(this.#text[at + 1])
  }

  #inAction(): Token {
    const delim = this.#rightDelim()
    if (delim !== undefined) {
      if (this.#parens > 0) return this.#fail('unclosed left paren')
      const token: Token = { kind: 'rightDelim', at: this.#at + (delim === 'trimming' ? 2 : 0), text: RIGHT }
      this.#closed(delim)
      return token
    }
    const character = this.#peek()
    switch (character) {
      case undefined:
        return this.#fail('unclosed action')
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        return this.#spaces()
      case '=':
        return this.#token('assign', 1)
      case ':':
        this.#at++
        if (this.#peek() !== '=') return this.#fail('expected :=')
        return this.#token('declare', 1)
      case '|':
        return this.#token('pipe', 1)
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string')
      case '`': {
        const end = this.#text.indexOf('`', this.#at + 1)
        if (end < 0) return this.#fail('unterminated raw quoted string')
        return this.#token('rawString', end + 1 - this.#at)
      }
      case '$':
        this.#at++
        return this.#fieldOrVariable('variable')
      case "'":
        return this.#quoted("'", 'charConstant', 'unterminated character constant')
      case '(':
        this.#parens++
        return this.#token('leftParen', 1)
      case ')':
        this.#at++
        if (--this.#parens < 0) return this.#fail('unexpected right paren')
        return this.#token('rightParen', 0)
    }
    const following = this.#text.charAt(this.#at + 1)
    if (character === '.' && following !== '' && !/\d/.test(following)) {
      this.#at++
      return this.#fieldOrVariable('field')
    }
    if (/^[.+\-\d]$/.test(character)) return this.#number()
    if (isAlphanumeric(character)) return this.#identifier()
    if (/^[ -~]$/.test(character)) return this.#token('char', 1)
    return this.#fail(`unrecognized character in action: ${unicodeOf(character)}`)
  }

  #spaces(): Token {
    const begin = this.#at
    while (isSpace(this.#peek())) this.#at++
    // The last space may belong to a closing delimiter that trims.
    if (this.#rightDelim(this.#at - 1) === 'trimming') {
      this.#at--
      if (this.#at === begin) return this.#inAction()
    }
    return this.#token('space', 0)
  }

  #identifier(): Token {
    this.#skipName()
    const word = this.#text.slice(this.#start, this.#at)
    if (!this.#atTerminator()) return this.#fail(`bad character ${unicodeOf(this.#peek())}`)
    if (isKeyword(word)) return this.#token(word, 0)
    return this.#token(word === 'true' || word === 'false' ? 'bool' : 'identifier', 0)
  }

  #fieldOrVariable(kind: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#token(kind === 'variable' ? 'variable' : 'dot', 0)
    this.#skipName()
    if (!this.#atTerminator()) return this.#fail(`bad character ${unicodeOf(this.#peek())}`)
    return this.#token(kind, 0)
  }

  #skipName(): void {
    for (let next = this.#peek(); next !== undefined && isAlphanumeric(next); next = this.#peek()) {
      this.#at += next.length
    }
  }

  #atTerminator(): boolean {
    const next = this.#peek()
    return next === undefined || `${SPACES}.,|:)(`.includes(next) || this.#text.startsWith(RIGHT, this.#at)
  }

  #quoted(mark: string, kind: 'string' | 'charConstant', unterminated: string): Token {
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at]
      if (character === '\\') at++
      if (this.#text[at] === '\n') break
      if (character === mark) return this.#token(kind, at + 1 - this.#at)
    }
    return this.#fail(unterminated)
  }

  #number(): Token {
    if (!this.#scanNumber()) return this.#fail(`bad number syntax: ${quote(this.#text.slice(this.#start, this.#at))}`)
    if (this.#peek() !== '+' && this.#peek() !== '-') return this.#token('number', 0)
    // A complex number: 1+2i.
    if (this.#scanNumber() && this.#text[this.#at - 1] === 'i') return this.#token('complex', 0)
    return this.#fail(`bad number syntax: ${quote(this.#text.slice(this.#start, this.#at))}`)
  }

  #scanNumber(): boolean {
    NUMBER.lastIndex = this.#at
    this.#at += NUMBER.exec(this.#text)?.[0].length ?? 0
    const next = this.#peek()
    if (next === undefined || !isAlphanumeric(next)) return true
    this.#at += next.length
    return false
  }

  #peek(): string | undefined {
    const code = this.#text.codePointAt(this.#at)
    return code === undefined ? undefined : String.fromCodePoint(code)
  }

  #token(kind: TokenKind, length: number): Token {
    this.#at += length
    const token = { kind, at: this.#start, text: this.#text.slice(this.#start, this.#at) }
    this.#start = this.#at
    return token
  }

  #fail(message: string): Token {
    this.#over = true
    const at = this.#start
    this.#at = this.#start = 0
    return { kind: 'error', at, text: message }
  }
}

/** A sign, a base, digits, a fraction, an exponent, `i`: as Go's lexer takes them, also where they mean nothing. */
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y

function isSpace(character: string | undefined): boolean {
  return character !== undefined && character !== '' && SPACES.includes(character)
}

/** `%#U` */
function unicodeOf(character: string | undefined): string {
  if (character === undefined) return 'U+FFFFFFFFFFFFFFFF'
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return isPrintable(character) ? `U+${code} '${character}'` : `U+${code}`
}
