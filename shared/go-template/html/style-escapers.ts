import type { Caller, Value } from '../values/go-types.ts'
import { plainText, UNSAFE } from './content.ts'
import { decodeCss } from './style-transitions.ts'

/** Escapers for CSS. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
const SPECIAL = /[\x00\t\n\f\r"&'()+/:;<>\\{}]/g

export function escapeCss(args: readonly Value[], by: Caller): string {
  const text = plainText(args, by)
  return text.replace(SPECIAL, (special, at: number) => escapedAt(text, special, at))
}

/** A space ends an escape that a digit or a space would continue. */
function escapedAt(text: string, special: string, at: number): string {
  if (special === '\\') return '\\\\'
  const next = text.charAt(at + 1)
  const continues = next === '' || /[0-9a-fA-F\t\n\f\r ]/.test(next)
  return `\\${special.charCodeAt(0).toString(16)}${continues ? ' ' : ''}`
}

/** Lets values such as `10px`, `#888` and `blue` through. */
export function filterCssValue(args: readonly Value[], by: Caller): string {
  const text = decodeCss(plainText(args, by))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CSS has no NUL
  if (/[\x00"'()/;@[\\\]`{}<>]|--/.test(text)) return UNSAFE
  const names = text.replace(/[^A-Za-z0-9_-]/g, '').toLowerCase()
  return names.includes('expression') || names.includes('mozbinding') ? UNSAFE : text
}
