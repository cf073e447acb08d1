import { STRETCH, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import type { Config } from '../config/config.ts'
import { type Sections, sectionsOf } from '../config/sections.ts'
import { capProblems, joinPath, type Problem, under } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { integrityProblems, type WrittenSections } from './integrity.ts'
import { type Names, NO_NAMES } from './reading/list.ts'
import { isEmpty } from './reading/mapping.ts'
import { nestsTooDeep } from './reading/yaml.ts'
import { putSection, sections } from './sections/registry.ts'
import { type ReadContext, readSection, type Section } from './sections/section.ts'

/*
 * tocsin.yml: the account as a single document. An absent section stays as it is, an empty section is emptied, and a
 * problem anywhere refuses the whole document. The sections that an import made stay until the next import: imported
 * channels are shown among `channels`, but a list without the imported channels does not remove them.
 */

/** Result of reading a document: the sections of the account as they will be, or every problem. */
export type DocumentResult =
  /** `warnings`: places of the document that are accepted and not heeded. */
  { ok: true; next: Sections; warnings?: Problem[] } | { ok: false; problems: Problem[] }

/** Sections that Tocsin will have. Until then a document that relies on such a section must not look accepted. */
const LATER = ['keys', 'silences', 'lifecycle']

export function* readTocsinYml(document: unknown, current: Config, secrets: SecretBox): Steps<DocumentResult> {
  if (!isObject(document)) return refusedDocument({ path: '', message: 'expected a mapping of sections' })
  if (yield* nestsTooDeep(document)) return refusedDocument({ path: '', message: 'the document nests too deeply' })
  const problems = keyProblems(document)
  const warnings: Problem[] = []
  const { next, written } = yield* readSections({ document, current, secrets }, problems, warnings)
  yield STRETCH
  const all = [...problems, ...(yield* integrityProblems({ next, document }, written))]
  if (all.length > 0) return { ok: false, problems: capProblems(all) }
  return { ok: true, next, ...(warnings.length === 0 ? {} : { warnings: capProblems(warnings) }) }
}

function refusedDocument(problem: Problem): DocumentResult {
  return { ok: false, problems: [problem] }
}

function keyProblems(document: Record<string, unknown>): Problem[] {
  const known = new Set(sections.map(({ name }) => name))
  return Object.keys(document).flatMap((key) => {
    if (known.has(key)) return []
    const path = joinPath('', key)
    if (!LATER.includes(key)) return [{ path, message: 'unknown key' }]
    return isEmpty(document[key]) ? [] : [{ path, message: 'is not supported yet' }]
  })
}

/**
 * The current sections, replaced where the document has a section. Problems are added to `problems`, warnings to
 * `warnings`.
 */
function* readSections(
  context: ReadContext,
  problems: Problem[],
  warnings: Problem[],
): Steps<{ next: Sections; written: WrittenSections }> {
  const { document, current } = context
  const next = sectionsOf(current)
  const given = sections.filter(({ name }) => Object.hasOwn(document, name) && document[name] !== undefined)
  const read: { section: Section; names: Names }[] = []
  for (const section of given) {
    const result = yield* readSection(section, document[section.name], context)
    for (const problem of under(section.name, result.problems)) problems.push(problem)
    for (const warning of under(section.name, result.warnings ?? [])) warnings.push(warning)
    putSection(next, section.key, result.value)
    read.push({ section, names: result.names ?? NO_NAMES })
  }
  for (const { key, settle } of sections) if (settle !== undefined) putSection(next, key, settle(next))
  for (const { name, joint } of sections) {
    if (joint === undefined || !read.some(({ section }) => section.name === name || section.name === joint.with))
      continue
    for (const warning of under(name, joint.warnings(next))) warnings.push(warning)
  }
  const written = read.map(({ section, names }) => {
    const references = section.references?.(document[section.name], { next, document }) ?? []
    return [section.name, { path: section.name, names, references }] as const
  })
  return { next, written: new Map(written) }
}
