import { finish, inSlices, type Steps } from '../base/steps.ts'
import { Budget } from '../go-template/run/budget.ts'
import { addTemplates, type Program, type Result, type TemplateSet } from '../go-template/syntax/set.ts'
import { compileHtml, compileText, runProgram } from '../go-template/template.ts'
import { type TemplateData, templateData } from './data.ts'
import { DEFAULT_TEMPLATES } from './defaults/templates.ts'
import { FUNCTION_NAMES } from './function-names.ts'
import { templateFunctions } from './functions.ts'
import { momentAt } from './time/moment.ts'

/** A file of templates, as `templates:` of alertmanager.yml names files. */
export interface TemplateFile {
  name: string
  text: string
}

/** `html`: for the HTML of an e-mail. */
export type TemplateKind = 'text' | 'html'

/** The default templates and those of files. */
export interface Templates {
  compile(text: string, kind: TemplateKind): Steps<Result<Program>>
}

/** Reads files in order: a later definition replaces an earlier one. The error names the file and the line. */
export function* readTemplates(files: readonly TemplateFile[]): Steps<Result<Templates>> {
  let set = defaultSet()
  for (const file of files) {
    const read = yield* addTemplates(set, file, FUNCTION_NAMES)
    if (!read.ok) return read
    set = read.value
  }
  return { ok: true, value: templatesOf(set) }
}

/** Programs of a set that are kept, in characters of their texts: those of the channels that use the set. */
const KEPT_CHARS = 256 * 1024
/** A program of HTML has a copy of the templates that it calls. */
const HTML_CHARS = 32 * 1024

function templatesOf(set: TemplateSet): Templates {
  const kept = new Map<string, Result<Program>>()
  let keptChars = 0
  return {
    *compile(text, kind) {
      const key = `${kind} ${text}`
      const known = kept.get(key)
      if (known !== undefined) return known
      const program = yield* (kind === 'html' ? compileHtml : compileText)(set, text, FUNCTION_NAMES)
      const chars = text.length + (kind === 'html' ? HTML_CHARS : 0)
      if (keptChars + chars > KEPT_CHARS) {
        kept.clear()
        keptChars = 0
      }
      kept.set(key, program)
      keptChars += chars
      return program
    },
  }
}

let defaults: Templates | undefined

/** Alertmanager's default templates alone. */
export function defaultTemplates(): Templates {
  defaults ??= templatesOf(defaultSet())
  return defaults
}

let defaultTrees: TemplateSet | undefined

/** Read at the first use, and not when a process starts. */
function defaultSet(): TemplateSet {
  if (defaultTrees !== undefined) return defaultTrees
  const named = Object.entries(DEFAULT_TEMPLATES)
  const text = named.map(([name, body]) => `{{ define "${name}" }}${body}{{ end }}`).join('\n')
  const read = finish(addTemplates(new Map(), { name: '', text }, FUNCTION_NAMES))
  if (!read.ok) throw new Error(`the default templates cannot be read: ${read.error}`)
  defaultTrees = read.value
  return defaultTrees
}

/** Renders the texts of a message. The texts share the limits. */
export type Render = (text: string, kind: TemplateKind) => Promise<Result<string>>

/** `now`: the present moment for the functions `now` and `since`, in milliseconds since 1970. */
export function createRender(templates: Templates, data: TemplateData, now: number): Render {
  const budget = new Budget()
  const value = templateData(data)
  const functions = templateFunctions(momentAt(now), (name) => routeLabel(data, name))
  return async (text, kind) => {
    if (text === '') return { ok: true, value: '' }
    const program = await inSlices(templates.compile(text, kind))
    return program.ok ? await inSlices(runProgram(program.value, value, functions, budget)) : program
  }
}

function routeLabel({ routeLabels }: TemplateData, name: string): string {
  return Object.hasOwn(routeLabels, name) ? routeLabels[name]! : ''
}
