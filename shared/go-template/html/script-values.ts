import { goJson } from '../format/json.ts'
import { print } from '../format/print.ts'
import { caught } from '../syntax/failure.ts'
import type { Caller, Value } from '../values/go-types.ts'
import { typeOf } from '../values/value.ts'

/** A value as an expression of JavaScript: JSON. */
export function escapeJsValue(args: readonly Value[], by: Caller): string {
  const json = caught(() => goJson(scriptValue(args, by), by))
  if (!json.ok) return ` /* ${harmless(json.error)} */null `
  // `in` or `typeof` must not grow together with a name or a number.
  const isWord = /^[$\w]/.test(json.value) || /[$\w]$/.test(json.value)
  return isWord ? ` ${json.value} ` : json.value
}

/** A type with a text of its own and none for JSON is written as its text. */
function scriptValue(args: readonly Value[], by: Caller): Value {
  if (args.length !== 1) return print(args, by)
  const [value] = args
  const type = value === undefined ? undefined : typeOf(value)
  return type?.text !== undefined && type.json === undefined ? type.text(value) : value
}

function harmless(error: string): string {
  return error
    .replace(/<(\/?)script/gi, '\\x3C$1script')
    .replaceAll('*/', '* /')
    .replaceAll('<!--', '\\x3C!--')
}
