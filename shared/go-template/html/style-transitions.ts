import type { Context } from './context.ts'
import { unfinished } from './script-transitions.ts'
import { inUrl, type Transition } from './tag-transitions.ts'

/** CSS in style elements and attributes. Every string of CSS is taken for a URL. */

const NAME_CHARACTER = /[a-zA-Z0-9_\u0080-\ufffd-]$/
const CSS_SPACE = '\t\n\f\r '

export const inCss: Transition = (context, text) => {
  for (const { 0: special, index } of text.matchAll(/[("'/]/g)) {
    if (special === '"') return [{ ...context, state: 'CSSDqStr' }, index + 1]
    if (special === "'") return [{ ...context, state: 'CSSSqStr' }, index + 1]
    if (special === '/') {
      if (text[index + 1] === '/') return [{ ...context, state: 'CSSLineCmt' }, index + 2]
      if (text[index + 1] === '*') return [{ ...context, state: 'CSSBlockCmt' }, index + 2]
      continue
    }
    const before = text.slice(0, index).replace(/[\t\n\f\r ]+$/, '')
    if (before.slice(-3).toLowerCase() === 'url' && !NAME_CHARACTER.test(before.slice(0, -3))) {
      return atUrl(context, text, index + 1)
    }
  }
  return [context, text.length]
}

function atUrl(context: Context, text: string, from: number): [Context, number] {
  let at = from
  while (at < text.length && CSS_SPACE.includes(text[at]!)) at++
  if (text[at] === '"') return [{ ...context, state: 'CSSDqURL' }, at + 1]
  if (text[at] === "'") return [{ ...context, state: 'CSSSqURL' }, at + 1]
  return [{ ...context, state: 'CSSURL' }, at]
}

export const inCssString: Transition = (given, text) => {
  const { state } = given
  const end = state.startsWith('CSSDq') ? /["\\]/g : state.startsWith('CSSSq') ? /['\\]/g : /[\\\t\n\f\r )]/g
  let context = given
  let from = 0
  for (;;) {
    end.lastIndex = from
    const special = end.exec(text)
    if (special === null) return [inUrl(context, decodeCss(text.slice(from)))[0], text.length]
    if (special[0] !== '\\') return [{ ...context, state: 'CSS' }, special.index + 1]
    const escaped = special.index + 1
    if (escaped === text.length) return [unfinished('CSS string', text), text.length]
    context = inUrl(context, decodeCss(text.slice(0, escaped + 1)))[0]
    from = escaped + 1
  }
}

/** Escapes of CSS: `\A ` and `\"`. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})((?:\r\n|[\t\n\f\r ])?)|([\s\S]|$))/gu,
    (_whole, hexadecimal?: string, space?: string, other?: string) => {
      if (hexadecimal === undefined) return other!
      const code = Number.parseInt(hexadecimal, 16)
      if (code <= 0x10ffff) return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code)
      // The last digit belongs to the text behind.
      return String.fromCodePoint(code >> 4) + hexadecimal.slice(-1) + space
    },
  )
}
