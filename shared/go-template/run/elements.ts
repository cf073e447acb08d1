import { TemplateFailure } from '../syntax/failure.ts'
import { fromBytes, toBytes } from '../text/bytes.ts'
import { BYTE, type Caller, isAssignable, STRING, type Value } from '../values/go-types.ts'
import {
  byteAt,
  dataOf,
  elementsOf,
  entriesOf,
  isNil,
  kindOf,
  lengthOf,
  pointee,
  textOf,
  typed,
  typeOf,
  zeroOf,
} from '../values/value.ts'

/** The functions `index`, `slice` and `len` of text/template. */

/** `index x 1 "a"` is `x[1]["a"]`. */
export function indexed(item: Value, indexes: readonly Value[], by: Caller): Value {
  if (isUntypedNil(item)) throw new TemplateFailure('index of untyped nil')
  let found = item
  for (const index of indexes) {
    if (typeof found === 'string') by.spend(found.length >> 6)
    found = elementAt(found, index)
  }
  return found
}

function isUntypedNil(item: Value): boolean {
  return item === undefined || (kindOf(item) === 'interface' && isNil(item))
}

function elementAt(given: Value, index: Value): Value {
  const item = pointee(given)
  if (item === undefined || (kindOf(item) === 'interface' && isNil(item))) {
    throw new TemplateFailure('index of nil pointer')
  }
  const kind = kindOf(item)
  if (kind === 'map') {
    const type = typeOf(item)
    return entriesOf(item).get(keyOf(index)) ?? zeroOf(type.elem!)
  }
  const text = textOf(item)
  if (kind !== 'slice' && text === undefined) {
    throw new TemplateFailure(`can't index item of type ${typeOf(item).name}`)
  }
  const place = placeOf(index, lengthOf(item)!)
  if (place === lengthOf(item)) throw new TemplateFailure(`reflect: ${kind} index out of range`)
  return text === undefined ? elementsOf(item)[place] : typed(BYTE, BigInt(byteAt(text, place)))
}

function keyOf(index: Value): string {
  if (isUntypedNil(index)) throw new TemplateFailure('value is nil; should be of type string')
  const type = typeOf(index!)
  if (!isAssignable(type, STRING)) {
    throw new TemplateFailure(`value has type ${type.name}; should be string`)
  }
  return dataOf(index!) as string
}

function placeOf(index: Value, most: number): number {
  const kind = kindOf(index)
  if (isUntypedNil(index)) throw new TemplateFailure('cannot index slice/array with nil')
  if (kind !== 'int' && kind !== 'uint') {
    throw new TemplateFailure(`cannot index slice/array with type ${typeOf(index!).name}`)
  }
  const place = dataOf(index!) as bigint
  if (place < 0n || place > BigInt(most)) throw new TemplateFailure(`index out of range: ${place}`)
  return Number(place)
}

/** `slice x 1 2` is `x[1:2]`; texts are cut by bytes. */
export function sliced(given: Value, indexes: readonly Value[]): Value {
  if (isUntypedNil(given)) throw new TemplateFailure('slice of untyped nil')
  const item = pointee(given)
  if (indexes.length > 3) throw new TemplateFailure(`too many slice indexes: ${indexes.length}`)
  const text = textOf(item)
  if (text !== undefined && indexes.length === 3) throw new TemplateFailure('cannot 3-index slice a string')
  if (text === undefined && kindOf(item) !== 'slice') {
    throw new TemplateFailure(`can't slice item of type ${typeOf(item!).name}`)
  }
  const length = lengthOf(item)!
  const [from = 0, to = length, most] = indexes.map((index) => placeOf(index, length))
  if (from > to) throw new TemplateFailure(`invalid slice index: ${from} > ${to}`)
  if (most !== undefined && to > most) throw new TemplateFailure(`invalid slice index: ${to} > ${most}`)
  if (text === undefined) return typed(typeOf(item!), elementsOf(item).slice(from, to))
  const cut = fromBytes(toBytes(text).subarray(from, to))
  return typeof item === 'string' ? cut : typed(typeOf(item!), cut)
}

export function length(given: Value, by: Caller): Value {
  if (typeof given === 'string') by.spend(given.length >> 8)
  if (given === undefined) throw new TemplateFailure('reflect: call of reflect.Value.Type on zero Value')
  const item = pointee(given)
  const found = lengthOf(item)
  if (found !== undefined) return BigInt(found)
  const nil = item === undefined || (kindOf(item) === 'interface' && isNil(item))
  throw new TemplateFailure(nil ? 'len of nil pointer' : `len of type ${typeOf(item).name}`)
}
