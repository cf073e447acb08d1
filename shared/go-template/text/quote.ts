import { isPrintable } from './characters.ts'

/** Texts between quotes, as Go's package strconv writes and reads them. */

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

/** `%q`. With `ascii`, `%+q`: every character beyond ASCII is escaped. */
export function quote(text: string, { mark = '"', ascii = false } = {}): string {
  let quoted = mark
  for (const character of text) quoted += quotedCharacter(character, mark, ascii)
  return quoted + mark
}

function quotedCharacter(character: string, mark: string, ascii: boolean): string {
  if (character === mark) return `\\${mark}`
  const escaped = ESCAPES[character]
  if (escaped !== undefined) return escaped
  const code = character.codePointAt(0)!
  if (code < 0x80 ? code >= 0x20 && code !== 0x7f : !ascii && isPrintable(character)) return character
  if (code < 0x80) return `\\x${hex(code, 2)}`
  // A lone surrogate is a byte.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code & 0xff, 2)}`
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/** Whether a text may stand between backquotes (strconv.CanBackquote). */
export function canBackquote(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what Go refuses here
  return !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]/.test(text) && text.isWellFormed()
}
