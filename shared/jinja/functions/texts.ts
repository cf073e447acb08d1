import type { Budget } from '../values/budget.ts'
import { charactersOf } from '../values/characters.ts'
import { define, type TemplateFunction, type TemplateFunctions } from '../values/define.ts'
import { fail } from '../values/failure.ts'
import { textOf } from '../values/text.ts'
import { isList, isMissing, isTrue, numberOf, type Value } from '../values/value.ts'

/** A function of one text. Upper case may have more characters than lower case, so the result is counted too. */
function ofText(change: (text: string) => string): TemplateFunction {
  return define('value', ([value], { budget }) => {
    const text = textOf(value, budget)
    budget.chars(text.length)
    return budget.text(change(text))
  })
}

function count(value: Value, otherwise: number): number {
  const number = numberOf(value)
  return number === undefined ? otherwise : Math.max(0, Math.trunc(number))
}

/** Whether a text begins, or ends, with one of some texts. */
function ofEdge(has: (text: string, edge: string) => boolean): TemplateFunction {
  return define('value edge', ([value, edge], { budget }) => {
    const text = textOf(value, budget)
    return (isList(edge) ? edge : [edge]).some((one) => {
      budget.spend()
      return !isMissing(one) && has(text, textOf(one, budget))
    })
  })
}

export const TEXTS: TemplateFunctions = new Map([
  ['capitalize', ofText((text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase())],
  ['lower', ofText((text) => text.toLowerCase())],
  ['upper', ofText((text) => text.toUpperCase())],
  [
    'title',
    define('value', ([value], { budget }) => {
      const text = textOf(value, budget)
      budget.spend(1 + Math.ceil(text.length / 2))
      const first = /(?<![\p{L}\p{N}'])\p{L}/gu
      return budget.text(text.toLowerCase().replace(first, (letter) => letter.toUpperCase()))
    }),
  ],
  ['trim', ofText((text) => text.trim())],
  ['wordcount', define('value', ([value], { budget }) => wordsOf(value, budget).length)],
  ['quote', define('value', ([value], { budget }) => budget.text(`"${textOf(value, budget)}"`))],
  ['replace', define('value old new count=', replace)],
  [
    'truncate',
    define('value n=255 end=...', ([value, n, end], { budget }) => {
      const characters = charactersOf(value, budget)
      const most = count(n, 255)
      const tail = end === undefined ? '...' : textOf(end, budget)
      return budget.text(characters.length <= most ? characters.join('') : characters.slice(0, most).join('') + tail)
    }),
  ],
  [
    'indent',
    define('value width=4 first=', ([value, width, first], { budget }) => {
      const lines = linesOf(value, budget)
      const blanks = ' '.repeat(Math.min(count(width, 4), 100))
      budget.chars(lines.reduce((sum, line) => sum + line.length + blanks.length + 1, 0))
      const skips = (line: string, at: number): boolean => line === '' || (at === 0 && !isTrue(first))
      return lines.map((line, at) => (skips(line, at) ? line : blanks + line)).join('\n')
    }),
  ],
  ['startswith', ofEdge((text, edge) => text.startsWith(edge))],
  ['endswith', ofEdge((text, edge) => text.endsWith(edge))],
  [
    'removeprefix',
    define('value prefix', ([value, prefix], { budget }) => {
      const [text, edge] = [textOf(value, budget), textOf(prefix, budget)]
      return budget.text(edge !== '' && text.startsWith(edge) ? text.slice(edge.length) : text)
    }),
  ],
  [
    'removesuffix',
    define('value suffix', ([value, suffix], { budget }) => {
      const [text, edge] = [textOf(value, budget), textOf(suffix, budget)]
      return budget.text(edge !== '' && text.endsWith(edge) ? text.slice(0, -edge.length) : text)
    }),
  ],
  [
    'split',
    define('value separator= most=', ([value, separator, most], { budget }) => {
      if (isMissing(separator)) return wordsOf(value, budget)
      const [text, by] = [textOf(value, budget), textOf(separator, budget)]
      if (by === '') fail('split() needs a separator')
      budget.entries(occurrences(text, by, budget))
      const parts = text.split(by)
      const splits = numberOf(most) ?? -1
      if (splits < 0 || splits >= parts.length - 1) return parts
      return [...parts.slice(0, splits), parts.slice(splits).join(by)]
    }),
  ],
])

/** The length of the result is known before the result is made. */
function replace([value, old, fresh, most]: readonly Value[], { budget }: { budget: Budget }): Value {
  const [text, from, to] = [textOf(value, budget), textOf(old, budget), textOf(fresh, budget)]
  if (from === '') return text
  const found = occurrences(text, from, budget)
  const times = most === undefined ? found : Math.min(found, count(most, found))
  budget.chars(text.length + times * Math.max(0, to.length - from.length))
  if (times === found) return text.replaceAll(from, () => to)
  const parts = text.split(from)
  return [parts.slice(0, times + 1).join(to), ...parts.slice(times + 1)].join(from)
}

function occurrences(text: string, part: string, budget: Budget): number {
  budget.chars(text.length)
  let found = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++
  budget.spend(found)
  return found
}

function wordsOf(value: Value, budget: Budget): string[] {
  const text = textOf(value, budget)
  budget.chars(text.length)
  const words = text.split(/\s+/).filter((word) => word !== '')
  budget.entries(words.length)
  return words
}

function linesOf(value: Value, budget: Budget): string[] {
  const text = textOf(value, budget)
  budget.chars(text.length)
  const lines = text.split('\n')
  budget.spend(lines.length)
  return lines
}
