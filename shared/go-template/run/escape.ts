import { toBytes } from '../text/bytes.ts'
import { isPrintable } from '../text/characters.ts'

/** The functions `html`, `js` and `urlquery` of text/template. */

const HTML: Record<string, string> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
}

export function escapeHtml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go replaces NUL, too
  return text.replace(/[\x00"'&<>]/g, (character) => HTML[character]!)
}

const JS: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
}

export function escapeJs(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go escapes control characters
  return text.replace(/[\\'"<>&=\x00-\x1f]|[^\x00-\x7f]/gu, (character) => {
    if (isPrintable(character) && character > '\x7f') return character
    const isByte = character >= '\ud800' && character <= '\udfff' && character.length === 1
    const code = isByte ? 0xfffd : character.codePointAt(0)!
    return JS[character] ?? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
  })
}

/** url.QueryEscape */
export function escapeQuery(text: string): string {
  return [...toBytes(text).toString('latin1')]
    .map((byte) => {
      if (/[A-Za-z0-9\-_.~]/.test(byte)) return byte
      if (byte === ' ') return '+'
      return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
