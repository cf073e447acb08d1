import { isObject } from '../base/value.ts'
import type { Sections } from '../config/sections.ts'
import { type Problem, quoted, under } from '../problem/problem.ts'
import { missing, named, referencesOf } from './integrity.ts'
import { sections, shownSection } from './sections/registry.ts'
import type { Collection } from './sections/section.ts'

/** A reference to an entry, seen from the entry: the place in the document, and in words who names the entry. */
export interface Use extends Problem {
  /** The section with the reference. */
  section: string
  /** The entry with the reference, and its name for people; absent: the section has no entries. */
  entry?: string
  name?: string
  /** The problem of the same reference in a document without the entry. */
  without: string
}

/** Every reference of the account to an entry, in the order of the document. */
export function usesOf({ key, name: to, one }: Collection, id: string, current: Sections): Use[] {
  // Some sections say only the names that nothing has.
  const next = { ...current, [key]: (current[key] as { id: string }[]).filter((entry) => entry.id !== id) }
  return sections.flatMap((section) => {
    const found = referencesOf(section, { next, document: {} }).filter((one) => one.to === to && one.name === id)
    if (found.length === 0) return []
    const names = namesById(shownSection(section, next))
    return found.map((reference): Use => {
      const { entry, path } = reference
      const name = entry === undefined ? undefined : names.get(entry)
      const who = entry === undefined ? section.one : `${section.one} ${quoted(entry)}`
      const known = name === undefined || name === entry ? '' : ` (${name.slice(0, 100)})`
      const message = `${who}${known} names the ${one} ${quoted(id)}`
      const [placed = { path, message }] = under(section.name, [{ path, message }])
      return {
        ...placed,
        section: section.name,
        ...(entry !== undefined && { entry }),
        ...(name !== undefined && { name }),
        without: named(section, reference) + (reference.missing ?? missing(reference)),
      }
    })
  })
}

function namesById(shown: unknown): Map<string, string> {
  const list: unknown[] = Array.isArray(shown) ? shown : []
  return new Map(
    list.flatMap((one) =>
      isObject(one) && typeof one.id === 'string' && typeof one.name === 'string' ? [[one.id, one.name]] : [],
    ),
  )
}
