/*
 * The tree of a template. `at` is a place in the text that the tree was read from, counted in UTF-16 units; Go counts
 * bytes, and `source.ts` turns one into the other for messages.
 */

export interface ListNode {
  kind: 'list'
  at: number
  nodes: readonly Node[]
}

export type Node = TextNode | ActionNode | BranchNode | TemplateNode | LoopNode

export interface TextNode {
  kind: 'text'
  at: number
  text: string
}

/** `{{ pipeline }}` */
export interface ActionNode {
  kind: 'action'
  at: number
  pipe: PipeNode
}

export interface BranchNode {
  kind: 'if' | 'range' | 'with'
  at: number
  pipe: PipeNode
  list: ListNode
  otherwise?: ListNode | undefined
}

/** `{{ template "name" pipeline }}`; a block is a definition and such a call. */
export interface TemplateNode {
  kind: 'template'
  at: number
  name: string
  pipe?: PipeNode | undefined
}

export interface LoopNode {
  kind: 'break' | 'continue'
  at: number
}

export interface PipeNode {
  kind: 'pipe'
  at: number
  /** The variables are assigned (`=`), not declared (`:=`). */
  assigns: boolean
  variables: readonly VariableNode[]
  commands: readonly CommandNode[]
}

export interface CommandNode {
  kind: 'command'
  at: number
  words: readonly Operand[]
}

export type Operand =
  | IdentifierNode
  | VariableNode
  | DotNode
  | NilNode
  | FieldNode
  | ChainNode
  | BoolNode
  | NumberNode
  | StringNode
  | PipeNode

/** The name of a function. */
export interface IdentifierNode {
  kind: 'identifier'
  at: number
  name: string
}

/** `$x.Field`: the first name has the dollar sign. */
export interface VariableNode {
  kind: 'variable'
  at: number
  names: readonly string[]
}

export interface DotNode {
  kind: 'dot'
  at: number
}

export interface NilNode {
  kind: 'nil'
  at: number
}

/** `.A.B` */
export interface FieldNode {
  kind: 'field'
  at: number
  names: readonly string[]
}

/** `(pipeline).A.B` */
export interface ChainNode {
  kind: 'chain'
  at: number
  node: Operand
  names: readonly string[]
}

export interface BoolNode {
  kind: 'bool'
  at: number
  value: boolean
}

/** A constant has every type that can hold its value. */
export interface NumberNode {
  kind: 'number'
  at: number
  text: string
  int?: bigint | undefined
  uint?: bigint | undefined
  float?: number | undefined
}

export interface StringNode {
  kind: 'string'
  at: number
  /** As written, with the quotes. */
  quoted: string
  text: string
}

/** The text that templates were read from; the name stands in messages. */
export interface Source {
  name: string
  text: string
}

/** A named template. */
export interface Tree {
  name: string
  source: Source
  root: ListNode
}

/** Whether a template has nothing but white space: such a definition replaces no other. */
export function isEmptyList({ nodes }: ListNode): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '')
}

/** Names of the templates that a list calls. The parser limits how deep the lists nest. */
export function calledTemplates({ nodes }: ListNode): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'template') return [node.name]
    if (!('list' in node)) return []
    return [...calledTemplates(node.list), ...(node.otherwise === undefined ? [] : calledTemplates(node.otherwise))]
  })
}
