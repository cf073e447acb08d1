import type { Node, Source } from '../syntax/nodes.ts'

/*
 * The place in an HTML document at which a piece of a template stands, as Go's html/template knows places (facts from
 * Go, BSD-3-Clause). The names are Go's, since they show in messages.
 */

export type State =
  | 'Text'
  | 'Tag'
  | 'AttrName'
  | 'AfterName'
  | 'BeforeValue'
  | 'HTMLCmt'
  | 'RCDATA'
  | 'Attr'
  | 'URL'
  | 'Srcset'
  | 'JS'
  | 'JSDqStr'
  | 'JSSqStr'
  | 'JSTmplLit'
  | 'JSRegexp'
  | 'JSBlockCmt'
  | 'JSLineCmt'
  | 'JSHTMLOpenCmt'
  | 'JSHTMLCloseCmt'
  | 'CSS'
  | 'CSSDqStr'
  | 'CSSSqStr'
  | 'CSSDqURL'
  | 'CSSSqURL'
  | 'CSSURL'
  | 'CSSBlockCmt'
  | 'CSSLineCmt'
  | 'Error'
  | 'MetaContent'
  | 'MetaContentURL'
  /** Behind a `{{break}}` or `{{continue}}`. */
  | 'Dead'

export type Delim = 'None' | 'DoubleQuote' | 'SingleQuote' | 'SpaceOrTagEnd'
export type UrlPart = 'None' | 'PreQuery' | 'QueryOrFrag' | 'Unknown'
/** Whether a slash begins a regular expression or divides. */
export type JsContext = 'Regexp' | 'DivOp' | 'Unknown'
export type Attribute = 'None' | 'Script' | 'ScriptType' | 'Style' | 'URL' | 'Srcset' | 'MetaContent'
export type Element = 'None' | 'Script' | 'Style' | 'Textarea' | 'Title' | 'Meta'

/** A problem of a template. Absent places: the problem was found in a text, whose place Go does not tell. */
export interface EscapeProblem {
  message: string
  /** Place of the node in a text. */
  at?: number
  source?: Source
  /** Line of the loop that was left with the problem. */
  line?: number
}

export interface Context {
  readonly state: State
  readonly delim: Delim
  readonly urlPart: UrlPart
  readonly js: JsContext
  /** Braces that are open in each `${` of a JavaScript template literal. */
  readonly braces: readonly number[]
  readonly attribute: Attribute
  readonly element: Element
  readonly problem?: EscapeProblem | undefined
  /** Of a loop that is left here. */
  readonly node?: Node | undefined
}

export const TEXT: Context = {
  state: 'Text',
  delim: 'None',
  urlPart: 'None',
  js: 'Regexp',
  braces: [],
  attribute: 'None',
  element: 'None',
}

export function errorContext(message: string): Context {
  return { ...TEXT, state: 'Error', problem: { message } }
}

export function sameContext(a: Context, b: Context): boolean {
  return (
    a.state === b.state &&
    a.delim === b.delim &&
    a.urlPart === b.urlPart &&
    a.js === b.js &&
    a.braces.join() === b.braces.join() &&
    a.attribute === b.attribute &&
    a.element === b.element &&
    a.problem === b.problem
  )
}

/** A context in a message. */
export function showContext({ state, delim, urlPart, js, braces, attribute, element }: Context): string {
  const parts = [`state${state}`, `delim${delim}`, `urlPart${urlPart}`, `jsCtx${js}`, `[${braces.join(' ')}]`]
  return `{${[...parts, `attr${attribute}`, `element${element}`, '<nil>'].join(' ')}}`
}

/** The name of a template that is called at a place other than plain text. */
export function nameIn({ state, delim, urlPart, js, braces, attribute, element }: Context, name: string): string {
  if (state === 'Text') return name
  return [
    `${name}$htmltemplate_state${state}`,
    ...(delim === 'None' ? [] : [`delim${delim}`]),
    ...(urlPart === 'None' ? [] : [`urlPart${urlPart}`]),
    ...(js === 'Regexp' ? [] : [`jsCtx${js}`]),
    ...(braces.length === 0 ? [] : [`jsBraceDepth([${braces.join(' ')}])`]),
    ...(attribute === 'None' ? [] : [`attr${attribute}`]),
    ...(element === 'None' ? [] : [`element${element}`]),
  ].join('_')
}

export function isComment(state: State): boolean {
  return /Cmt$/.test(state)
}

export function isInTag(state: State): boolean {
  return ['Tag', 'AttrName', 'AfterName', 'BeforeValue', 'Attr'].includes(state)
}

/** In a string or a regular expression of JavaScript. */
export function isInScriptLiteral(state: State): boolean {
  return ['JSDqStr', 'JSSqStr', 'JSTmplLit', 'JSRegexp'].includes(state)
}

export const ATTRIBUTE_STARTS: Record<Attribute, State> = {
  None: 'Attr',
  Script: 'JS',
  ScriptType: 'Attr',
  Style: 'CSS',
  URL: 'URL',
  Srcset: 'Srcset',
  MetaContent: 'MetaContent',
}

/** The context before the first character of an attribute's value or name, where an action stands. */
export function nudged(context: Context): Context {
  switch (context.state) {
    case 'Tag':
      return { ...context, state: 'AttrName' }
    case 'BeforeValue': {
      const state = ATTRIBUTE_STARTS[context.attribute]
      return { ...context, state, delim: 'SpaceOrTagEnd', attribute: 'None' }
    }
    case 'AfterName':
      return { ...context, state: 'AttrName', attribute: 'None' }
    default:
      return context
  }
}

/** The context behind the branches of a condition. Undefined: they end at different places. */
export function joinContexts(a: Context, b: Context): Context | undefined {
  if (a.state === 'Error') return a
  if (b.state === 'Error') return b
  if (a.state === 'Dead') return b
  if (b.state === 'Dead') return a
  if (sameContext(a, b)) return a
  if (sameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'Unknown' }
  if (sameContext({ ...a, js: b.js }, b)) return { ...a, js: 'Unknown' }
  // `<p title={{if .C}}{{.}}{{end}}` ends in a value or before one.
  const [c, d] = [nudged(a), nudged(b)]
  return sameContext(c, a) && sameContext(d, b) ? undefined : joinContexts(c, d)
}
