import type { Budget } from './values/budget.ts'
import type { Form } from './values/form.ts'
import { jsonOf, textOf } from './values/text.ts'
import { isMissing, isText, Markup, type Value } from './values/value.ts'

/** What a run writes, in the form of its channel: the template's own text as it is, values escaped. */
export interface Output {
  literal(text: string): void
  value(value: Value): void
  text(): string
}

export function createOutput(form: Form, budget: Budget): Output {
  return form.markup === 'json' ? jsonOutput(budget) : markupOutput(form, budget)
}

/** Characters of the text so far that a form may look at. */
const TAIL_CHARS = 500

function markupOutput(form: Form, budget: Budget): Output {
  const pieces = createPieces(budget)
  const looksBack = form.markup === 'html'
  let before = ''
  const add = (text: string): void => {
    pieces.add(text)
    if (looksBack) before = (before + text.slice(-TAIL_CHARS)).slice(-TAIL_CHARS)
  }
  return {
    literal: add,
    value(value) {
      const text = textOf(value, budget)
      if (value instanceof Markup) return add(text)
      budget.spend(Math.ceil(text.length / 4))
      add(form.escape(text, before))
    },
    text: pieces.text,
  }
}

/**
 * JSON that values cannot break. Between the quotes of the template a value is the inside of a JSON string. Where JSON
 * expects a value, it is JSON: a text with quotes, a list or mapping as it is. Anywhere else it can only be a part of
 * JSON that the template builds itself, such as a comma.
 */
function jsonOutput(budget: Budget): Output {
  const pieces = createPieces(budget)
  let quoted = false
  let escaped = false
  let last = ''
  const follow = (text: string): void => {
    for (const one of text) {
      if (escaped) escaped = false
      else if (quoted && one === '\\') escaped = true
      else if (one === '"') quoted = !quoted
      if (!quoted && !/\s/.test(one)) last = one
    }
    pieces.add(text)
  }
  return {
    literal: follow,
    value(value) {
      const inside = (text: string): string => JSON.stringify(text).slice(1, -1)
      if (quoted) return pieces.add(inside(textOf(value, budget)))
      if (value instanceof Markup) return follow(value.text)
      const isExpected = last === '' || last === ':' || last === '[' || last === ','
      const isKey = last === '{' && isText(value)
      const isWord = isText(value) || isMissing(value)
      if (isExpected || isKey || !isWord) return follow(jsonOf(value, budget))
      follow(inside(textOf(value, budget)))
    },
    text: pieces.text,
  }
}

function createPieces(budget: Budget) {
  const pieces: string[] = []
  let chars = 0
  return {
    add(text: string): void {
      chars += text.length
      // The whole output is limited as one text is; the work is for this piece.
      budget.output(chars, text.length)
      pieces.push(text)
    },
    text: () => pieces.join(''),
  }
}
