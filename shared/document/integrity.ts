import type { Steps } from '../base/steps.ts'
import { type Problem, quoted, under } from '../problem/problem.ts'
import type { Names } from './reading/list.ts'
import { namesOf, sections, shownSection } from './sections/registry.ts'
import type { Reference, ReferenceContext, Section } from './sections/section.ts'

/** The sections that come from a document, by name. The remaining sections are those of the account. */
export type WrittenSections = ReadonlyMap<string, WrittenSection>

export interface WrittenSection {
  /** The section's place in the document. */
  path: string
  names: Names
  references: readonly Reference[]
}

/**
 * References between sections that lead nowhere or to an entry that does not fit. A reference of a section that
 * the document does not have is told at the section that it leads to.
 */
export function* integrityProblems(context: ReferenceContext, written: WrittenSections): Steps<Problem[]> {
  const { next } = context
  const names = new Map(sections.map((section) => [section.name, new Set(namesOf(section, next))]))
  const isThere = ({ to, name }: Reference) => names.get(to)?.has(name) || written.get(to)?.names.has(name)
  const problems = new Map<string, Problem>()
  const add = (problem: Problem): void => void problems.set(`${problem.path}\n${problem.message}`, problem)
  for (const section of sections) {
    const document = written.get(section.name)
    for (const reference of document?.references ?? referencesOf(section, context)) {
      yield UNITS_PER_REFERENCE
      const message = isThere(reference) ? reference.misfit : (reference.missing ?? missing(reference))
      if (message === undefined) continue
      if (document !== undefined) for (const one of under(document.path, [{ path: reference.path, message }])) add(one)
      else add({ path: written.get(reference.to)?.path ?? reference.to, message: named(section, reference) + message })
    }
  }
  return [...problems.values()]
}

const UNITS_PER_REFERENCE = 2

export function referencesOf(section: Section, context: ReferenceContext): readonly Reference[] {
  return section.references?.(shownSection(section, context.next), context) ?? []
}

export function missing({ to, name }: Reference): string {
  const word = sections.find((section) => section.name === to)?.one ?? to
  return `names a ${word} ${quoted(name)} that does not exist`
}

export function named({ one }: Section, { entry }: Reference): string {
  return entry === undefined ? '' : `${one} ${quoted(entry)} `
}
