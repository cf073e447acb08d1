import { quote } from '../text/quote.ts'
import { attributeType } from './attributes.ts'
import {
  ATTRIBUTE_STARTS,
  type Attribute,
  type Context,
  type Element,
  errorContext,
  type State,
  TEXT,
} from './context.ts'

/** Context and number of characters that were read. */
export type Transition = (context: Context, text: string) => [context: Context, read: number]

const ELEMENTS: Readonly<Record<string, Element>> = {
  script: 'Script',
  style: 'Style',
  textarea: 'Textarea',
  title: 'Title',
  meta: 'Meta',
}

const CONTENTS: Record<Element, State> = {
  None: 'Text',
  Script: 'JS',
  Style: 'CSS',
  Textarea: 'RCDATA',
  Title: 'RCDATA',
  Meta: 'Text',
}

const TAG_NAME = /[A-Za-z](?:[A-Za-z0-9]|[:-](?=[A-Za-z0-9])[A-Za-z0-9])*/y

export const inText: Transition = (context, text) => {
  for (let from = 0; ; ) {
    const open = text.indexOf('<', from)
    if (open < 0 || open + 1 === text.length) return [context, text.length]
    if (text.startsWith('<!--', open)) return [{ ...TEXT, state: 'HTMLCmt' }, open + 4]
    const closes = text[open + 1] === '/'
    const begin = open + (closes ? 2 : 1)
    if (closes && begin === text.length) return [context, text.length]
    TAG_NAME.lastIndex = begin
    const name = TAG_NAME.exec(text)?.[0]
    if (name !== undefined) {
      const element = closes ? 'None' : (ELEMENTS[name.toLowerCase()] ?? 'None')
      return [{ ...TEXT, state: 'Tag', element }, begin + name.length]
    }
    from = begin
  }
}

export const inTag: Transition = (context, text) => {
  const begin = skipSpace(text, 0)
  if (begin === text.length) return [context, begin]
  const { element } = context
  if (text[begin] === '>') {
    return [{ ...TEXT, state: CONTENTS[element], element: element === 'Meta' ? 'None' : element }, begin + 1]
  }
  const name = attributeName(text, begin)
  if (typeof name !== 'number') return [name, text.length]
  if (name === begin) {
    const message = `expected space, attr name, or end of tag, but got ${quote(text.slice(begin))}`
    return [errorContext(message), text.length]
  }
  const attribute = attributeOf(text.slice(begin, name).toLowerCase(), element)
  return [{ ...TEXT, state: name === text.length ? 'AttrName' : 'AfterName', element, attribute }, name]
}

function attributeOf(name: string, element: Element): Attribute {
  if (element === 'Script' && name === 'type') return 'ScriptType'
  if (element === 'Meta' && name === 'content') return 'MetaContent'
  switch (attributeType(name)) {
    case 'url':
      return 'URL'
    case 'css':
      return 'Style'
    case 'js':
      return 'Script'
    case 'srcset':
      return 'Srcset'
    default:
      return 'None'
  }
}

export const inAttributeName: Transition = (context, text) => {
  const end = attributeName(text, 0)
  if (typeof end !== 'number') return [end, text.length]
  return [end === text.length ? context : { ...context, state: 'AfterName' }, end]
}

/** One after the last character of the name, or the error that the name has. */
function attributeName(text: string, begin: number): number | Context {
  for (let at = begin; at < text.length; at++) {
    const character = text[at]!
    if (SPACE.includes(character) || character === '=' || character === '>') return at
    if (`'"<`.includes(character)) {
      return errorContext(`${quote(character)} in attribute name: ${quote([...text].slice(0, 32).join(''))}`)
    }
  }
  return text.length
}

export const afterName: Transition = (context, text) => {
  const at = skipSpace(text, 0)
  if (at === text.length) return [context, at]
  if (text[at] !== '=') return [{ ...context, state: 'Tag' }, at]
  return [{ ...context, state: 'BeforeValue' }, at + 1]
}

export const beforeValue: Transition = (context, text) => {
  const at = skipSpace(text, 0)
  if (at === text.length) return [context, at]
  const state = ATTRIBUTE_STARTS[context.attribute]
  if (text[at] === "'") return [{ ...context, state, delim: 'SingleQuote' }, at + 1]
  if (text[at] === '"') return [{ ...context, state, delim: 'DoubleQuote' }, at + 1]
  return [{ ...context, state, delim: 'SpaceOrTagEnd' }, at]
}

export const inHtmlComment: Transition = (context, text) => {
  const end = text.indexOf('-->')
  return end < 0 ? [context, text.length] : [TEXT, end + 3]
}

export const inAttribute: Transition = (context, text) => [context, text.length]

export const inUrl: Transition = (context, text) => {
  if (/[#?]/.test(text)) return [{ ...context, urlPart: 'QueryOrFrag' }, text.length]
  const begins = context.urlPart === 'None' && skipSpace(text, 0) !== text.length
  return [begins ? { ...context, urlPart: 'PreQuery' } : context, text.length]
}

export const inMetaContent: Transition = (context, text) => {
  for (let at = 0; at + 4 <= text.length; at++) {
    if (text.slice(at, at + 3).toLowerCase() !== 'url') continue
    const equals = skipSpace(text, at + 3)
    if (text[equals] === '=') return [{ ...context, state: 'MetaContentURL' }, equals + 1]
  }
  return [context, text.length]
}

export const inMetaContentUrl: Transition = (context, text) => {
  const end = text.indexOf(';')
  return end < 0 ? [context, text.length] : [{ ...context, state: 'MetaContent' }, end + 1]
}

const SPACE = ' \t\n\f\r'

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && SPACE.includes(text[at]!)) at++
  return at
}
