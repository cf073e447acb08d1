import { quote } from '../text/quote.ts'
import type { Context, Element, State } from './context.ts'
import { errorContext, isComment, isInScriptLiteral, TEXT } from './context.ts'
import { unescapeHtml } from './entities.ts'
import { inBlockComment, inJs, inJsLiteral, inJsTemplate, inLineComment } from './script-transitions.ts'
import { inCss, inCssString } from './style-transitions.ts'
import {
  afterName,
  beforeValue,
  inAttribute,
  inAttributeName,
  inHtmlComment,
  inMetaContent,
  inMetaContentUrl,
  inTag,
  inText,
  inUrl,
  type Transition,
} from './tag-transitions.ts'

/** The end tag of an element whose content is no HTML; the content goes on until it. */
const inRawText: Transition = (context, text) => {
  const { element, state } = context
  // `</script` in a string of a script is escaped, and ends nothing.
  if (element === 'None' || (element === 'Script' && (isInScriptLiteral(state) || isComment(state)))) {
    return [context, text.length]
  }
  const end = text.search(END_TAGS[element])
  return end < 0 ? [context, text.length] : [TEXT, end]
}

const END_TAGS: Record<Element, RegExp> = {
  None: /$^/,
  Script: /<\/script[> \t\n\f/]/i,
  Style: /<\/style[> \t\n\f/]/i,
  Textarea: /<\/textarea[> \t\n\f/]/i,
  Title: /<\/title[> \t\n\f/]/i,
  Meta: /<\/[> \t\n\f/]/,
}

export const TRANSITIONS: Record<State, Transition> = {
  Text: inText,
  Tag: inTag,
  AttrName: inAttributeName,
  AfterName: afterName,
  BeforeValue: beforeValue,
  HTMLCmt: inHtmlComment,
  RCDATA: inRawText,
  Attr: inAttribute,
  URL: inUrl,
  MetaContent: inMetaContent,
  MetaContentURL: inMetaContentUrl,
  Srcset: inUrl,
  JS: inJs,
  JSDqStr: inJsLiteral,
  JSSqStr: inJsLiteral,
  JSRegexp: inJsLiteral,
  JSTmplLit: inJsTemplate,
  JSBlockCmt: inBlockComment,
  JSLineCmt: inLineComment,
  JSHTMLOpenCmt: inLineComment,
  JSHTMLCloseCmt: inLineComment,
  CSS: inCss,
  CSSDqStr: inCssString,
  CSSSqStr: inCssString,
  CSSDqURL: inCssString,
  CSSSqURL: inCssString,
  CSSURL: inCssString,
  CSSBlockCmt: inBlockComment,
  CSSLineCmt: inLineComment,
  Error: inAttribute,
  Dead: inAttribute,
}

export const DELIM_ENDS = { None: /$^/, DoubleQuote: /"/, SingleQuote: /'/, SpaceOrTagEnd: /[ \t\n\f\r>]/ }

/** The context behind some of the text, and how much of the text that was. */
export function afterText(given: Context, text: string): [context: Context, read: number] {
  const { delim, state, element, attribute } = given
  if (delim === 'None') {
    const [ended, end] = inRawText(given, text)
    return end === 0 ? [ended, 0] : TRANSITIONS[state](given, text.slice(0, end))
  }
  const found = text.search(DELIM_ENDS[delim])
  const end = found < 0 ? text.length : found
  if (delim === 'SpaceOrTagEnd') {
    const bad = /["'<=`]/.exec(text.slice(0, end))?.[0]
    if (bad !== undefined) {
      return [errorContext(`${quote(bad)} in unquoted attr: ${quote(text.slice(0, end))}`), text.length]
    }
  }
  if (end === text.length) return [inValue(given, text), end]
  // A script of another type is no JavaScript.
  const foreign = state === 'Attr' && element === 'Script' && attribute === 'ScriptType'
  const isJs = !foreign || isJsType(text.slice(0, end))
  return [{ ...TEXT, state: 'Tag', element: isJs ? element : 'None' }, delim === 'SpaceOrTagEnd' ? end : end + 1]
}

/** Inside an attribute, whose value is read without its character references. */
function inValue(given: Context, text: string): Context {
  let context = given
  for (let value = unescapeHtml(text); value !== ''; ) {
    const [next, read] = TRANSITIONS[context.state](context, value)
    context = next
    value = value.slice(read)
  }
  return context
}

const JS_TYPES = new Set([
  '',
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/ld+json',
  'application/x-ecmascript',
  'application/x-javascript',
  'module',
  'text/ecmascript',
  'text/javascript',
  ...['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'].map((version) => `text/javascript${version}`),
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
])

function isJsType(type: string): boolean {
  return JS_TYPES.has(type.split(';')[0]!.toLowerCase().trim())
}
