import { STEP, type Steps } from '../../base/steps.ts'
import { print } from '../format/print.ts'
import type { ActionNode, BranchNode, ListNode, TemplateNode, Tree } from '../syntax/nodes.ts'
import { wellFormed } from '../text/bytes.ts'
import { quote } from '../text/quote.ts'
import type { Value } from '../values/go-types.ts'
import { dataOf, elementsOf, entriesOf, isNil, isTrue, kindOf, pointee } from '../values/value.ts'
import { TEMPLATE_LIMITS } from './budget.ts'
import { type Environment, Frame } from './evaluate.ts'

export interface Execution extends Environment {
  /** The template of a name that an action calls. */
  template(name: string): Tree | undefined
}

/** The text that a template makes of data. Throws a `TemplateFailure`. Yields, so that others come first. */
export function* execute(execution: Execution, tree: Tree, data: Value): Steps<string> {
  const output: string[] = []
  yield* new Walker(execution, output).template(tree, data, 0)
  return wellFormed(output.join(''))
}

type Signal = 'break' | 'continue' | undefined

class Walker {
  readonly #execution: Execution
  readonly #output: string[]

  constructor(execution: Execution, output: string[]) {
    this.#execution = execution
    this.#output = output
  }

  *template(tree: Tree, dot: Value, depth: number): Steps<void> {
    yield* this.#list(new Frame(this.#execution, tree, dot), dot, tree.root, depth)
  }

  *#list(frame: Frame, dot: Value, { nodes }: ListNode, depth: number): Steps<Signal> {
    for (const node of nodes) {
      yield* this.#pause()
      switch (node.kind) {
        case 'text':
          this.#write(node.text)
          break
        case 'action':
          this.#action(frame, dot, node)
          break
        case 'template':
          yield* this.#call(frame, dot, node, depth)
          break
        case 'break':
        case 'continue':
          return node.kind
        case 'range': {
          const signal = yield* this.#range(frame, dot, node, depth)
          if (signal !== undefined) return signal
          break
        }
        default: {
          const signal = yield* this.#condition(frame, dot, node, depth)
          if (signal !== undefined) return signal
        }
      }
    }
    return undefined
  }

  #action(frame: Frame, dot: Value, node: ActionNode): void {
    frame.at(node)
    const value = frame.pipeline(dot, node.pipe)
    if (node.pipe.variables.length > 0) return
    frame.at(node)
    this.#write(value === undefined ? '<no value>' : print([pointee(value)], this.#execution.budget))
  }

  /** `if` and `with`, of which the latter sets the dot. */
  *#condition(frame: Frame, dot: Value, node: BranchNode, depth: number): Steps<Signal> {
    const mark = frame.variables.length
    frame.at(node)
    const value = frame.pipeline(dot, node.pipe)
    let signal: Signal
    if (isTrue(value)) signal = yield* this.#list(frame, node.kind === 'with' ? value : dot, node.list, depth)
    else if (node.otherwise !== undefined) signal = yield* this.#list(frame, dot, node.otherwise, depth)
    frame.variables.length = mark
    return signal
  }

  /**
   * A break or continue in the body ends here. In the `{{else}}`, a continue belongs to the loop outside, and a break
   * ends nothing but the `{{else}}`, as in Go.
   */
  *#range(frame: Frame, dot: Value, node: BranchNode, depth: number): Steps<Signal> {
    const before = frame.variables.length
    frame.at(node)
    const value = pointee(frame.pipeline(dot, node.pipe))
    const mark = frame.variables.length
    let ran = false
    for (const [index, element] of this.#elements(frame, node, value)) {
      ran = true
      yield* this.#pause()
      setLoopVariables(frame, node, mark, index, element)
      const signal = yield* this.#list(frame, element, node.list, depth)
      frame.variables.length = mark
      if (signal === 'break') break
    }
    let signal: Signal
    if (!ran && node.otherwise !== undefined) signal = yield* this.#list(frame, dot, node.otherwise, depth)
    frame.variables.length = before
    return signal === 'break' ? undefined : signal
  }

  *#elements(frame: Frame, node: BranchNode, value: Value): Generator<[index: Value, element: Value]> {
    switch (kindOf(value)) {
      case undefined:
        return
      case 'slice': {
        let index = 0n
        for (const element of elementsOf(value)) yield [index++, element]
        return
      }
      case 'map':
        yield* entriesOf(value)
        return
      case 'int':
      case 'uint': {
        const most = dataOf(value!) as bigint
        if (node.pipe.variables.length > 1) {
          frame.fail(`can't use ${most} to iterate over more than one variable`)
        }
        for (let element = 0n; element < most; element++) {
          this.#execution.budget.spend(1)
          yield [undefined, element]
        }
        return
      }
      case 'interface':
        if (isNil(value)) return
    }
    frame.fail(`range can't iterate over ${print([value], this.#execution.budget)}`)
  }

  *#call(frame: Frame, dot: Value, node: TemplateNode, depth: number): Steps<void> {
    frame.at(node)
    const tree = this.#execution.template(node.name)
    if (tree === undefined) return frame.fail(`template ${quote(node.name)} not defined`)
    if (depth >= TEMPLATE_LIMITS.depth) frame.fail(`exceeded maximum template depth (${TEMPLATE_LIMITS.depth})`)
    yield* this.template(tree, frame.pipeline(dot, node.pipe), depth + 1)
  }

  /** Not at each node: a yield goes through every list around it. */
  *#pause(): Steps<void> {
    const { budget } = this.#execution
    if (budget.owed < STEP) return
    yield budget.owed
    budget.owed = 0
  }

  #write(text: string): void {
    this.#execution.budget.wrote(text)
    this.#output.push(text)
  }
}

/** With one variable the variable is the element, with two the index comes first. */
function setLoopVariables(frame: Frame, { pipe }: BranchNode, mark: number, index: Value, element: Value): void {
  const { variables, assigns } = pipe
  const [first, second] = variables
  if (first === undefined) return
  if (assigns) {
    frame.setVariable(first.names[0]!, second === undefined ? element : index)
    if (second !== undefined) frame.setVariable(second.names[0]!, element)
    return
  }
  frame.variables[mark - 1]!.value = element
  if (second !== undefined) frame.variables[mark - 2]!.value = index
}
