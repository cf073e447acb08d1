import type { Caller, Value } from '../values/go-types.ts'
import { attributeType } from './attributes.ts'
import { contentOf, HTML, UNSAFE } from './content.ts'
import { type Context, isInTag, TEXT } from './context.ts'
import { DELIM_ENDS, TRANSITIONS } from './transition.ts'

/** Escapers for text of HTML and for attributes. */

const BASIC: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
}

/** Also the characters that end an attribute without quotes. */
const UNQUOTED: Readonly<Record<string, string>> = {
  ...BASIC,
  '\0': '&#xfffd;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\v': '&#11;',
  '\f': '&#12;',
  '\r': '&#13;',
  ' ': '&#32;',
  '=': '&#61;',
  '`': '&#96;',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: HTML has no NUL
const BASIC_CHARACTERS = /[\x00"&'+<>]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: white space ends the value
const UNQUOTED_CHARACTERS = /[\x00\t-\r "&'+<=>`]|[\ufdd0-\ufdef\ufff0-\uffff]/g

/** `keepReferences`: the text is HTML already, whose character references stay. */
function quotedText(text: string, keepReferences: boolean): string {
  return text.replace(BASIC_CHARACTERS, (one) => (one === '&' && keepReferences ? one : BASIC[one]!))
}

function unquotedText(text: string, keepReferences: boolean): string {
  return text.replace(UNQUOTED_CHARACTERS, (one) => {
    if (one === '&' && keepReferences) return one
    return UNQUOTED[one] ?? `&#x${one.charCodeAt(0).toString(16)};`
  })
}

export function escapeText(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  return type === HTML ? text : quotedText(text, false)
}

export function escapeRcdata(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  return quotedText(text, type === HTML)
}

export function escapeAttribute(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  return type === HTML ? quotedText(withoutTags(text), true) : quotedText(text, false)
}

export function escapeUnquoted(args: readonly Value[], by: Caller): string {
  const { text, type } = contentOf(args, by)
  if (text === '') return UNSAFE
  return type === HTML ? unquotedText(withoutTags(text), true) : unquotedText(text, false)
}

/** Lets the name of a harmless attribute through. */
export function filterName(args: readonly Value[], by: Caller): string {
  const text = contentOf(args, by).text.toLowerCase()
  return /^[a-z0-9]+$/.test(text) && attributeType(text) === 'plain' ? text : UNSAFE
}

/** Nothing is written into a comment. */
export function escapeComment(): string {
  return ''
}

/** The text of a piece of HTML. */
function withoutTags(html: string): string {
  let context: Context = TEXT
  let text = ''
  let onlyText = true
  let at = 0
  while (at < html.length) {
    const { state, element, delim } = context
    const rest = html.slice(at)
    if (delim !== 'None') {
      const found = rest.search(DELIM_ENDS[delim])
      if (found < 0) break
      at += delim === 'SpaceOrTagEnd' ? found : found + 1
      context = { ...TEXT, state: 'Tag', element }
      continue
    }
    const [next, read] = TRANSITIONS[element !== 'None' && !isInTag(state) ? 'RCDATA' : state](context, rest)
    if (state === 'Text' || state === 'RCDATA') text += uptoTag(rest.slice(0, read), next.state !== state)
    else onlyText = false
    context = next
    at += read
  }
  if (onlyText) return html
  return context.state === 'Text' || context.state === 'RCDATA' ? text + html.slice(at) : text
}

function uptoTag(text: string, ended: boolean): string {
  const tag = ended ? text.lastIndexOf('<') : -1
  return tag < 0 ? text : text.slice(0, tag)
}
