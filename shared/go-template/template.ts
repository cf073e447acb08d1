import type { Steps } from '../base/steps.ts'
import { escapeTemplates } from './html/escaper.ts'
import { ESCAPERS } from './html/pipeline.ts'
import type { Budget } from './run/budget.ts'
import { BUILTINS } from './run/builtins.ts'
import { execute } from './run/walk.ts'
import { caughtSteps } from './syntax/failure.ts'
import { type Program, type Result, readSource, type TemplateSet } from './syntax/set.ts'
import type { GoFunction, Value } from './values/go-types.ts'

/*
 * Go's text/template and html/template (facts from Go, BSD-3-Clause), with the option `missingkey=zero` that
 * Alertmanager sets. Errors are returned, in Go's words, with line and column.
 */

/** Functions of templates, beside those of Go. */
export type Functions = Readonly<Record<string, GoFunction>>

/** The text as a template, which may call the templates of the set. */
export function* compileText(set: TemplateSet, text: string, functions: ReadonlySet<string>): Steps<Result<Program>> {
  return yield* readSource(set, { name: '', text }, functions)
}

/** The same as HTML: each value is escaped for the place at which it stands. */
export function* compileHtml(set: TemplateSet, text: string, functions: ReadonlySet<string>): Steps<Result<Program>> {
  const read = yield* readSource(set, { name: '', text }, functions)
  return read.ok ? yield* caughtSteps(escapeTemplates(read.value.main, read.value.trees)) : read
}

/** The text that a program makes of data. Yields, so that others come first. */
export function* runProgram(
  { main, trees }: Program,
  data: Value,
  functions: Functions,
  budget: Budget,
): Steps<Result<string>> {
  const all: Functions = { ...ESCAPERS, ...BUILTINS, ...functions }
  const execution = {
    budget,
    function: (name: string) => (Object.hasOwn(all, name) ? all[name] : undefined),
    template: (name: string) => trees.get(name),
  }
  return yield* caughtSteps(execute(execution, main, data))
}
