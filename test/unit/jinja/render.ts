import { finish } from '../../../shared/base/steps.ts'
import type { Scope } from '../../../shared/jinja/evaluate.ts'
import { valueFrom } from '../../../shared/jinja/functions/codes.ts'
import { GENERAL } from '../../../shared/jinja/functions/general.ts'
import { METHODS } from '../../../shared/jinja/methods.ts'
import { type ParsedTemplate, parseTemplate } from '../../../shared/jinja/parse.ts'
import { type Ran, runTemplate } from '../../../shared/jinja/run.ts'
import { TESTS } from '../../../shared/jinja/tests.ts'
import { Budget } from '../../../shared/jinja/values/budget.ts'
import { type Form, PLAIN } from '../../../shared/jinja/values/form.ts'
import { isDict } from '../../../shared/jinja/values/value.ts'

export const parse = (text: string): ParsedTemplate =>
  finish(parseTemplate(text, { functions: GENERAL, methods: METHODS, tests: TESTS }))

/** Data of JSON as the variables of a template. */
export function variables(data: Readonly<Record<string, unknown>>): Scope {
  const values = valueFrom(data, new Budget())
  return { get: (name) => (isDict(values) ? values.get(name) : undefined) }
}

export const TOOLS = { functions: GENERAL, language: 'en', timeZone: 'UTC' } as const

export function run(text: string, data: Readonly<Record<string, unknown>> = {}, form: Form = PLAIN): Ran {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return runTemplate(parsed.template.body, { ...TOOLS, variables: variables(data), form })
}

/** The text, or the reason why there is none. */
export function render(text: string, data: Readonly<Record<string, unknown>> = {}, form: Form = PLAIN): string {
  const ran = run(text, data, form)
  return ran.ok ? ran.text : `failed: ${ran.message}`
}
