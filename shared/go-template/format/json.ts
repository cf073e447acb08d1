import { TemplateFailure } from '../syntax/failure.ts'
import { wellFormed } from '../text/bytes.ts'
import type { Caller, Value } from '../values/go-types.ts'
import { dataOf, elementsOf, entriesOf, isNil, pointee, typeOf } from '../values/value.ts'
import { gather } from './gather.ts'

const MAX_DEPTH = 100

/** Go's json.Marshal: `<`, `>` and `&` are escaped, and keys of maps are sorted. */
export function goJson(given: Value, by: Caller, depth = 0): string {
  by.spend(1)
  const value = pointee(given)
  if (value === undefined) return 'null'
  if (depth > MAX_DEPTH) throw new TemplateFailure(`json: the value nests deeper than ${MAX_DEPTH} levels`)
  const type = typeOf(value)
  if (type.json !== undefined) return goJson(type.json(value), by, depth + 1)
  const data = dataOf(value)
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'uint':
      return String(data)
    case 'float':
      return floatJson(data as number)
    case 'string':
      by.spend((data as string).length >> 4)
      return made(textJson(data as string), by)
    case 'slice':
      if (isNil(value)) return 'null'
      return made(`[${gather(elementsOf(value), (one) => goJson(one, by, depth + 1), ',', by)}]`, by)
    case 'map': {
      if (isNil(value)) return 'null'
      const entry = ([key, one]: [string, Value]): string => `${textJson(key)}:${goJson(one, by, depth + 1)}`
      return made(`{${gather(entriesOf(value), entry, ',', by)}}`, by)
    }
    case 'struct': {
      const fields = (type.fields ?? []).flatMap(({ json, get }) =>
        json === undefined ? [] : [`${textJson(json)}:${goJson(get(data as never), by, depth + 1)}`],
      )
      return made(`{${fields.join(',')}}`, by)
    }
    default:
      return 'null'
  }
}

function made(text: string, by: Caller): string {
  by.made(text)
  return text
}

const ESCAPED = /[<>&\u2028\u2029]/g

function textJson(text: string): string {
  const json = JSON.stringify(wellFormed(text))
  if (!/[<>&\u2028\u2029]/.test(json)) return json
  return json.replace(ESCAPED, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function floatJson(value: number): string {
  if (!Number.isFinite(value)) throw new TemplateFailure(`json: unsupported value: ${value}`)
  return Object.is(value, -0) ? '-0' : String(value)
}
