import { print, printLine } from '../format/print.ts'
import { printFormat } from '../format/printf.ts'
import type { BUILTIN_NAMES } from '../syntax/set.ts'
import { ANY, type Caller, type GoFunction, REFLECT, STRING, type Value } from '../values/go-types.ts'
import { dataOf, isTrue, NIL, pointee } from '../values/value.ts'
import { equalsAny, isLess } from './compare.ts'
import { indexed, length, sliced } from './elements.ts'
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts'

/** A function with arguments of any type that gives a text of its printed arguments. A step is 2 to the `shift` characters. */
function printing(write: (text: string) => string, shift: number): GoFunction {
  return {
    parameters: [ANY],
    variadic: true,
    call: (args, by) => {
      const text = printed(args, by)
      by.spend(text.length >> shift)
      return write(text)
    },
  }
}

/** The arguments as an action would print each. */
function printed(args: readonly Value[], by: Caller): string {
  const [only] = args
  if (args.length === 1 && typeof only === 'string') return only
  return print(
    args.map((arg) => (arg === NIL ? '<no value>' : pointee(arg))),
    by,
  )
}

const one = [REFLECT]
const two = [REFLECT, REFLECT]

/**
 * The functions of text/template. `and` and `or` evaluate only as many arguments as they need, and `call` finds no value
 * that is a function: `evaluate.ts` has all three.
 */
export const BUILTINS: Readonly<Record<(typeof BUILTIN_NAMES)[number], GoFunction>> = {
  and: { parameters: two, variadic: true, call: ([first]) => first },
  or: { parameters: two, variadic: true, call: ([first]) => first },
  call: { parameters: two, variadic: true, call: ([first]) => first },
  not: { parameters: one, call: ([value]) => !isTrue(value) },
  html: printing(escapeHtml, 4),
  js: printing(escapeJs, 1),
  urlquery: printing(escapeQuery, 1),
  print: { parameters: [ANY], variadic: true, call: (args, by) => print(args, by) },
  println: { parameters: [ANY], variadic: true, call: (args, by) => printLine(args, by) },
  printf: {
    parameters: [STRING, ANY],
    variadic: true,
    call: ([format, ...args], by) => printFormat(dataOf(format!) as string, args, by),
  },
  index: { parameters: two, variadic: true, call: ([item, ...indexes], by) => indexed(item, indexes, by) },
  slice: {
    parameters: two,
    variadic: true,
    call: ([item, ...indexes], by) => {
      if (typeof item === 'string') by.spend(item.length >> 6)
      return sliced(item, indexes)
    },
  },
  len: { parameters: one, call: ([item], by) => length(item, by) },
  eq: { parameters: two, variadic: true, call: ([first, ...others]) => equalsAny(first, others) },
  ne: { parameters: two, call: ([a, b]) => !equalsAny(a, [b]) },
  lt: { parameters: two, call: ([a, b]) => isLess(a, b) },
  le: { parameters: two, call: ([a, b]) => isLess(a, b) || equalsAny(a, [b]) },
  gt: { parameters: two, call: ([a, b]) => !(isLess(a, b) || equalsAny(a, [b])) },
  ge: { parameters: two, call: ([a, b]) => !isLess(a, b) },
}
