import type { Level } from '../alert/level.ts'
import { GENERAL } from '../jinja/functions/general.ts'
import { METHODS } from '../jinja/methods.ts'
import { TESTS } from '../jinja/tests.ts'
import { type CallContext, define, type TemplateFunction, type TemplateFunctions } from '../jinja/values/define.ts'
import { textOf } from '../jinja/values/text.ts'
import { isDict, isList, isMissing, Markup, numberOf, type Value } from '../jinja/values/value.ts'
import { lookOf } from '../message-text/look.ts'
import { regionName } from './regions.ts'
import { levelOfSeverity, TEMPLATE_WORDS } from './words.ts'

/** A word for people, in its colour where the form has colours. */
function word(text: string, color: string, { form, budget }: CallContext): Value {
  budget.chars(text.length)
  const escaped = form.escape(text, '')
  return form.colored === undefined ? text : new Markup(form.colored(escaped, color))
}

function colorOf(level: Level): string {
  return lookOf({ status: 'firing', level }).color
}

/** The last line of a value never runs into the text behind it. */
function entry(name: string | undefined, value: Value, context: CallContext): string {
  const { form, budget } = context
  const text = textOf(value, budget)
  budget.chars(text.length + (name?.length ?? 0))
  const escaped = value instanceof Markup ? text : form.escape(text, '')
  return name === undefined ? escaped : `${form.escape(name, '')}: ${escaped}`
}

/** A list in the markup of the form: of a mapping each name with its value. */
function listText(value: Value, context: CallContext): Value {
  const { form, budget } = context
  if (isMissing(value)) return ''
  const entries = isDict(value)
    ? Array.from(value, ([name, one]) => entry(name, one, context))
    : (isList(value) ? value : [value]).map((one) => entry(undefined, one, context))
  budget.entries(entries.length)
  budget.chars(entries.reduce((sum, { length }) => sum + length + 10, 10))
  switch (form.markup) {
    case 'html':
      return new Markup(entries.length === 0 ? '' : `<ul>${entries.map((one) => `<li>${one}</li>`).join('')}</ul>`)
    case 'markdown':
      return new Markup(entries.map((one) => `- ${one}`).join('\n'))
    default:
      return entries.join(', ')
  }
}

/** Annotations between two underscores are of the machine, as in Log Service: `__count__`. */
const OF_MACHINE = /^__.*__$/s

const annotations: TemplateFunction = define('value', ([value], context) => {
  if (!isDict(value)) return listText(value, context)
  context.budget.entries(value.size)
  return listText(new Map([...value].filter(([name]) => !OF_MACHINE.test(name))), context)
})

const OF_ALERTS: TemplateFunctions = new Map([
  [
    'format_severity',
    define('severity', ([value], context) => {
      const severity = numberOf(value) ?? Number(textOf(value, context.budget))
      const text = TEMPLATE_WORDS[context.language].severity[severity]
      return text === undefined ? value : word(text, colorOf(levelOfSeverity(severity)), context)
    }),
  ],
  [
    'format_status',
    define('status', ([value], context) => {
      const status = textOf(value, context.budget)
      const words = TEMPLATE_WORDS[context.language].status
      if (!Object.hasOwn(words, status)) return value
      const look = lookOf({ status: status === 'resolved' ? 'resolved' : 'firing', level: 'P1' })
      return word(words[status]!, look.color, context)
    }),
  ],
  [
    'format_type',
    define('type', ([value], { budget, language }) => {
      const type = textOf(value, budget)
      const words = TEMPLATE_WORDS[language].type
      return Object.hasOwn(words, type) ? words[type]! : value
    }),
  ],
  ['format_region', define('region', ([value], { budget, language }) => regionName(textOf(value, budget), language))],
  ['to_list', define('value', ([value], context) => listText(value, context))],
  ['annotations_to_list', annotations],
  [
    'blockquote',
    define('value', ([value], { form, budget }) => {
      const text = textOf(value, budget)
      budget.chars(text.length * 2)
      if (form.markup === 'html') {
        return new Markup(`<blockquote>${form.escape(text, '').replaceAll('\n', '<br>')}</blockquote>`)
      }
      if (form.markup !== 'markdown') return text
      const escaped = value instanceof Markup ? text : form.escape(text, '')
      return new Markup(escaped.replace(/^/gm, '> '))
    }),
  ],
])

export const FUNCTIONS: TemplateFunctions = new Map([...GENERAL, ...OF_ALERTS])

/** All that a content template may name beside its variables. */
export const KNOWN = { functions: FUNCTIONS, methods: METHODS, tests: TESTS }
