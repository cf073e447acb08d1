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

/** The arguments in the order of the parameters. */
export function bind(
  name: string,
  { parameters, required, rest }: TemplateFunction,
  args: readonly Value[],
  named: readonly (readonly [string, Value])[],
): Value[] {
  if (args.length > parameters.length && !rest) {
    fail(`${name}() takes at most ${parameters.length} arguments, and has ${args.length}`)
  }
  const bound = [...args]
  for (const [parameter, value] of named) {
    const place = parameters.indexOf(parameter)
    if (place < 0) fail(`${name}() has no argument ${parameter}`)
    if (place < args.length) fail(`${name}() has ${parameter} twice`)
    bound[place] = value
  }
  if (bound.length < required) fail(`${name}() has to have ${parameters.slice(0, required).join(', ')}`)
  return bound
}
