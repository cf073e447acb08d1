import { METHODS } from './methods.ts'
import { TESTS } from './tests.ts'
import type { Expression } from './tree.ts'
import type { Budget } from './values/budget.ts'
import { charactersOf } from './values/characters.ts'
import { bind, type CallContext, type TemplateFunction, type TemplateFunctions } from './values/define.ts'
import { fail } from './values/failure.ts'
import type { Form } from './values/form.ts'
import { binary, unary } from './values/operators.ts'
import { textOf } from './values/text.ts'
import { isDict, isList, isText, isTrue, kindOf, Markup, numberOf, type Value } from './values/value.ts'

/** What expressions of a run may read. */
export interface Scope {
  /** `undefined` for a name that is not there. */
  get(name: string): Value
}

export interface Environment extends CallContext {
  budget: Budget
  form: Form
  functions: TemplateFunctions
}

export function evaluate(expression: Expression, scope: Scope, env: Environment): Value {
  env.budget.spend()
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'name':
      return scope.get(expression.name)
    case 'member':
      return member(evaluate(expression.of, scope, env), evaluate(expression.key, scope, env), env)
    case 'slice':
      return slice(expression, scope, env)
    case 'call': {
      const one = env.functions.get(expression.name) ?? fail(`there is no function ${expression.name}`)
      return call(expression.name, one, argumentsOf(expression, scope, env), env)
    }
    case 'method': {
      const of = evaluate(expression.of, scope, env)
      const given = argumentsOf(expression, scope, env)
      const one = METHODS.get(expression.name) ?? fail(`there is no method ${expression.name}`)
      return call(expression.name, one, { ...given, args: [of, ...given.args] }, env)
    }
    case 'binary':
      return operation(expression, scope, env)
    case 'unary': {
      const value = evaluate(expression.of, scope, env)
      return expression.operator === 'not' ? !isTrue(value) : unary(expression.operator, value)
    }
    case 'test': {
      const test = TESTS.get(expression.name) ?? fail(`there is no test ${expression.name}`)
      const value = evaluate(expression.of, scope, env)
      if (isText(value)) env.budget.chars(textOf(value, env.budget).length)
      return test(value) !== expression.negate
    }
    case 'choice': {
      if (isTrue(evaluate(expression.test, scope, env))) return evaluate(expression.value, scope, env)
      return expression.otherwise === undefined ? undefined : evaluate(expression.otherwise, scope, env)
    }
    case 'list':
      return expression.items.map((item) => evaluate(item, scope, env))
    case 'dict':
      return new Map(
        expression.entries.map(([key, value]) => [
          textOf(evaluate(key, scope, env), env.budget),
          evaluate(value, scope, env),
        ]),
      )
  }
}

interface Given {
  args: Value[]
  named: [string, Value][]
}

function argumentsOf(
  { args, named }: { args: readonly Expression[]; named: readonly [string, Expression][] },
  scope: Scope,
  env: Environment,
): Given {
  return {
    args: args.map((one) => evaluate(one, scope, env)),
    named: named.map(([name, one]) => [name, evaluate(one, scope, env)]),
  }
}

function call(name: string, one: TemplateFunction, { args, named }: Given, env: Environment): Value {
  return one.run(bind(name, one, args, named), env)
}

function operation({ operator, left, right }: Expression & { kind: 'binary' }, scope: Scope, env: Environment): Value {
  const first = evaluate(left, scope, env)
  if (operator === 'and') return isTrue(first) ? evaluate(right, scope, env) : first
  if (operator === 'or') return isTrue(first) ? first : evaluate(right, scope, env)
  return binary(operator, first, evaluate(right, scope, env), env)
}

/** A key that is not there is missing, and so is everything in a missing value. */
function member(of: Value, key: Value, { budget }: Environment): Value {
  if (isDict(of)) return of.get(textOf(key, budget))
  const at = numberOf(key)
  if (at === undefined) return undefined
  if (isList(of)) return of.at(Math.trunc(at))
  if (isText(of)) return charactersOf(of, budget).at(Math.trunc(at))
  return undefined
}

function slice({ of, from, to, step }: Expression & { kind: 'slice' }, scope: Scope, env: Environment): Value {
  const value = evaluate(of, scope, env)
  const number = (bound: Expression | undefined): number | undefined =>
    bound === undefined ? undefined : numberOf(evaluate(bound, scope, env))
  const bounds = { from: number(from), to: number(to), step: number(step) }
  if (isList(value)) return sliced(value, bounds, env.budget)
  if (!isText(value)) return value === undefined ? undefined : fail(`cannot take a part of ${kindOf(value)}`)
  const part = sliced(charactersOf(value, env.budget), bounds, env.budget).join('')
  return value instanceof Markup ? fail('cannot take a part of a text with markup') : part
}

/** https://docs.python.org/3/library/stdtypes.html#common-sequence-operations */
function sliced<T>(
  list: readonly T[],
  { from, to, step = 1 }: { from?: number; to?: number; step?: number },
  budget: Budget,
): T[] {
  budget.spend(1 + Math.ceil(list.length / 2))
  const by = Math.trunc(step)
  if (by === 0) fail('the step of a slice cannot be zero')
  const { length } = list
  const clamp = (bound: number, low: number, high: number): number => {
    const at = Math.trunc(bound) < 0 ? Math.trunc(bound) + length : Math.trunc(bound)
    return Math.min(Math.max(at, low), high)
  }
  const taken: T[] = []
  if (by > 0) {
    const end = to === undefined ? length : clamp(to, 0, length)
    for (let at = from === undefined ? 0 : clamp(from, 0, length); at < end; at += by) taken.push(list[at]!)
  } else {
    const end = to === undefined ? -1 : clamp(to, -1, length - 1)
    for (let at = from === undefined ? length - 1 : clamp(from, -1, length - 1); at > end; at += by) {
      taken.push(list[at]!)
    }
  }
  return taken
}
