import { quote } from '../text/quote.ts'
import type { CommandNode, ListNode, Node, Operand, PipeNode } from './nodes.ts'

/** Nodes as Go writes them in messages. */
export function showNode(node: Node | Operand | CommandNode | ListNode): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(showNode).join('')
    case 'text':
      return node.text
    case 'action':
      return `{{${showPipe(node.pipe)}}}`
    case 'if':
    case 'range':
    case 'with': {
      const otherwise = node.otherwise === undefined ? '' : `{{else}}${showNode(node.otherwise)}`
      return `{{${node.kind} ${showPipe(node.pipe)}}}${showNode(node.list)}${otherwise}{{end}}`
    }
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${showPipe(node.pipe)}`}}}`
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`
    case 'pipe':
      return showPipe(node)
    case 'command':
      return node.words.map((word) => (word.kind === 'pipe' ? `(${showPipe(word)})` : showNode(word))).join(' ')
    case 'identifier':
      return node.name
    case 'variable':
      return node.names.join('.')
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'field':
      return node.names.map((name) => `.${name}`).join('')
    case 'chain': {
      const { node: inner, names } = node
      const shown = inner.kind === 'pipe' ? `(${showPipe(inner)})` : showNode(inner)
      return [shown, ...names].join('.')
    }
    case 'bool':
      return String(node.value)
    case 'number':
      return node.text
    case 'string':
      return node.quoted
  }
}

function showPipe({ variables, assigns, commands }: PipeNode): string {
  const declared = variables.length === 0 ? '' : `${variables.map(showNode).join(', ')}${assigns ? ' = ' : ' := '}`
  return declared + commands.map(showNode).join(' | ')
}
