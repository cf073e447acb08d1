import { normalised } from './bytes.ts'

/** The text inside quotes of Go's syntax, or undefined. */
export function unquote(quoted: string): string | undefined {
  const mark = quoted.charAt(0)
  if (quoted.length < 2 || quoted.at(-1) !== mark) return undefined
  const inside = quoted.slice(1, -1)
  if (mark === '`') return inside.includes('`') ? undefined : inside.replaceAll('\r', '')
  if (mark !== '"' || inside.includes('\n')) return undefined
  let text = ''
  let at = 0
  while (at < inside.length) {
    const one = unquoteCharacter(inside, at, '"')
    if (one === undefined) return undefined
    text += one.text
    at = one.end
  }
  return normalised(text)
}

export interface UnquotedCharacter {
  /** The character; a byte that an escape names is a lone surrogate, unless ASCII. */
  text: string
  /** Number of the character, or of the byte. */
  code: number
  end: number
}

const SIMPLE: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }
const HEX: Record<string, number> = { x: 2, u: 4, U: 8 }

/** The character at a place, an escape resolved. Undefined: Go refuses the text. */
export function unquoteCharacter(text: string, at: number, mark: string): UnquotedCharacter | undefined {
  const first = text.codePointAt(at)
  if (first === undefined || text[at] === mark) return undefined
  const width = first > 0xffff ? 2 : 1
  if (text[at] !== '\\') return { text: text.slice(at, at + width), code: first, end: at + width }
  const letter = text.charAt(at + 1)
  const simple = SIMPLE[letter] ?? (letter === mark ? mark.charCodeAt(0) : undefined)
  if (simple !== undefined) return { text: String.fromCharCode(simple), code: simple, end: at + 2 }
  const digits = HEX[letter]
  if (digits !== undefined) {
    const hex = text.slice(at + 2, at + 2 + digits)
    if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) return undefined
    const code = Number.parseInt(hex, 16)
    const end = at + 2 + digits
    if (letter === 'x') return { text: byteText(code), code, end }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
    return { text: String.fromCodePoint(code), code, end }
  }
  const octal = /^[0-7]{3}/.exec(text.slice(at + 1))?.[0]
  const code = octal === undefined ? 256 : Number.parseInt(octal, 8)
  return code > 255 ? undefined : { text: byteText(code), code, end: at + 4 }
}

function byteText(code: number): string {
  return String.fromCharCode(code < 0x80 ? code : 0xdc00 | code)
}
