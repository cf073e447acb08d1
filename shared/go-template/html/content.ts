import { print } from '../format/print.ts'
import type { Caller, GoType, Value } from '../values/go-types.ts'
import { dataOf, isNil, kindOf, pointee, textOf, typeOf } from '../values/value.ts'

/** Texts that a template marks as safe (`safeHtml`, `safeUrl`). */
export const HTML: GoType = { name: 'template.HTML', kind: 'string', named: true }
export const URL_TEXT: GoType = { name: 'template.URL', kind: 'string', named: true }

export interface Content {
  text: string
  type?: GoType
}

/** The arguments of an escaper as a text. Nil is left out. */
export function contentOf(args: readonly Value[], by: Caller): Content {
  const [only] = args
  if (args.length === 1) {
    if (typeof only === 'string') return { text: only }
    const type = only === undefined ? undefined : typeOf(only)
    if (type === HTML || type === URL_TEXT) return { text: dataOf(only!) as string, type }
  }
  const shown = args.filter((one) => !(one === undefined || (kindOf(one) === 'interface' && isNil(one))))
  return { text: print(shown.map(pointee), by) }
}

/** The same, of content whose type does not matter. */
export function plainText(args: readonly Value[], by: Caller): string {
  const text = args.length === 1 ? textOf(args[0]) : undefined
  return text ?? contentOf(args, by).text
}

/** In the place of a value that is unsafe where it stands. */
export const UNSAFE = 'ZgotmplZ'
