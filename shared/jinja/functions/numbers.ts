import { charactersOf } from '../values/characters.ts'
import { define, type TemplateFunctions } from '../values/define.ts'
import { fail } from '../values/failure.ts'
import { compare } from '../values/operators.ts'
import { textOf } from '../values/text.ts'
import { Float, isDict, isList, isMissing, isText, kindOf, numberOf, type Value } from '../values/value.ts'

/** Numbers, as `float` and `int` read them: Python's form, without words such as `inf`. */
const NUMBER = /^\s{0,100}[-+]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][-+]?\d{1,3})?\s{0,100}$/

function readNumber(value: Value): number | undefined {
  if (typeof value === 'boolean') return Number(value)
  if (!isText(value)) return numberOf(value)
  const text = typeof value === 'string' ? value : value.text
  return NUMBER.test(text) ? Number(text) : undefined
}

function theNumber(name: string, value: Value): number {
  return readNumber(value) ?? fail(`${name}() needs a number, and has ${kindOf(value)}`)
}

/** A list of numbers or texts: the only argument, or all arguments. */
function listOf(name: string, args: readonly Value[]): readonly Value[] {
  const [first] = args
  if (args.length > 1) return args
  return isList(first) ? first : fail(`${name}() needs a list, and has ${kindOf(first)}`)
}

export const NUMBERS: TemplateFunctions = new Map([
  [
    'float',
    define('value default=0.0', ([value, otherwise]) => {
      const number = readNumber(value)
      return number === undefined ? (otherwise ?? new Float(0)) : new Float(number)
    }),
  ],
  [
    'int',
    define('value default=0', ([value, otherwise]) => {
      const number = readNumber(value)
      return number === undefined ? (otherwise ?? 0) : Math.trunc(number)
    }),
  ],
  [
    'length',
    define('value', ([value], { budget }) => {
      if (isList(value)) return value.length
      if (isDict(value)) return value.size
      return isText(value) ? charactersOf(value, budget).length : isMissing(value) ? 0 : fail('length() needs a list')
    }),
  ],
  [
    'abs',
    define('value', ([value]) => {
      const number = Math.abs(theNumber('abs', value))
      return typeof value === 'number' ? number : new Float(number)
    }),
  ],
  ['min', define('...values', (args, { budget }) => extreme('min', args, (one, other) => compare(one, other, budget)))],
  ['max', define('...values', (args, { budget }) => extreme('max', args, (one, other) => compare(other, one, budget)))],
  ['ceil', define('value', ([value]) => Math.ceil(theNumber('ceil', value)))],
  ['floor', define('value', ([value]) => Math.floor(theNumber('floor', value)))],
  [
    'round',
    define('value n=0', ([value, n], { budget }) => {
      budget.spend(20)
      const number = theNumber('round', value)
      const digits = Math.min(Math.max(Math.trunc(numberOf(n) ?? 0), 0), 20)
      return digits === 0 ? Math.round(number) : new Float(Number(number.toFixed(digits)))
    }),
  ],
  [
    'sum',
    define('...values', (args, { budget }) => {
      const numbers = listOf('sum', args)
      budget.entries(numbers.length)
      const total = numbers.reduce<number>((sum, one) => sum + theNumber('sum', one), 0)
      return numbers.every((one) => typeof one === 'number') ? total : new Float(total)
    }),
  ],
  [
    'range',
    define('start stop= step=', ([start, stop, step], { budget }) => {
      const [from, to] = stop === undefined ? [0, start] : [start, stop]
      const by = step === undefined ? 1 : theNumber('range', step)
      const count = Math.ceil((theNumber('range', to) - theNumber('range', from)) / by)
      if (!Number.isFinite(count)) fail('range() needs a step')
      budget.entries(Math.max(0, count))
      return Array.from({ length: Math.max(0, count) }, (_, at) => theNumber('range', from) + at * by)
    }),
  ],
  ['string', define('value', ([value], { budget }) => textOf(value, budget))],
])

function extreme(name: string, args: readonly Value[], order: (one: Value, other: Value) => number): Value {
  const [first, ...others] = listOf(name, args)
  return others.reduce((best, one) => (order(one, best) < 0 ? one : best), first)
}
