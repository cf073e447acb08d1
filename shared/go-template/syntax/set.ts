import type { Steps } from '../../base/steps.ts'
import { caughtSteps } from './failure.ts'
import { calledTemplates, isEmptyList, type Source, type Tree } from './nodes.ts'
import { parseSource } from './parser.ts'

/** Functions of text/template. */
export const BUILTIN_NAMES = [
  ...(['and', 'or', 'not', 'call', 'html', 'js', 'urlquery', 'print', 'println', 'printf'] as const),
  ...(['index', 'slice', 'len', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const),
]

const BUILTINS: ReadonlySet<string> = new Set(BUILTIN_NAMES)

/** Templates by name. A set never changes. */
export type TemplateSet = ReadonlyMap<string, Tree>

export type Result<T> = { ok: true; value: T } | { ok: false; error: string }

/** A template that is ready to run, together with the templates that it calls. */
export interface Program {
  main: Tree
  trees: TemplateSet
}

/**
 * The set with the templates that a text defines, and the text itself under the name of the source. A definition
 * replaces a definition of the same name, unless it has nothing but white space.
 */
export function* addTemplates(
  set: TemplateSet,
  source: Source,
  functions: ReadonlySet<string>,
): Steps<Result<TemplateSet>> {
  const read = yield* readSource(set, source, functions)
  return read.ok ? { ok: true, value: read.value.trees } : read
}

/** The text of the source as a template, which may call the templates of the set. */
export function* readSource(set: TemplateSet, source: Source, functions: ReadonlySet<string>): Steps<Result<Program>> {
  const isFunction = (name: string): boolean => functions.has(name) || BUILTINS.has(name)
  const read = yield* caughtSteps(parseSource(source, isFunction))
  if (!read.ok) return read
  const trees = new Map(set)
  for (const [name, tree] of read.value) if (!isEmptyList(tree.root) || !trees.has(name)) trees.set(name, tree)
  return { ok: true, value: { main: read.value.get(source.name)!, trees } }
}

/** Names of the templates that a tree calls by itself. */
export function calledBy({ root }: Tree): string[] {
  return [...new Set(calledTemplates(root))]
}
