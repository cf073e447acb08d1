import { TemplateFailure } from '../syntax/failure.ts'
import { compareBytes } from '../text/bytes.ts'
import type { GoType, Value } from '../values/go-types.ts'
import { dataOf, isNil, kindOf, pointee, typeOf } from '../values/value.ts'

/** Comparisons of text/template: only values of the same basic kind are compared. */

type BasicKind = 'bool' | 'number' | 'float' | 'string'

const BASIC: Partial<Record<GoType['kind'], BasicKind>> = {
  bool: 'bool',
  int: 'number',
  uint: 'number',
  float: 'float',
  string: 'string',
}

function basicKind(value: Value): BasicKind | undefined {
  const kind = kindOf(value)
  return kind && BASIC[kind]
}

/** Whether the first value equals one of the others. */
export function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new TemplateFailure('missing argument for comparison')
  return others.some((other) => equals(first, other))
}

function equals(a: Value, b: Value): boolean {
  const [kindA, kindB] = [basicKind(a), basicKind(b)]
  if (kindA !== kindB) {
    if (a === undefined || b === undefined) return false
    throw incompatible(a, b)
  }
  if (kindA !== undefined) return compareBasic(a, b) === 0
  if (kindOf(a) !== kindOf(b) && a !== undefined && b !== undefined) throw incomparable(a, b)
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b)
  if (kindOf(b) === 'pointer') return pointee(a) === pointee(b)
  if (kindOf(b) !== 'struct' || typeOf(b!).fields !== undefined) throw incomparable(b, b)
  return dataOf(a!) === dataOf(b!)
}

/** Go prints the values here, which may be long or secret; the types say enough. */
function incomparable(a: Value, b: Value): TemplateFailure {
  const [nameA, nameB] = [typeOf(a!).name, typeOf(b!).name]
  return new TemplateFailure(
    nameA === nameB ? `non-comparable type ${nameA}` : `non-comparable types ${nameA}, ${nameB}`,
  )
}

function incompatible(a: Value, b: Value): TemplateFailure {
  return new TemplateFailure(`incompatible types for comparison: ${typeOf(a!).name} and ${typeOf(b!).name}`)
}

export function isLess(a: Value, b: Value): boolean {
  const [kindA, kindB] = [basicKind(a), basicKind(b)]
  if (kindA === undefined || kindB === undefined) throw new TemplateFailure('invalid type for comparison')
  if (kindA !== kindB) throw incompatible(a, b)
  if (kindA === 'bool') throw new TemplateFailure('invalid type for comparison')
  return compareBasic(a, b) < 0
}

function compareBasic(a: Value, b: Value): number {
  const [one, other] = [dataOf(a!), dataOf(b!)]
  if (typeof one === 'string' && typeof other === 'string') return compareBytes(one, other)
  if (one === other) return 0
  // Not a number is neither equal nor less.
  if (one! < other!) return -1
  return 1
}
