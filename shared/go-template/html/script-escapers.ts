import type { Caller, Value } from '../values/go-types.ts'
import { plainText } from './content.ts'

/** Escapers for JavaScript. */

const STRING: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '/': '\\/',
  '\\': '\\\\',
}

const REGEXP: Readonly<Record<string, string>> = Object.fromEntries(
  [...'$()*-./?[\\]^{|}'].map((one) => [one, `\\${one}`]),
)

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
const STRING_CHARACTERS = /[\x00-\x1f"`&'+/<>\\\u2028\u2029]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
const TEMPLATE_CHARACTERS = /[\x00-\x1f"`&'+/<>\\${}\u2028\u2029]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
const REGEXP_CHARACTERS = /[\x00-\x1f"$&'()*+\-./<>?[\\\]^{|}\u2028\u2029]/g

function escaped(one: string): string {
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
}

export function escapeJsString(args: readonly Value[], by: Caller): string {
  return plainText(args, by).replace(STRING_CHARACTERS, (one) => STRING[one] ?? escaped(one))
}

export function escapeJsTemplate(args: readonly Value[], by: Caller): string {
  return plainText(args, by).replace(TEMPLATE_CHARACTERS, (one) => STRING[one] ?? escaped(one))
}

export function escapeJsRegexp(args: readonly Value[], by: Caller): string {
  const text = plainText(args, by).replace(REGEXP_CHARACTERS, (one) => REGEXP[one] ?? STRING[one] ?? escaped(one))
  // Without a text, the slashes would begin a comment.
  return text === '' ? '(?:)' : text
}
