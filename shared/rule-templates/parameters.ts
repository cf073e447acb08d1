import { type Document, isDocument, parseAllDocuments } from 'yaml'
import type { Template } from './template.ts'

export type FilledTemplate = { ok: true; text: string } | { ok: false; error: string }

/** More values than a person keeps in a list of networks or hours. */
const MAX_VALUES = 1000

/**
 * The template's text with values of the account. The template names the places under `tocsin.parameters`: name → path
 * in the template's document. The value in the file is the default, and a given value must be of the default's kind.
 */
export function withParameters(template: Template, given: Record<string, unknown>): FilledTemplate {
  const { documents, document } = readDocuments(template)
  const places = new Map(document ? Object.entries(parameterPaths(document)) : [])
  for (const [name, value] of Object.entries(given)) {
    const place = places.get(name)
    if (!document || !place)
      return parameterProblem(template, name, `unknown; it has ${[...places.keys()].join(', ') || 'none'}`)
    const problem = valueProblem(valueAt(document, place), value)
    if (problem !== undefined) return parameterProblem(template, name, problem)
    document.setIn(place, document.createNode(value))
  }
  return { ok: true, text: documents.map((one) => one.toString({ directives: false })).join('---\n') }
}

/** The parameters of a template, with their defaults. */
export function parametersOf(template: Template): Record<string, unknown> {
  const { document } = readDocuments(template)
  if (document === undefined) return {}
  return Object.fromEntries(
    Object.entries(parameterPaths(document)).map(([name, place]) => [name, valueAt(document, place)]),
  )
}

/** The places of the parameters in the template's document. */
export function parameterPlaces(template: Template): ReadonlyMap<string, readonly string[]> {
  const { document } = readDocuments(template)
  return new Map(document === undefined ? [] : Object.entries(parameterPaths(document)))
}

/** The documents of the template, and the document among them with the parameters. */
function readDocuments(template: Template) {
  const documents = parseAllDocuments(template.text)
  const document = documents.find((one) => isDocument(one) && one.hasIn(['tocsin', 'parameters']))
  return { documents, document }
}

function parameterPaths(document: Document): Record<string, string[]> {
  return valueAt(document, ['tocsin', 'parameters']) as Record<string, string[]>
}

function valueAt(document: Document, path: readonly string[]): unknown {
  const tree: unknown = document.toJS()
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], tree)
}

/** The problem with a value in place of `standard`; undefined: the value fits. */
function valueProblem(standard: unknown, value: unknown): string | undefined {
  if (!Array.isArray(standard)) return isCount(value) ? undefined : 'has to be a whole number from 0 on'
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_VALUES) {
    return `has to be a list of 1 to ${MAX_VALUES} values`
  }
  const kind = typeof standard[0]
  return value.every((one) => typeof one === kind) ? undefined : `every value has to be a ${kind}`
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function parameterProblem(template: Template, name: string, problem: string): FilledTemplate {
  return { ok: false, error: parameterText(template, name, problem) }
}

export function parameterText({ name: template }: Template, name: string, problem: string): string {
  return `${template}: parameter ${JSON.stringify(name.slice(0, 100))}: ${problem}`
}
