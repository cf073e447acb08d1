import type { Budget } from './budget.ts'
import { fail } from './failure.ts'
import type { Form } from './form.ts'
import { textOf } from './text.ts'
import { Float, isDict, isList, isMissing, isText, kindOf, Markup, numberOf, type Value } from './value.ts'

/*
 * Operators as Python has them, with one difference: a missing value makes a missing value, or is less than nothing. A
 * label that an alert lacks must not stop its message.
 */

export interface OperatorContext {
  budget: Budget
  form: Form
}

export function binary(operator: string, left: Value, right: Value, context: OperatorContext): Value {
  switch (operator) {
    case '==':
      return isEqual(left, right, context.budget)
    case '!=':
      return !isEqual(left, right, context.budget)
    case '<':
    case '>':
    case '<=':
    case '>=':
      return isOrdered(operator, left, right, context.budget)
    case 'in':
      return contains(right, left, context.budget)
    case 'not in':
      return !contains(right, left, context.budget)
    case '~':
      return joinTexts([left, right], context)
    case '+':
      return add(left, right, context)
    case '*':
      if (isText(left) && typeof right === 'number') return repeat(left, right, context)
      if (isText(right) && typeof left === 'number') return repeat(right, left, context)
      return arithmetic(operator, left, right)
    default:
      return arithmetic(operator, left, right)
  }
}

export function unary(operator: string, value: Value): Value {
  const number = numberOf(value)
  if (isMissing(value)) return undefined
  if (number === undefined) return fail(`cannot take ${operator} of ${kindOf(value)}`)
  const signed = operator === '-' ? -number : number
  return value instanceof Float ? new Float(signed) : signed
}

/** Texts after each other. Beside markup, the other texts are escaped, so the whole is markup. */
export function joinTexts(values: readonly Value[], { budget, form }: OperatorContext): string | Markup {
  const marked = values.some((value) => value instanceof Markup)
  const texts = values.map((value) => {
    const text = textOf(value, budget)
    return marked && !(value instanceof Markup) ? form.escape(text, '') : text
  })
  budget.chars(texts.reduce((sum, { length }) => sum + length, 0))
  const whole = texts.join('')
  return marked ? new Markup(whole) : whole
}

function repeat(value: string | Markup, times: number, { budget }: Pick<OperatorContext, 'budget'>): Value {
  const text = value instanceof Markup ? value.text : value
  const count = Math.max(0, Math.trunc(times))
  budget.chars(text.length * count)
  const whole = text.repeat(count)
  return value instanceof Markup ? new Markup(whole) : whole
}

function add(left: Value, right: Value, context: OperatorContext): Value {
  if (isText(left) || isText(right)) return joinTexts([left, right], context)
  if (!isList(left) || !isList(right)) return arithmetic('+', left, right)
  context.budget.entries(left.length + right.length)
  return [...left, ...right]
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  if (isMissing(left) || isMissing(right)) return undefined
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a === undefined || b === undefined) {
    return fail(`cannot do ${kindOf(left)} ${operator} ${kindOf(right)}`)
  }
  const whole = !(left instanceof Float) && !(right instanceof Float)
  if (b === 0 && (operator === '/' || operator === '//' || operator === '%')) return fail('cannot divide by zero')
  const number = calculate(operator, a, b)
  return whole && operator !== '/' && Number.isInteger(number) ? number : new Float(number)
}

function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '//':
      return Math.floor(a / b)
    case '%':
      // Python's sign is that of the divisor.
      return a - b * Math.floor(a / b)
    case '**':
      return a ** b
    default:
      return fail(`there is no operator ${operator}`)
  }
}

export function isEqual(left: Value, right: Value, budget: Budget): boolean {
  budget.spend()
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== undefined || b !== undefined) return a === b
  if (isText(left) || isText(right)) {
    if (!isText(left) || !isText(right)) return false
    const [one, other] = [textOf(left, budget), textOf(right, budget)]
    budget.chars(Math.min(one.length, other.length))
    return one === other
  }
  if (isMissing(left) || isMissing(right)) return isMissing(left) && isMissing(right)
  if (isList(left)) {
    return isList(right) && left.length === right.length && left.every((one, at) => isEqual(one, right[at], budget))
  }
  if (!isDict(left) || !isDict(right)) return left === right
  if (left.size !== right.size) return false
  for (const [key, value] of left) if (!right.has(key) || !isEqual(value, right.get(key), budget)) return false
  return true
}

function isOrdered(operator: string, left: Value, right: Value, budget: Budget): boolean {
  if (isMissing(left) || isMissing(right)) return false
  const order = compare(left, right, budget)
  switch (operator) {
    case '<':
      return order < 0
    case '>':
      return order > 0
    case '<=':
      return order <= 0
    default:
      return order >= 0
  }
}

/**
 * Below zero: the first comes first. A text that is a number is compared with a number as a number, since labels are
 * texts.
 */
export function compare(left: Value, right: Value, budget: Budget): number {
  budget.spend()
  if (isText(left) && isText(right)) {
    const [a, b] = [textOf(left, budget), textOf(right, budget)]
    budget.chars(Math.min(a.length, b.length))
    return a < b ? -1 : a > b ? 1 : 0
  }
  const [a, b] = [comparable(left), comparable(right)]
  if (a === undefined || b === undefined) return fail(`cannot compare ${kindOf(left)} with ${kindOf(right)}`)
  return a - b
}

function comparable(value: Value): number | undefined {
  if (typeof value === 'boolean') return Number(value)
  if (!isText(value)) return numberOf(value)
  const text = value instanceof Markup ? value.text : value
  return /^\s{0,10}[-+]?\d{1,30}(?:\.\d{1,30})?\s{0,10}$/.test(text) ? Number(text) : undefined
}

function contains(container: Value, value: Value, budget: Budget): boolean {
  if (isText(container)) {
    const [whole, part] = [textOf(container, budget), textOf(value, budget)]
    budget.chars(whole.length)
    return whole.includes(part)
  }
  if (isDict(container)) return container.has(textOf(value, budget))
  if (isList(container)) return container.some((one) => isEqual(one, value, budget))
  return isMissing(container) ? false : fail(`cannot look into ${kindOf(container)}`)
}
