import type { Level } from '../alert/level.ts'
import { never } from '../base/never.ts'
import type { Condition, Expression } from '../config/flow.ts'
import { compileMatcher } from '../matcher/compile.ts'
import { fieldOf, type Subject } from './fields.ts'

export type SubjectTest = (subject: Subject) => boolean

/** The test of an expression that was checked when its policy was accepted. An unknown field holds for no alert. */
export function compileExpression(expression: Expression): SubjectTest {
  if ('and' in expression) {
    const parts = expression.and.map(compileExpression)
    return (subject) => parts.every((holds) => holds(subject))
  }
  if ('or' in expression) {
    const parts = expression.or.map(compileExpression)
    return (subject) => parts.some((holds) => holds(subject))
  }
  if ('not' in expression) {
    const holds = compileExpression(expression.not)
    return (subject) => !holds(subject)
  }
  return compileCondition(expression)
}

function compileCondition({ field, op, value }: Condition): SubjectTest {
  const read = fieldOf(field)
  if (read === undefined) return () => false
  const holds = compileOperator(op, typeof value === 'string' ? [value] : value, orderOf(field))
  return (subject) => holds(read(subject))
}

function compileOperator(op: Condition['op'], values: string[], order: Order): (actual: string) => boolean {
  const [value = ''] = values
  switch (op) {
    case '=':
    case '!=':
    case '=~':
    case '!~':
      return compileMatcher({ op, value })
    case 'in':
    case 'not in': {
      const set = new Set(values)
      return (actual) => set.has(actual) === (op === 'in')
    }
    case '>':
    case '>=':
    case '<':
    case '<=': {
      const bound = order(value)
      // A text without a place in the order is neither above nor below: a comparison with NaN never holds.
      return (actual) => compares(op, order(actual), bound)
    }
    default:
      return never(op)
  }
}

function compares(op: '>' | '>=' | '<' | '<=', a: number, b: number): boolean {
  switch (op) {
    case '>':
      return a > b
    case '>=':
      return a >= b
    case '<':
      return a < b
    case '<=':
      return a <= b
    default:
      return never(op)
  }
}

/** The place of a text in the order of `<` and `>`; NaN: the text has no place. */
export type Order = (text: string) => number

/** `level >= P2` is "as bad as P2, or worse". */
const BADNESS: Record<Level, number> = { P1: 4, P2: 3, P3: 2, P4: 1 }

export function orderOf(field: string): Order {
  if (field === 'level') return (text) => (Object.hasOwn(BADNESS, text) ? BADNESS[text as Level] : Number.NaN)
  return (text) => (NUMBER.test(text) ? Number(text) : Number.NaN)
}

/** As JSON writes numbers, with blanks around. Number() alone takes '' for 0, and hexadecimal digits. */
const NUMBER = /^\s*-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/

/** The conditions of an expression. */
export function* conditionsOf(expression: Expression): Generator<Condition> {
  if ('and' in expression) for (const part of expression.and) yield* conditionsOf(part)
  else if ('or' in expression) for (const part of expression.or) yield* conditionsOf(part)
  else if ('not' in expression) yield* conditionsOf(expression.not)
  else yield expression
}
