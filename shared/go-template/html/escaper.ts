import type { Steps } from '../../base/steps.ts'
import { TEMPLATE_LIMITS } from '../run/budget.ts'
import { LimitFailure, TemplateFailure } from '../syntax/failure.ts'
import type { ActionNode, BranchNode, ListNode, Node, TemplateNode, TextNode, Tree } from '../syntax/nodes.ts'
import { showNode } from '../syntax/show.ts'
import { lineOf, placeOf } from '../syntax/source.ts'
import { quote } from '../text/quote.ts'
import {
  type Context,
  type EscapeProblem,
  errorContext,
  isComment,
  isInScriptLiteral,
  joinContexts,
  nameIn,
  nudged,
  sameContext,
  showContext,
  TEXT,
} from './context.ts'
import { type EscaperName, escapedPipeline, functionOf, PREDEFINED } from './pipeline.ts'
import { afterText } from './transition.ts'

/** Nodes that are escaped at most: the body of a loop is looked at twice, in loops in loops ever more often. */
const MOST_NODES = 50_000
const NODES_PER_STEP = 500
const UNITS_PER_NODE = 8
const MAX_DEPTH = TEMPLATE_LIMITS.depth

export interface EscapedTemplates {
  main: Tree
  /** Templates by the names under which the escaped ones call them. */
  trees: ReadonlyMap<string, Tree>
}

/**
 * The template and all that it calls, with an escaper at the end of each pipeline for the place where its value stands,
 * as html/template adds them (facts from Go, BSD-3-Clause). Throws the problem of a template that cannot be escaped.
 */
export function* escapeTemplates(main: Tree, templates: ReadonlyMap<string, Tree>): Steps<EscapedTemplates> {
  const escaper = new Escaper(main, templates)
  const [context, root] = yield* escaper.main()
  if (context.state === 'Error') throw new TemplateFailure(problemText(context.problem!, main))
  if (context.state !== 'Text') {
    throw new TemplateFailure(`html/template: ends in a non-text context: ${showContext(context)}`)
  }
  const escaped = { ...main, root }
  escaper.trees.set(main.name, escaped)
  return { main: escaped, trees: escaper.trees }
}

function problemText({ message, at, line, source }: EscapeProblem, { name }: Tree): string {
  if (source !== undefined && at !== undefined) return `html/template:${placeOf(source, at)}: ${message}`
  if (line !== undefined) return `html/template:${name}:${line}: ${message}`
  return name === '' ? `html/template: ${message}` : `html/template:${name}: ${message}`
}

type Escaped<N> = [context: Context, node: N]

/** Contexts at the places where a loop is left. */
interface Loop {
  breaks: Context[]
  continues: Context[]
}

class Escaper {
  readonly #main: Tree
  readonly #templates: ReadonlyMap<string, Tree>
  /** Context behind each template, by its name at its place. While a template is escaped, the assumed context. */
  #outputs = new Map<string, Context>()
  /** Templates that were called, by their names at their places. */
  #called = new Set<string>()
  readonly trees = new Map<string, Tree>()
  #loops: Loop[] = []
  #tree: Tree
  #nodes = 0
  /** Nodes at the last yield. */
  #yielded = 0
  #depth = 0

  constructor(main: Tree, templates: ReadonlyMap<string, Tree>) {
    this.#main = main
    this.#tree = main
    this.#templates = templates
  }

  *main(): Steps<Escaped<ListNode>> {
    const [context, tree] = yield* this.#body(TEXT, this.#main, this.#main.name)
    return [context, tree.root]
  }

  *#list(given: Context, list: ListNode): Steps<Escaped<ListNode>> {
    let context = given
    const nodes: Node[] = []
    for (const node of list.nodes) {
      if (context.state === 'Dead') {
        nodes.push(node)
        continue
      }
      const [next, escaped] = yield* this.#node(context, node)
      context = next
      nodes.push(escaped)
    }
    return [context, { ...list, nodes }]
  }

  *#node(context: Context, node: Node): Steps<Escaped<Node>> {
    this.#looked()
    // Not at each node: a yield goes through every list around it.
    if (this.#nodes - this.#yielded >= NODES_PER_STEP) {
      yield (this.#nodes - this.#yielded) * UNITS_PER_NODE
      this.#yielded = this.#nodes
    }
    switch (node.kind) {
      case 'text':
        return this.#text(context, node)
      case 'action':
        return this.#action(context, node)
      case 'template':
        return yield* this.#call(context, node)
      case 'break':
      case 'continue':
        this.#loops.at(-1)?.[node.kind === 'break' ? 'breaks' : 'continues'].push({ ...context, node })
        return [{ ...TEXT, state: 'Dead' }, node]
      default:
        return yield* this.#branch(context, node)
    }
  }

  #looked(): void {
    if (++this.#nodes > MOST_NODES) throw new LimitFailure('limit: the templates are too large to be escaped')
  }

  #action(given: Context, node: ActionNode): Escaped<ActionNode> {
    if (node.pipe.variables.length > 0) return [given, node]
    const context = nudged(given)
    const { commands } = node.pipe
    for (const [place, command] of commands.entries()) {
      const name = functionOf(command)
      if (name === undefined || !PREDEFINED.has(name)) continue
      const unquoted = context.state === 'Attr' && context.delim === 'SpaceOrTagEnd' && name === 'html'
      if (place < commands.length - 1 || unquoted) {
        return [this.#problem(`predefined escaper ${quote(name)} disallowed in template`, node), node]
      }
    }
    const escapers = escapersFor(context)
    if (escapers === undefined) {
      return [this.#problem(`${showNode(node)} appears in an ambiguous context within a URL`, node), node]
    }
    return [behindAction(context), { ...node, pipe: escapedPipeline(node.pipe, escapers) }]
  }

  *#branch(given: Context, node: BranchNode): Steps<Escaped<BranchNode>> {
    const [context, list] = node.kind === 'range' ? yield* this.#loop(given, node) : yield* this.#list(given, node.list)
    if (node.kind === 'range' && context.state === 'Error') return [context, node]
    const [otherwise, elseList] =
      node.otherwise === undefined ? [given, undefined] : yield* this.#list(given, node.otherwise)
    return [this.#join(context, otherwise, node, node.kind), { ...node, list, otherwise: elseList }]
  }

  /** The body of a loop may run again, at the place where it ended. What the second look escapes is not kept. */
  *#loop(given: Context, node: BranchNode): Steps<Escaped<ListNode>> {
    const [end, list, loop] = yield* this.#loopBody(given, node.list)
    const first = end.state === 'Error' ? end : this.#joinLoop(end, loop)
    if (first.state === 'Error') return [first, list]
    const [outputs, called] = [new Map(this.#outputs), new Set(this.#called)]
    const [again, , nextLoop] = yield* this.#loopBody(first, node.list)
    this.#outputs = outputs
    this.#called = called
    const joined = this.#join(first, again, node, node.kind)
    if (joined.state === 'Error') return [this.#prefixed(joined, 'on range loop re-entry', node), list]
    return [this.#joinLoop(joined, nextLoop), list]
  }

  *#loopBody(given: Context, list: ListNode): Steps<[context: Context, list: ListNode, loop: Loop]> {
    const loop: Loop = { breaks: [], continues: [] }
    this.#loops.push(loop)
    const [context, escaped] = yield* this.#list(given, list)
    this.#loops.pop()
    return [context, escaped, loop]
  }

  *#call(context: Context, node: TemplateNode): Steps<Escaped<TemplateNode>> {
    const name = nameIn(context, node.name)
    this.#called.add(name)
    const known = this.#outputs.get(name)
    if (known !== undefined) return [known, { ...node, name }]
    const tree = this.#templates.get(node.name)
    if (tree === undefined) {
      return [this.#problem(`no such template ${quote(node.name)}`, node), node]
    }
    const [output, escaped] = yield* this.#body(context, tree, name)
    this.trees.set(name, escaped)
    return [output, { ...node, name }]
  }

  /** A template that calls itself is escaped under an assumption, which has to prove right. */
  *#body(context: Context, tree: Tree, name: string): Steps<[context: Context, tree: Tree]> {
    if (++this.#depth > MAX_DEPTH)
      throw new LimitFailure(`limit: templates call each other more than ${MAX_DEPTH} deep`)
    const first = yield* this.#assuming(context, tree, name)
    const found = first.right ? first : yield* this.#assuming(first.context, tree, name)
    this.#depth--
    if (found.right) return [found.context, found.tree]
    if (first.context.state === 'Error') return [first.context, tree]
    return [this.#problem(`cannot compute output context for template ${name}`, tree.root, tree), tree]
  }

  /** Escapes a template from a place on, while calls of itself are assumed to end at the same place. */
  *#assuming(assumed: Context, tree: Tree, name: string): Steps<{ right: boolean; context: Context; tree: Tree }> {
    const [outputs, called, outer] = [this.#outputs, this.#called, this.#tree]
    outputs.set(name, assumed)
    this.#outputs = new Map(outputs)
    this.#called = new Set()
    this.#tree = tree
    const [end, root] = yield* this.#list(assumed, tree.root)
    const right = end.state !== 'Error' && (!this.#called.has(name) || sameContext(assumed, end))
    if (right) {
      for (const one of this.#called) called.add(one)
      for (const [one, output] of this.#outputs) outputs.set(one, output)
    }
    this.#outputs = outputs
    this.#called = called
    this.#tree = outer
    return { right, context: end, tree: { name, source: tree.source, root } }
  }

  /** A break and a continue count as ways back to the begin of the loop. */
  #joinLoop(given: Context, { breaks, continues }: Loop): Context {
    let context = given
    for (const [kind, places] of [
      ['break', breaks],
      ['continue', continues],
    ] as const) {
      for (const place of places) {
        context = this.#join(context, { ...place, node: undefined }, place.node!, 'range')
        if (context.state === 'Error') return this.#prefixed(context, `at range loop ${kind}`, place.node!)
      }
    }
    return context
  }

  #join(a: Context, b: Context, node: Node, name: string): Context {
    const joined = joinContexts(a, b)
    if (joined !== undefined) return joined
    return this.#problem(`{{${name}}} branches end in different contexts: ${showContext(a)}, ${showContext(b)}`, node)
  }

  /** A problem of a node of the template that is escaped. */
  #problem(message: string, node: { at: number }, { source } = this.#tree): Context {
    return { ...errorContext(message), problem: { message, at: node.at, source } }
  }

  /** Changes the problem in place: Go's message tells of each loop that was left with it, each time. */
  #prefixed(context: Context, words: string, { at }: Node): Context {
    const problem = context.problem!
    problem.message = `${words}: ${problem.message}`
    problem.line = lineOf(this.#tree.source, at)
    return context
  }

  #text(given: Context, node: TextNode): Escaped<TextNode> {
    const { text } = node
    let context = given
    let written = ''
    let from = 0
    for (let at = 0; at < text.length; ) {
      const [next, read] = afterText(context, text.slice(at))
      const end = at + read
      if (context.state === 'Text' || context.state === 'RCDATA') {
        const tag = next.state === context.state ? -1 : text.lastIndexOf('<', end - 1)
        for (let open = text.indexOf('<', at); open >= 0 && open < (tag < at ? end : tag); ) {
          if (!/^<!DOCTYPE/i.test(text.slice(open, open + 9))) {
            written += `${text.slice(from, open)}&lt;`
            from = open + 1
          }
          open = text.indexOf('<', open + 1)
        }
      } else if (isComment(context.state) && context.delim === 'None') {
        written += commentText(context, text.slice(from, end))
        from = end
      }
      if (context.state !== next.state && isComment(next.state) && next.delim === 'None') {
        written += text.slice(from, end - COMMENT_MARKS[next.state]!)
        from = end
      }
      if (isInScriptLiteral(context.state) && SCRIPT_TAG.test(text.slice(at, end))) {
        written += text.slice(from, at) + text.slice(at, end).replace(SCRIPT_TAGS, '\\x3C$1')
        from = end
      }
      context = next
      at = end
      this.#looked()
    }
    if (from === 0 || context.state === 'Error') return [context, node]
    const rest = isComment(context.state) && context.delim === 'None' ? '' : text.slice(from)
    return [context, { ...node, text: written + rest }]
  }
}

/** Length of what begins a comment. */
const COMMENT_MARKS: Partial<Record<Context['state'], number>> = {
  HTMLCmt: 4,
  JSHTMLOpenCmt: 4,
  JSHTMLCloseCmt: 3,
  JSBlockCmt: 2,
  JSLineCmt: 2,
  CSSBlockCmt: 2,
  CSSLineCmt: 2,
}

/** What stays of a comment: in JavaScript a line break if it has one, else a space. */
function commentText({ state }: Context, text: string): string {
  if (state === 'JSBlockCmt') return /[\n\r\u2028\u2029]/.test(text) ? '\n' : ' '
  return state === 'CSSBlockCmt' ? ' ' : ''
}

const SCRIPT_TAG = /<(?:script|\/script|!--)/i
const SCRIPT_TAGS = /<(script|\/script|!--)/gi

/** Escapers of a value at a place. Undefined: the place is before or behind the `?` of a URL, nobody knows which. */
function escapersFor({ state, delim, urlPart }: Context): EscaperName[] | undefined {
  const inner = innerEscapers(state, urlPart)
  if (inner === undefined || delim === 'None') return inner
  const outer = delim === 'SpaceOrTagEnd' ? '_html_template_nospaceescaper' : '_html_template_attrescaper'
  return [...inner, outer]
}

function innerEscapers(state: Context['state'], urlPart: Context['urlPart']): EscaperName[] | undefined {
  switch (state) {
    case 'URL':
    case 'CSSDqStr':
    case 'CSSSqStr':
    case 'CSSDqURL':
    case 'CSSSqURL':
    case 'CSSURL': {
      if (urlPart === 'Unknown') return undefined
      if (urlPart === 'QueryOrFrag') return ['_html_template_urlescaper']
      const inString = state === 'CSSDqStr' || state === 'CSSSqStr'
      const part = inString ? '_html_template_cssescaper' : '_html_template_urlnormalizer'
      return urlPart === 'None' ? ['_html_template_urlfilter', part] : [part]
    }
    case 'MetaContentURL':
      return ['_html_template_urlfilter']
    case 'JS':
      return ['_html_template_jsvalescaper']
    case 'JSDqStr':
    case 'JSSqStr':
      return ['_html_template_jsstrescaper']
    case 'JSTmplLit':
      return ['_html_template_jstmpllitescaper']
    case 'JSRegexp':
      return ['_html_template_jsregexpescaper']
    case 'CSS':
      return ['_html_template_cssvaluefilter']
    case 'Text':
      return ['_html_template_htmlescaper']
    case 'RCDATA':
      return ['_html_template_rcdataescaper']
    case 'AttrName':
    case 'Tag':
      return ['_html_template_htmlnamefilter']
    case 'Srcset':
      return ['_html_template_srcsetescaper']
    default:
      return isComment(state) ? ['_html_template_commentescaper'] : []
  }
}

function behindAction(context: Context): Context {
  // A slash behind a value divides.
  if (context.state === 'JS') return { ...context, js: 'DivOp' }
  return context.state === 'Tag' ? { ...context, state: 'AttrName' } : context
}
