import type { Budget } from '../values/budget.ts'
import { charactersOf } from '../values/characters.ts'
import { define, type TemplateFunctions } from '../values/define.ts'
import { fail } from '../values/failure.ts'
import { compare, isEqual, joinTexts } from '../values/operators.ts'
import { textOf } from '../values/text.ts'
import { isDict, isList, isMissing, isText, isTrue, kindOf, type List, numberOf, type Value } from '../values/value.ts'

/** What a loop goes over: the entries of a list, the keys of a mapping, the characters of a text. */
export function entriesOf(value: Value, budget: Budget): List {
  if (isList(value)) return value
  if (isDict(value)) return [...value.keys()]
  if (isText(value)) return charactersOf(value, budget)
  return isMissing(value) ? [] : fail(`cannot go over ${kindOf(value)}`)
}

function pairs(entries: Iterable<readonly [Value, Value]>): List {
  return Array.from(entries, ([first, second]) => [first, second])
}

export const LISTS: TemplateFunctions = new Map([
  [
    'enumerate',
    define('value start=0', ([value, start], { budget }) => {
      const entries = entriesOf(value, budget)
      budget.entries(entries.length)
      return entries.map((one, at) => [at + (numberOf(start) ?? 0), one])
    }),
  ],
  [
    'list',
    define('value', ([value], { budget }) => {
      const entries = entriesOf(value, budget)
      budget.entries(entries.length)
      return entries
    }),
  ],
  [
    'dict',
    define('pairs=', ([value], { budget }) => {
      if (isDict(value)) return value
      const entries = entriesOf(value, budget)
      budget.entries(entries.length)
      return new Map(
        entries.map((one) => {
          if (!isList(one) || one.length !== 2) return fail('dict() needs a list of pairs')
          return [textOf(one[0], budget), one[1]] as const
        }),
      )
    }),
  ],
  ['first', define('value', ([value], { budget }) => entriesOf(value, budget)[0])],
  ['last', define('value', ([value], { budget }) => entriesOf(value, budget).at(-1))],
  [
    'sort',
    define('value reverse=', ([value, reverse], { budget }) => {
      const entries = entriesOf(value, budget)
      budget.entries(entries.length)
      const sorted = entries.toSorted((one, other) => compare(one, other, budget))
      return isTrue(reverse) ? sorted.reverse() : sorted
    }),
  ],
  [
    'dictsort',
    define('value reverse=', ([value, reverse], { budget }) => {
      if (!isDict(value)) return isMissing(value) ? [] : fail(`dictsort() needs a mapping, and has ${kindOf(value)}`)
      budget.entries(value.size)
      const sorted = pairs(value).toSorted((one, other) => compare((one as List)[0], (other as List)[0], budget))
      return isTrue(reverse) ? sorted.reverse() : sorted
    }),
  ],
  [
    'join',
    define('value separator=', ([value, separator], context) => {
      const entries = entriesOf(value, context.budget)
      context.budget.entries(entries.length)
      if (isMissing(separator) || separator === '') return joinTexts(entries, context)
      return joinTexts(
        entries.flatMap((one, at) => (at === 0 ? [one] : [separator, one])),
        context,
      )
    }),
  ],
  [
    'reverse',
    define('value', ([value], { budget }) => {
      const entries = entriesOf(value, budget)
      budget.entries(entries.length)
      return isText(value) ? entries.toReversed().join('') : entries.toReversed()
    }),
  ],
  [
    'unique',
    define('value', ([value], { budget }) => {
      const kept: Value[] = []
      for (const one of entriesOf(value, budget)) if (!kept.some((other) => isEqual(one, other, budget))) kept.push(one)
      return kept
    }),
  ],
  ['default', define('value default', ([value, otherwise]) => (isMissing(value) || value === '' ? otherwise : value))],
  ['items', define('value', ([value], { budget }) => itemsOf(value, budget))],
])

export function itemsOf(value: Value, budget: Budget): List {
  if (!isDict(value)) return isMissing(value) ? [] : fail(`items() needs a mapping, and has ${kindOf(value)}`)
  budget.entries(value.size)
  return pairs(value)
}
