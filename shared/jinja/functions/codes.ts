import { createHash } from 'node:crypto'
import { parseJson } from '../../base/json.ts'
import { clean } from '../../message-text/clean.ts'
import { escapeHtml } from '../../message-text/escape.ts'
import type { Budget } from '../values/budget.ts'
import { LIST_ENTRIES } from '../values/budget.ts'
import { define, type TemplateFunction, type TemplateFunctions } from '../values/define.ts'
import { jsonOf, textOf } from '../values/text.ts'
import { Float, Markup, type Value } from '../values/value.ts'

/** A function from text to text whose result has up to `grows` times the characters. */
function coding(grows: number, code: (text: string) => string): TemplateFunction {
  return define('value', ([value], { budget }) => {
    const text = textOf(value, budget)
    budget.chars(text.length * grows)
    return code(text)
  })
}

/** A text that is not encoded stays as it is. */
function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** Python's `quote`: letters, digits, `_.-~/` stay. */
function encodeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
}

/** https://spec.commonmark.org/0.31.2/#backslash-escapes */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~@]/g, '\\$&')
}

/** JSON is markup where the whole text is JSON, and an ordinary text elsewhere. */
const toJson: TemplateFunction = define('value', ([value], { budget, form }) => {
  const json = jsonOf(value, budget)
  return form.markup === 'json' ? new Markup(json) : json
})

export const CODES: TemplateFunctions = new Map([
  ['to_json', toJson],
  ['tojson', toJson],
  ['json', toJson],
  [
    'parse_json',
    define('value', ([value], { budget }) => {
      const text = textOf(value, budget)
      budget.spend(1 + Math.ceil(text.length / 4))
      const parsed = parseJson(Buffer.from(text.toWellFormed()), { mostValues: LIST_ENTRIES })
      return parsed.ok ? valueFrom(parsed.value, budget) : undefined
    }),
  ],
  [
    'escape_html',
    define('value', ([value], { budget, form }) => {
      const text = textOf(value, budget)
      budget.spend(1 + Math.ceil(text.length / 4))
      const escaped = budget.text(escapeHtml(clean(text)))
      return form.markup === 'html' ? new Markup(escaped) : escaped
    }),
  ],
  [
    'escape_markdown',
    define('value', ([value], { budget, form }) => {
      const text = textOf(value, budget)
      budget.spend(1 + Math.ceil(text.length / 4))
      return form.markup === 'markdown'
        ? new Markup(budget.text(form.escape(text, '')))
        : budget.text(escapeMarkdown(text))
    }),
  ],
  ['base64_encoding', coding(3, (text) => Buffer.from(text.toWellFormed()).toString('base64'))],
  ['base64_decoding', coding(1, (text) => Buffer.from(text, 'base64').toString('utf8'))],
  ['md5_encoding', coding(2, (text) => createHash('md5').update(text.toWellFormed()).digest('hex'))],
  ['url_encoding', coding(9, encodeUrl)],
  ['url_decoding', coding(2, decodeUrl)],
])

/** Data of JSON as values of a template: mappings are Maps. */
export function valueFrom(data: unknown, budget: Budget): Value {
  budget.spend()
  if (data === null || typeof data === 'boolean' || typeof data === 'string') return data
  if (typeof data === 'number') return Number.isInteger(data) ? data : new Float(data)
  if (Array.isArray(data)) return data.map((one) => valueFrom(one, budget))
  if (typeof data !== 'object') return undefined
  return new Map(Object.entries(data).map(([key, one]) => [key, valueFrom(one, budget)]))
}
