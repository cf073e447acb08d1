import { byteLength, compareBytes, toBytes } from '../text/bytes.ts'
import { ANY, BOOL, type Data, FLOAT, type GoType, INT, STRING, type Typed, type Value } from './go-types.ts'

/** A nil of type interface {}: an element of a list or map of any values. */
export const NIL: Typed = { type: ANY, data: null }

export function typed(type: GoType, data: Data): Value {
  return { type, data }
}

/** A map, with its entries in the order in which Go prints and visits them. */
export function mapValue(type: GoType, entries: readonly (readonly [string, Value])[]): Value {
  const inOrder = entries.every(([key], place) => place === 0 || compareBytes(entries[place - 1]![0], key) < 0)
  const sorted = inOrder ? entries : [...new Map(entries)].sort(([a], [b]) => compareBytes(a, b))
  return { type, data: new Map(sorted) }
}

export function typeOf(value: Exclude<Value, undefined>): GoType {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'bigint':
      return INT
    case 'number':
      return FLOAT
    case 'string':
      return STRING
    default:
      return value.type
  }
}

/** Undefined for no value. */
export function kindOf(value: Value): GoType['kind'] | undefined {
  return value === undefined ? undefined : typeOf(value).kind
}

/** The value without its type: a bigint for integers, a string for texts, and so on. */
export function dataOf(value: Exclude<Value, undefined>): Data {
  return typeof value === 'object' ? value.data : value
}

/** The target of a pointer, or the value itself. */
export function pointee(value: Value): Value {
  return typeof value === 'object' && value.type.kind === 'pointer' ? (value.data as unknown as Value) : value
}

export function isNil(value: Value): boolean {
  return value === undefined || (typeof value === 'object' && value.data === null)
}

export function textOf(value: Value): string | undefined {
  return kindOf(value) === 'string' ? (dataOf(value!) as string) : undefined
}

/** The elements of a slice; nil has none. */
export function elementsOf(value: Value): readonly Value[] {
  return (dataOf(value!) ?? []) as readonly Value[]
}

/** The entries of a map in Go's order, which is the order of the map here. */
export function entriesOf(value: Value): ReadonlyMap<string, Value> {
  return (dataOf(value!) ?? NO_ENTRIES) as ReadonlyMap<string, Value>
}

const NO_ENTRIES: ReadonlyMap<string, Value> = new Map()

/** The value for a key that a map does not have, and of `reflect.Zero`. */
export function zeroOf(type: GoType): Value {
  switch (type.kind) {
    case 'string':
      return type === STRING ? '' : typed(type, '')
    case 'bool':
      return type === BOOL ? false : typed(type, false)
    case 'int':
      return type === INT ? 0n : typed(type, 0n)
    case 'uint':
      return typed(type, 0n)
    case 'float':
      return type === FLOAT ? 0 : typed(type, 0)
    case 'interface':
      return NIL
    default:
      return typed(type, null)
  }
}

/** Whether a value counts as true: it is not the zero value of its type. */
export function isTrue(given: Value): boolean {
  if (given === undefined) return false
  const data = dataOf(given)
  switch (typeOf(given).kind) {
    case 'bool':
      return data === true
    case 'int':
    case 'uint':
      return data !== 0n
    case 'float':
      return data !== 0
    case 'struct':
      return true
    case 'pointer':
    case 'interface':
      return data !== null
    default:
      return lengthOf(given)! > 0
  }
}

/** Go's `len`. Undefined: the type has no length. */
export function lengthOf(value: Value): number | undefined {
  switch (kindOf(value)) {
    case 'string':
      return byteLength(dataOf(value!) as string)
    case 'slice':
      return elementsOf(value).length
    case 'map':
      return entriesOf(value).size
    default:
      return undefined
  }
}

export function byteAt(text: string, place: number): number {
  return toBytes(text)[place]!
}
