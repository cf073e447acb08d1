import type { MatchOperator } from './matcher.ts'
import { isSpace } from './space.ts'

export type TokenKind = '{' | '}' | ',' | 'operator' | 'quoted' | 'unquoted'

/** `from` and `to` are columns, counted in characters from 0, as in the error texts. */
export interface Token {
  kind: TokenKind
  text: string
  from: number
  to: number
}

/** A token, the end of the input (no token), or the error at the current place. */
export type Lexed = { ok: true; token: Token | undefined } | { ok: false; error: string }

/** Characters that an unquoted name or value cannot hold, besides white space. */
const RESERVED = '{}!=~,\\"\'`'

export function isReserved(character: string): boolean {
  return RESERVED.includes(character) || isSpace(character)
}

/** Splits the UTF-8 matcher language into tokens: `next` takes a token, `peek` leaves the token in place. */
export interface Lexer {
  peek(): Lexed
  next(): Lexed
  /** Column after the last token taken. */
  column(): number
}

export function createLexer(input: string): Lexer {
  const characters = Array.from(input)
  let position = 0
  const peek = (): Lexed => scan(characters, position)
  return {
    peek,
    next: () => {
      const lexed = peek()
      if (lexed.ok) position = lexed.token?.to ?? characters.length
      return lexed
    },
    column: () => position,
  }
}

function scan(characters: string[], position: number): Lexed {
  let from = position
  while (from < characters.length && isSpace(characters[from]!)) from++
  const first = characters[from]
  switch (first) {
    case undefined:
      return { ok: true, token: undefined }
    case '{':
    case '}':
    case ',':
      return token(characters, first, from, from + 1)
    case '=':
    case '!':
      return scanOperator(characters, from)
    case '"':
      return scanQuoted(characters, from)
    default:
      return isReserved(first) ? lexError(characters, from, from + 1, 'invalid input') : scanUnquoted(characters, from)
  }
}

function scanOperator(characters: string[], from: number): Lexed {
  const two = `${characters[from]}${characters[from + 1] ?? ''}`
  if (isOperator(two)) return token(characters, 'operator', from, from + 2)
  if (characters[from] === '=') return token(characters, 'operator', from, from + 1)
  if (two === '!') return { ok: false, error: `${from}:${from + 1}: unexpected end of input, expected one of '=~'` }
  return lexError(characters, from, from + 1, "expected one of '=~'")
}

function isOperator(text: string): text is MatchOperator {
  return text === '=' || text === '!=' || text === '=~' || text === '!~'
}

function scanQuoted(characters: string[], from: number): Lexed {
  for (let i = from + 1; i < characters.length; i++) {
    if (characters[i] === '\\') i++
    else if (characters[i] === '"') return token(characters, 'quoted', from, i + 1)
  }
  return lexError(characters, from, characters.length, 'missing end "')
}

function scanUnquoted(characters: string[], from: number): Lexed {
  let to = from
  while (to < characters.length && !isReserved(characters[to]!)) to++
  return token(characters, 'unquoted', from, to)
}

function token(characters: string[], kind: TokenKind, from: number, to: number): Lexed {
  return { ok: true, token: { kind, text: characters.slice(from, to).join(''), from, to } }
}

function lexError(characters: string[], from: number, to: number, what: string): Lexed {
  return { ok: false, error: `${from}:${to}: ${characters.slice(from, to).join('')}: ${what}` }
}
