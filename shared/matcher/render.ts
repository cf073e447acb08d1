import { compareUtf8 } from '../alert/labels.ts'
import { isReserved } from './lexer.ts'
import type { Matcher } from './matcher.ts'
import { quote } from './quote.ts'

/** A matcher as Alertmanager prints matchers: `a="1"`; a name that the classic parser could not read is quoted too. */
export function renderMatcher({ name, op, value }: Matcher): string {
  if ([...name].some(isReserved)) return `${quote(name)}${op}${quote(value)}`
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
  return `${name}${op}"${escaped}"`
}

/** `{a="1",b=~"x|y"}`, in the order given. */
export function renderMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.map(renderMatcher).join(',')}}`
}

/** The order of matchers in a route key: name, value, then operator. */
export function compareMatchers(a: Matcher, b: Matcher): number {
  return (
    compareUtf8(a.name, b.name) || compareUtf8(a.value, b.value) || OPERATORS.indexOf(a.op) - OPERATORS.indexOf(b.op)
  )
}

const OPERATORS = ['=', '!=', '=~', '!~']
