import type { Language } from '../../message-text/words.ts'
import type { Budget } from './budget.ts'
import { fail } from './failure.ts'
import type { Form } from './form.ts'
import type { Value } from './value.ts'

/** What a function may know beside its arguments. */
export interface CallContext {
  budget: Budget
  form: Form
  language: Language
  /** IANA zone of times without a zone of their own. */
  timeZone: string
}

/** A function, and a filter of the same name: the filtered value is the first argument. */
export interface TemplateFunction {
  /** Names of the parameters, in order; those behind `?` may be absent. */
  parameters: readonly string[]
  required: number
  /** Further arguments than `parameters` are taken. */
  rest: boolean
  run(args: readonly Value[], context: CallContext): Value
}

export type TemplateFunctions = ReadonlyMap<string, TemplateFunction>

/**
 * A function with its parameters as they are written: `value n=0`, `...values`. A parameter with `=` may be absent: the
 * function gets `undefined` and has a default of its own, which the text names for its reader.
 */
export function define(parameters: string, run: TemplateFunction['run']): TemplateFunction {
  const words = parameters.split(' ')
  const rest = words.at(-1)?.startsWith('...') === true
  const names = (rest ? words.slice(0, -1) : words).filter((word) => word !== '')
  return {
    parameters: names.map((word) => word.split('=')[0]!),
    required: names.filter((word) => !word.includes('=')).length,
    rest,
    run,
  }
}

export type Signature = Pick<TemplateFunction, 'parameters' | 'required' | 'rest'>

/** What is wrong with the arguments of a call: `count` of them without a name, the others by their names. */
export function argumentsProblem(
  name: string,
  { parameters, required, rest }: Signature,
  count: number,
  named: readonly string[],
): string | undefined {
  if (count > parameters.length && !rest) {
    const most = parameters.length === 1 ? '1 argument' : `${parameters.length} arguments`
    return `${name}() takes at most ${most}, and has ${count}`
  }
  for (const [index, parameter] of named.entries()) {
    const place = parameters.indexOf(parameter)
    if (place < 0) return `${name}() has no argument ${parameter}: it has ${parameters.join(', ')}`
    if (place < count || named.indexOf(parameter) < index) return `${name}() has ${parameter} twice`
  }
  const last = Math.max(count, ...named.map((parameter) => parameters.indexOf(parameter) + 1))
  return last < required ? `${name}() has to have ${parameters.slice(0, required).join(', ')}` : undefined
}

/** The arguments in the order of the parameters. */
export function bind(
  name: string,
  signature: TemplateFunction,
  args: readonly Value[],
  named: readonly (readonly [string, Value])[],
): Value[] {
  const problem = argumentsProblem(
    name,
    signature,
    args.length,
    named.map(([parameter]) => parameter),
  )
  if (problem !== undefined) fail(problem)
  const bound = [...args]
  for (const [parameter, value] of named) bound[signature.parameters.indexOf(parameter)] = value
  return bound
}
