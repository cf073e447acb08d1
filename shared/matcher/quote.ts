import { isUtf8 } from 'node:buffer'

/*
 * Go's double-quoted strings (https://go.dev/ref/spec#String_literals), which matchers are written
 * in and group keys show.
 */

/** As Go's `%q`: printable characters stay, the rest is escaped. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escapeCharacter)}"`
}

function escapeCharacter(character: string): string {
  const letter = LETTER_OF.get(character)
  if (letter !== undefined) return `\\${letter}`
  const code = character.codePointAt(0)!
  // Half a surrogate pair cannot be written in UTF-8; Go would have seen U+FFFD, which is printable.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  if (code < 0x80) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

const LETTER_OF = new Map([
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\f', 'f'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\t', 't'],
  ['\v', 'v'],
  ['\\', '\\'],
  ['"', '"'],
])
const CHARACTER_OF = new Map([...LETTER_OF].map(([character, letter]) => [letter, character]))

/**
 * The text of a double-quoted literal, quotes included in the input; undefined for a malformed literal or bytes that
 * are not UTF-8.
 */
export function unquote(literal: string): string | undefined {
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) return undefined
  const inside = literal.slice(1, -1)
  if (inside.includes('\n') || !inside.isWellFormed()) return undefined
  const bytes: Buffer[] = []
  for (let i = 0; i < inside.length; ) {
    PIECE.lastIndex = i
    const piece = PIECE.exec(inside)
    const decoded = piece === null ? undefined : decode(piece)
    if (decoded === undefined) return undefined
    bytes.push(decoded)
    i = PIECE.lastIndex
  }
  const all = Buffer.concat(bytes)
  return isUtf8(all) ? all.toString() : undefined
}

/** Plain text, or an escape: \n and the like, \ooo and \xhh (bytes), \uhhhh and \Uhhhhhhhh (characters). */
const PIECE = /([^\\"]+)|\\(?:([abfnrtv\\"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y

function decode([, plain, letter, octal, byte, short, long]: RegExpExecArray): Buffer | undefined {
  if (plain !== undefined) return Buffer.from(plain)
  if (letter !== undefined) return fromText(CHARACTER_OF.get(letter))
  if (octal !== undefined) return fromByte(Number.parseInt(octal, 8))
  if (byte !== undefined) return fromByte(Number.parseInt(byte, 16))
  const code = Number.parseInt(short ?? long ?? '', 16)
  const surrogate = code >= 0xd800 && code <= 0xdfff
  return surrogate || code > 0x10ffff ? undefined : Buffer.from(String.fromCodePoint(code))
}

function fromText(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text)
}

function fromByte(byte: number): Buffer | undefined {
  return byte > 0xff ? undefined : Buffer.of(byte)
}
