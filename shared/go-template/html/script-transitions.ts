import { quote } from '../text/quote.ts'
import { type Context, errorContext, type JsContext } from './context.ts'
import type { Transition } from './tag-transitions.ts'

/** JavaScript in scripts and event handlers. */

const JS_SPACE = /[\f\n\r\t\v\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+$/
/** Words behind which a slash begins a regular expression. */
const BEFORE_REGEXP =
  /(?:^|[^$\w])(?:break|case|continue|delete|do|else|finally|in|instanceof|return|throw|try|typeof|void)$/

/** Whether a slash behind the text begins a regular expression or divides. */
function nextJsContext(given: string, before: JsContext): JsContext {
  const text = given.replace(JS_SPACE, '')
  if (text === '') return before
  const last = text.at(-1)!
  if (last === '+' || last === '-') {
    // ++ and -- end an operand.
    const run = /\++$|-+$/.exec(text)![0].length
    return run % 2 === 1 ? 'Regexp' : 'DivOp'
  }
  if (last === '.') return /\d\.$/.test(text) ? 'DivOp' : 'Regexp'
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'Regexp'
  return BEFORE_REGEXP.test(text) ? 'Regexp' : 'DivOp'
}

export const inJs: Transition = (context, text) => {
  const at = text.search(/["'`/{}<\-#]/)
  if (at < 0) return [{ ...context, js: nextJsContext(text, context.js) }, text.length]
  const js = nextJsContext(text.slice(0, at), context.js)
  const character = text[at]!
  const here = { ...context, js }
  switch (character) {
    case '"':
      return [{ ...here, state: 'JSDqStr', js: 'Regexp' }, at + 1]
    case "'":
      return [{ ...here, state: 'JSSqStr', js: 'Regexp' }, at + 1]
    case '`':
      return [{ ...here, state: 'JSTmplLit', js: 'Regexp' }, at + 1]
    case '/':
      return atSlash(here, text, at)
    case '<':
      if (text.startsWith('<!--', at)) return [{ ...here, state: 'JSHTMLOpenCmt' }, at + 4]
      return [here, at + 1]
    case '-':
      if (text.startsWith('-->', at)) return [{ ...here, state: 'JSHTMLCloseCmt' }, at + 3]
      return [here, at + 1]
    case '#':
      if (text[at + 1] === '!') return [{ ...here, state: 'JSLineCmt' }, at + 2]
      return [here, at + 1]
    default:
      return atBrace(here, character, at)
  }
}

function atSlash(context: Context, text: string, at: number): [Context, number] {
  if (text[at + 1] === '/') return [{ ...context, state: 'JSLineCmt' }, at + 2]
  if (text[at + 1] === '*') return [{ ...context, state: 'JSBlockCmt' }, at + 2]
  if (context.js === 'Regexp') return [{ ...context, state: 'JSRegexp' }, at + 1]
  if (context.js === 'DivOp') return [{ ...context, js: 'Regexp' }, at + 1]
  const shown = quote([...text.slice(at)].slice(0, 32).join(''))
  return [errorContext(`'/' could start a division or regexp: ${shown}`), text.length]
}

/** Braces count inside a `${…}` of a template literal, which the last one closes. */
function atBrace(context: Context, brace: string, at: number): [Context, number] {
  const js = nextJsContext(brace, context.js)
  const open = context.braces.at(-1)
  if (open === undefined) return [{ ...context, js }, at + 1]
  const count = open + (brace === '{' ? 1 : -1)
  const outer = context.braces.slice(0, -1)
  if (count < 0) return [{ ...context, braces: outer, state: 'JSTmplLit' }, at + 1]
  return [{ ...context, js, braces: [...outer, count] }, at + 1]
}

export const inJsTemplate: Transition = (context, text) => {
  for (const { 0: special, index } of text.matchAll(/\\[\s\S]?|\$\{|`/g)) {
    if (special === '\\') return [unfinished('JS string', text), text.length]
    if (special === '`') return [{ ...context, state: 'JS' }, index + 1]
    if (special === '${') return [{ ...context, state: 'JS', braces: [...context.braces, 0] }, index + 2]
  }
  return [context, text.length]
}

export const inJsLiteral: Transition = (context, text) => {
  const { state } = context
  const specials = state === 'JSRegexp' ? /\\[\s\S]?|[/[\]]/g : state === 'JSSqStr' ? /\\[\s\S]?|'/g : /\\[\s\S]?|"/g
  let inCharset = false
  let skipTo = 0
  for (const { 0: special, index } of text.matchAll(specials)) {
    if (index < skipTo) continue
    if (special === '\\') return [unfinished('JS string', text), text.length]
    if (special.startsWith('\\')) continue
    if (special === '[') inCharset = true
    else if (special === ']') inCharset = false
    else if (special === '/' && index > 0 && /^<\/script/i.test(text.slice(index - 1, index + 7))) skipTo = index + 2
    else if (!inCharset) return [{ ...context, state: 'JS', js: 'DivOp' }, index + 1]
  }
  if (inCharset) return [errorContext(`unfinished JS regexp charset: ${quote(text)}`), text.length]
  return [context, text.length]
}

export function unfinished(what: string, text: string): Context {
  return errorContext(`unfinished escape sequence in ${what}: ${quote(text)}`)
}

export const inBlockComment: Transition = (context, text) => {
  const end = text.indexOf('*/')
  if (end < 0) return [context, text.length]
  return [{ ...context, state: context.state === 'JSBlockCmt' ? 'JS' : 'CSS' }, end + 2]
}

export const inLineComment: Transition = (context, text) => {
  const isCss = context.state === 'CSSLineCmt'
  const end = text.search(isCss ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/)
  return end < 0 ? [context, text.length] : [{ ...context, state: isCss ? 'CSS' : 'JS' }, end]
}
