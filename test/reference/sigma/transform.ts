import { Buffer } from 'node:buffer'
import { ANY_TEXT, plainText, type Token } from './pattern.ts'

/** "converts the aforementioned characters interchangeably": a hyphen, a slash and three dashes. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015']

/**
 * Modifiers that turn a value into other values, in the written order. Encoded text is kept with a character per byte.
 */
export function transform(modifier: string, tokens: Token[]): Token[][] | undefined {
  switch (modifier) {
    case 'contains':
      return [[ANY_TEXT, ...tokens, ANY_TEXT]]
    case 'startswith':
      return [[...tokens, ANY_TEXT]]
    case 'endswith':
      return [[ANY_TEXT, ...tokens]]
    case 'windash':
      return [tokens.map((token, at) => (startsFlag(tokens, at) ? { oneOf: DASHES } : token))]
    case 'wide':
    case 'utf16le':
      return [[...utf16(plainText(tokens), 'le')]]
    case 'utf16be':
      return [[...utf16(plainText(tokens), 'be')]]
    case 'utf16':
      return [['\xff', '\xfe', ...utf16(plainText(tokens), 'le')]]
    case 'base64':
      return [[...base64(bytesOf(plainText(tokens)))]]
    case 'base64offset':
      return [0, 1, 2].map((offset) => [...shifted(bytesOf(plainText(tokens)), offset)])
    default:
      return undefined
  }
}

/** Only a dash that begins a flag is replaced: a dash before a word, with no word right before the dash. */
function startsFlag(tokens: readonly Token[], at: number): boolean {
  const isWord = (token: Token | undefined): boolean => typeof token === 'string' && /^[\p{L}\p{N}_]$/u.test(token)
  return DASHES.includes(tokens[at] as string) && !isWord(tokens[at - 1]) && isWord(tokens[at + 1])
}

function utf16(text: string, order: 'le' | 'be'): string {
  const bytes = Buffer.from(text, 'utf16le')
  return (order === 'le' ? bytes : bytes.swap16()).toString('latin1')
}

/** Text that was encoded before is bytes already; other text is UTF-8. */
function bytesOf(text: string): Buffer {
  return text.includes('\0') ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf8')
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64')
}

/**
 * "There are three variants for shifts by zero to two bytes and except the first and last byte the encoded
 * values have a static part in the middle": characters that also hold bits of a neighbour are cut off.
 */
function shifted(bytes: Buffer, offset: number): string {
  const encoded = base64(Buffer.concat([Buffer.alloc(offset), bytes]))
  const begin = [0, 2, 3][offset]
  const end = [0, -3, -2][(bytes.length + offset) % 3] as number
  return encoded.slice(begin, end === 0 ? undefined : end)
}
