import { LimitFailure, TemplateFailure } from '../syntax/failure.ts'
import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  Node,
  NumberNode,
  Operand,
  PipeNode,
  Tree,
  VariableNode,
} from '../syntax/nodes.ts'
import { showNode } from '../syntax/show.ts'
import { placeOf } from '../syntax/source.ts'
import { quote } from '../text/quote.ts'
import { type GoFunction, type GoType, isAssignable, REFLECT, type Value } from '../values/go-types.ts'
import { dataOf, entriesOf, isTrue, kindOf, NIL, pointee, typed, typeOf, zeroOf } from '../values/value.ts'
import type { Budget } from './budget.ts'

/** The value of the command before, in a pipeline: there is none. A value may be undefined. */
const NO_FINAL = Symbol('no value of a command before')
type Final = Value | typeof NO_FINAL

interface Variable {
  name: string
  value: Value
}

/** What every template of a run shares. */
export interface Environment {
  budget: Budget
  function(name: string): GoFunction | undefined
}

/** One execution of a template: the variables, and the node that a message names. Facts from Go, BSD-3-Clause. */
export class Frame {
  readonly #environment: Environment
  readonly #tree: Tree
  readonly variables: Variable[]
  #node: Node | Operand | CommandNode | PipeNode | undefined

  constructor(environment: Environment, tree: Tree, dot: Value) {
    this.#environment = environment
    this.#tree = tree
    this.variables = [{ name: '$', value: dot }]
  }

  /** The node that messages name from now on. */
  at(node: Node | Operand | CommandNode | PipeNode): void {
    this.#environment.budget.spend(1)
    this.#node = node
  }

  fail(message: string): never {
    const { name, source } = this.#tree
    const node = this.#node
    if (node === undefined) throw new TemplateFailure(`template: ${name}: ${message}`)
    const shown = showNode(node)
    const place = placeOf(source, node.at)
    throw new TemplateFailure(`template: ${place}: executing ${quote(name)} at <${shown}>: ${message}`)
  }

  setVariable(name: string, value: Value): void {
    const variable = this.variables.findLast((one) => one.name === name)
    if (variable === undefined) this.fail(`undefined variable: ${name}`)
    variable!.value = value
  }

  /** The value of a pipeline. Variables that it declares stay until the caller removes them. */
  pipeline(dot: Value, pipe: PipeNode | undefined): Value {
    if (pipe === undefined) return undefined
    this.at(pipe)
    let value: Final = NO_FINAL
    for (const command of pipe.commands) {
      value = this.#command(dot, command, value)
      if (value === NIL) value = undefined
    }
    const result = value === NO_FINAL ? undefined : value
    for (const { names } of pipe.variables) {
      if (pipe.assigns) this.setVariable(names[0]!, result)
      else this.variables.push({ name: names[0]!, value: result })
    }
    return result
  }

  #command(dot: Value, command: CommandNode, final: Final): Value {
    const { words } = command
    const first = words[0]!
    switch (first.kind) {
      case 'field':
        return this.#field(dot, first, words, final)
      case 'chain':
        return this.#chain(dot, first, words, final)
      case 'identifier':
        return this.#function(dot, first, command, words, final)
      case 'pipe':
        this.#mustBeAlone(words, final)
        return this.pipeline(dot, first)
      case 'variable':
        return this.#variable(dot, first, words, final)
    }
    this.at(first)
    this.#mustBeAlone(words, final)
    if (first.kind === 'nil') return this.fail('nil is not a command')
    return this.#plain(dot, first)
  }

  #plain(dot: Value, node: Exclude<Operand, { kind: 'nil' }>): Value {
    switch (node.kind) {
      case 'dot':
        return dot
      case 'bool':
        return node.value
      case 'string':
        return node.text
      case 'number':
        return this.#ideal(node)
      default:
        return this.fail(`can't handle assignment of ${showNode(node)} to empty interface argument`)
    }
  }

  /** A constant where no type is asked for: its form says its type. */
  #ideal(node: NumberNode): Value {
    this.at(node)
    const hexadecimal = /^0[xX]/.test(node.text) && !/[pP]/.test(node.text)
    const isFloat = !hexadecimal && !node.text.startsWith("'") && /[.eEpP]/.test(node.text)
    if (isFloat) return node.float
    if (node.int === undefined) this.fail(`${node.text} overflows int`)
    return node.int
  }

  #mustBeAlone(words: readonly Operand[], final: Final): void {
    if (words.length > 1 || final !== NO_FINAL) {
      this.fail(`can't give argument to non-function ${showNode(words[0]!)}`)
    }
  }

  #field(dot: Value, node: FieldNode, words: readonly Operand[], final: Final): Value {
    this.at(node)
    return this.#fields(dot, dot, node, node.names, words, final)
  }

  #chain(dot: Value, node: ChainNode, words: readonly Operand[], final: Final): Value {
    this.at(node)
    if (node.node.kind === 'nil') this.fail(`indirection through explicit nil in ${showNode(node)}`)
    const receiver = this.#argument(dot, undefined, node.node)
    return this.#fields(dot, receiver, node, node.names, words, final)
  }

  #variable(dot: Value, node: VariableNode, words: readonly Operand[], final: Final): Value {
    this.at(node)
    const [name, ...names] = node.names
    const variable = this.variables.findLast((one) => one.name === name)
    if (variable === undefined) return this.fail(`undefined variable: ${name}`)
    if (names.length > 0) return this.#fields(dot, variable.value, node, names, words, final)
    this.#mustBeAlone(words, final)
    return variable.value
  }

  /** `.A.B.C`, of which the last may be a method with arguments. */
  #fields(
    dot: Value,
    receiver: Value,
    node: FieldNode | ChainNode | VariableNode,
    names: readonly string[],
    words: readonly Operand[],
    final: Final,
  ): Value {
    let value = receiver
    for (const name of names.slice(0, -1)) value = this.#member(dot, name, node, [], NO_FINAL, value)
    return this.#member(dot, names.at(-1)!, node, words, final, value)
  }

  #member(
    dot: Value,
    name: string,
    node: FieldNode | ChainNode | VariableNode,
    words: readonly Operand[],
    final: Final,
    given: Value,
  ): Value {
    if (given === undefined) return undefined
    const typeName = typeOf(given).name
    const receiver = pointee(given)
    if (receiver === undefined || kindOf(receiver) === 'interface') {
      return this.fail(`nil pointer evaluating ${typeName}.${name}`)
    }
    const type = typeOf(receiver)
    const method = own(type.methods, name)
    if (method !== undefined) return this.#call(dot, method, node, name, words, final, receiver)
    const hasArguments = words.length > 1 || final !== NO_FINAL
    if (type.kind === 'struct') {
      const field = type.fields?.find((one) => one.name === name)
      if (field !== undefined) {
        if (!/^\p{Lu}/u.test(name)) this.fail(`${name} is an unexported field of struct type ${typeName}`)
        if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`)
        return field.get(dataOf(receiver) as never)
      }
    }
    if (type.kind === 'map') {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`)
      return entriesOf(receiver).get(name) ?? zeroOf(type.elem!)
    }
    return this.fail(`can't evaluate field ${name} in type ${typeName}`)
  }

  #function(
    dot: Value,
    node: IdentifierNode,
    place: CommandNode | IdentifierNode,
    words: readonly Operand[],
    final: Final,
  ): Value {
    this.at(node)
    const found = this.#environment.function(node.name)
    if (found === undefined) return this.fail(`${quote(node.name)} is not a defined function`)
    return this.#call(dot, found, place, node.name, words, final)
  }

  /** Calls a function, or a method of `receiver`. `words` begin with the name of the function. */
  #call(
    dot: Value,
    called: GoFunction,
    place: Operand | CommandNode,
    name: string,
    words: readonly Operand[],
    final: Final,
    receiver?: Value,
  ): Value {
    const { parameters, variadic = false } = called
    const given = words.slice(1)
    const count = given.length + (final === NO_FINAL ? 0 : 1)
    const fixed = variadic ? parameters.length - 1 : parameters.length
    if (variadic && count < fixed) {
      this.fail(`wrong number of args for ${name}: want at least ${fixed} got ${given.length}`)
    }
    if (!variadic && count !== fixed) this.fail(`wrong number of args for ${name}: want ${fixed} got ${count}`)
    const parameterAt = (index: number): GoType => parameters[Math.min(index, parameters.length - 1)]!
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, name, given, final)
    const args = given.map((word, index) => this.#argument(dot, parameterAt(index), word))
    if (final !== NO_FINAL) args.push(this.#valid(final, parameterAt(count - 1)))
    try {
      if (name === 'call') throw uncallable(args[0], given[0])
      const result = called.call(receiver === undefined ? args : [receiver, ...args], this.#environment.budget)
      if (typeof result === 'string') this.#environment.budget.made(result)
      return result
    } catch (error) {
      if (!(error instanceof TemplateFailure) || error instanceof LimitFailure) throw error
      this.at(place)
      return this.fail(`error calling ${name}: ${error.message}`)
    }
  }

  #shortCircuit(dot: Value, name: 'and' | 'or', given: readonly Operand[], final: Final): Value {
    let value: Value
    for (const word of given) {
      value = this.#argument(dot, REFLECT, word)
      if (isTrue(value) === (name === 'or')) return value
    }
    return final === NO_FINAL ? value : final
  }

  /** An argument for a parameter; without a parameter, any value. */
  #argument(dot: Value, parameter: GoType | undefined, word: Operand): Value {
    this.at(word)
    switch (word.kind) {
      case 'dot':
        return this.#valid(dot, parameter)
      case 'nil':
        if (parameter === undefined || !canBeNil(parameter)) this.fail(`cannot assign nil to ${parameter?.name}`)
        return nilOf(parameter!)
      case 'field':
        return this.#valid(this.#field(dot, word, [word], NO_FINAL), parameter)
      case 'variable':
        return this.#valid(this.#variable(dot, word, [], NO_FINAL), parameter)
      case 'pipe':
        return this.#valid(this.pipeline(dot, word), parameter)
      case 'identifier':
        return this.#valid(this.#function(dot, word, word, [], NO_FINAL), parameter)
      case 'chain':
        return this.#valid(this.#chain(dot, word, [], NO_FINAL), parameter)
    }
    return parameter === undefined ? this.#plain(dot, word) : this.#constant(dot, parameter, word)
  }

  #constant(dot: Value, parameter: GoType, word: Operand & { kind: 'bool' | 'number' | 'string' }): Value {
    const { kind } = parameter
    const isNumber = word.kind === 'number'
    if (kind === 'interface' || parameter === REFLECT) return this.#plain(dot, word)
    if (kind === 'bool') return word.kind === 'bool' ? word.value : this.fail(`expected bool; found ${showNode(word)}`)
    if (kind === 'string') {
      return word.kind === 'string' ? word.text : this.fail(`expected string; found ${showNode(word)}`)
    }
    if (kind === 'float') {
      if (isNumber && word.float !== undefined) return word.float
      return this.fail(`expected float; found ${showNode(word)}`)
    }
    if (kind === 'int' || kind === 'uint') {
      const value = isNumber ? word[kind] : undefined
      if (value === undefined) {
        return this.fail(`expected ${kind === 'int' ? 'integer' : 'unsigned integer'}; found ${showNode(word)}`)
      }
      return zeroOf(parameter) === 0n ? value : typed(parameter, value)
    }
    return this.fail(`can't handle ${showNode(word)} for arg of type ${parameter.name}`)
  }

  /** The value, if the parameter takes a value of its type. */
  #valid(value: Value, parameter: GoType | undefined): Value {
    if (parameter === undefined || parameter === REFLECT) return value
    if (value === undefined) {
      if (!canBeNil(parameter)) this.fail(`invalid value; expected ${parameter.name}`)
      return nilOf(parameter)
    }
    const type = typeOf(value)
    if (isAssignable(type, parameter)) return value
    if (type.kind === 'pointer' && isAssignable(type.elem!, parameter)) return pointee(value)
    return this.fail(`wrong type for value; expected ${parameter.name}; got ${type.name}`)
  }
}

function uncallable(callee: Value, word: Operand | undefined): TemplateFailure {
  if (callee === undefined) return new TemplateFailure('call of nil')
  return new TemplateFailure(`non-function ${word === undefined ? '' : showNode(word)} of type ${typeOf(callee).name}`)
}

function canBeNil(type: GoType): boolean {
  return type === REFLECT || ['interface', 'map', 'pointer', 'slice'].includes(type.kind)
}

function nilOf(parameter: GoType): Value {
  if (parameter === REFLECT) return undefined
  return parameter.kind === 'interface' ? NIL : typed(parameter, null)
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}
