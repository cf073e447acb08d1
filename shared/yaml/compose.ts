import { Composer, CST, isMap, isPair, isSeq, type Node, type ParsedNode } from 'yaml'
import { STEP, type Steps } from '../base/steps.ts'
import type { YamlError } from './error.ts'

/*
 * Composing a large document in parts. Where a collection is large, its large entries are composed as empty
 * collections first and filled afterwards, each from its own tokens, at most `STEP` units at a time.
 */

export type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection
type ComposerOptions = ConstructorParameters<typeof Composer>[0]

export interface Weight {
  /** Units of work to compose a token with all that is in it. */
  weight: number
  depth: number
}

/** Weights of collections, by token. A weight is asked for again for each part of a large document. */
const weights = new WeakMap<CST.Token, number>()

/** Without recursion, because the depth is what is found here. */
export function* weigh(root: CST.Token): Steps<Weight> {
  let deepest = 0
  let done = 0
  const order = [{ token: root, parent: -1, depth: 0, weight: ownWeight(root) }]
  for (let at = 0; at < order.length; at++) {
    const { token, depth } = order[at]!
    deepest = Math.max(deepest, depth)
    if ('end' in token && token.end !== undefined) token.end = withoutJunk(token.end)
    for (const child of childrenOf(token)) {
      order.push({ token: child, parent: at, depth: depth + 1, weight: ownWeight(child) })
      if (++done < STEP) continue
      yield done
      done = 0
    }
  }
  for (let at = order.length - 1; at >= 0; at--) {
    const { token, parent, weight } = order[at]!
    if (CST.isCollection(token)) weights.set(token, weight)
    if (parent >= 0) order[parent]!.weight += weight
    if (++done < STEP) continue
    yield done
    done = 0
  }
  return { weight: order[0]!.weight, depth: deepest }
}

/** One token where no token may be refuses the document; the composer would make an error of every such token. */
export function withoutJunk(end: CST.SourceToken[]): CST.SourceToken[] {
  let unexpected = 0
  return end.length < MANY ? end : end.filter(({ type }) => BLANK.has(type) || ++unexpected < MANY)
}

const BLANK = new Set<CST.Token['type']>(['space', 'newline', 'comment'])
const MANY = 20

function* childrenOf(token: CST.Token): Generator<CST.Token> {
  if (!CST.isCollection(token)) return
  for (const { key, value } of token.items as readonly CST.CollectionItem[]) {
    if (key !== undefined && key !== null) yield key
    if (value !== undefined) yield value
  }
}

/** A scalar of thousands of characters costs more than a short one, though far less than as many short ones. */
function ownWeight(token: CST.Token): number {
  if (CST.isCollection(token)) return UNITS_PER_NODE * (1 + token.items.length)
  return UNITS_PER_NODE + ('source' in token ? token.source.length >> 5 : 0)
}

const UNITS_PER_NODE = 6

/**
 * Fills the collections of `root` that were composed empty; `large` has their tokens. Errors are added to `errors`.
 */
export function* composeParts(
  root: Node,
  large: Map<CST.Token, Collection>,
  options: ComposerOptions,
  errors: YamlError[],
): Steps<void> {
  const open: Node[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const token = 'srcToken' in node && node.srcToken !== undefined ? large.get(node.srcToken) : undefined
    if (token === undefined || !(isMap(node) || isSeq(node))) continue
    for (const part of partsOf(token, large)) {
      const composed = composeAlone({ ...token, offset: part.offset, items: part.items } as CST.Token, options, errors)
      // The first error refuses the document.
      if (errors.length > 0) return
      if (isMap(composed) || isSeq(composed)) {
        ;(node.items as unknown[]).push(...composed.items)
        open.push(...emptyIn(composed.items, large))
      }
      yield part.weight
    }
  }
}

/** The entries of a collection in parts; large entries are empty in them. */
function* partsOf(token: Collection, large: Map<CST.Token, Collection>): Generator<Part> {
  let items: CST.CollectionItem[] = []
  let weight = 0
  let { offset } = token
  for (const item of token.items as CST.CollectionItem[]) {
    const first = items.length === 0 && item !== token.items[0]
    if (first) offset = offsetOf(item) ?? offset
    const own = weightOf(item.key) + weightOf(item.value) + UNITS_PER_NODE
    const hollow = hollowed(item, large)
    items.push(first ? withoutComma(hollow) : hollow)
    weight += hollow === item ? own : UNITS_PER_NODE
    // An empty collection ends where it begins, so the entry after it begins a part, with its own offset.
    if (weight < STEP && hollow === item) continue
    yield { items, weight, offset }
    items = []
    weight = 0
  }
  if (items.length > 0) yield { items, weight, offset }
}

interface Part {
  items: CST.CollectionItem[]
  weight: number
  /** Where the first entry begins: the composer measures keys from there. */
  offset: number
}

function offsetOf({ start, key, sep, value }: CST.CollectionItem): number | undefined {
  return (start[0] ?? key ?? sep?.[0] ?? value)?.offset
}

function weightOf(token: CST.Token | null | undefined): number {
  if (token === null || token === undefined) return 0
  return CST.isCollection(token) ? (weights.get(token) ?? 0) : ownWeight(token)
}

function hollowed(item: CST.CollectionItem, large: Map<CST.Token, Collection>): CST.CollectionItem {
  const { value } = item
  if (!CST.isCollection(value) || weightOf(value) <= STEP) return item
  return { ...item, value: emptied(value, large) }
}

/** The collection without its entries, which `composeParts` fills in. */
export function emptied(token: Collection, large: Map<CST.Token, Collection>): CST.Token {
  const empty = { ...token, items: [] } as CST.Token
  large.set(empty, token)
  return empty
}

/** The comma before the first entry of a part belongs between two parts. */
function withoutComma(item: CST.CollectionItem): CST.CollectionItem {
  const comma = item.start.findIndex(({ type }) => type === 'comma')
  return comma < 0 ? item : { ...item, start: item.start.toSpliced(comma, 1) }
}

function composeAlone(value: CST.Token, options: ComposerOptions, errors: YamlError[]): ParsedNode | null {
  const composer = new Composer<ParsedNode>(options)
  const documents = [...composer.next({ type: 'document', offset: value.offset, start: [], value }), ...composer.end()]
  for (const found of documents.flatMap((document) => document.errors)) {
    errors.push({ code: found.code, message: found.message, offset: found.pos[0] })
  }
  return documents[0]?.contents ?? null
}

/** The collections that were composed empty: values, and values of the single pair that a list in brackets may have. */
function emptyIn(items: readonly unknown[], large: Map<CST.Token, Collection>): Node[] {
  return items.flatMap((item): Node[] => {
    const node = isPair(item) ? item.value : item
    if (isMap(node) && node.items.length === 1 && !large.has(node.srcToken!)) return emptyIn(node.items, large)
    const token = (node as Node | null)?.srcToken
    return token !== undefined && large.has(token) ? [node as Node] : []
  })
}
