import type * as z from 'zod'
import type { Steps } from '../../base/steps.ts'
import type { Config } from '../../config/config.ts'
import type { Sections } from '../../config/sections.ts'
import type { Problem } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import type { Names } from '../reading/list.ts'

/** The key of a section in the configuration. */
export type SectionKey = keyof Sections

/** A piece of a document as people write documents, secrets masked. */
export type Shown = Record<string, unknown>

/**
 * The whole knowledge of Tocsin about a section of tocsin.yml. The functions take the section as `Config` has the
 * section.
 */
export interface Section<Key extends SectionKey = SectionKey> {
  key: Key
  /** The key in tocsin.yml, the section's name in a plan, and for a collection the path below `/api/v1/`. */
  name: string
  /** The word for an entry, in messages. */
  one: string
  /** The largest number of entries. */
  limit: number
  read(given: unknown, context: ReadContext): SectionResult<Sections[Key]> | Steps<SectionResult<Sections[Key]>>
  /** Reads the section of a large document in steps; `read` then finds its entries read. */
  prepare?(given: unknown): Steps<void>
  /** The section as a document that changes nothing when the document is put back. */
  show(value: NonNullable<Sections[Key]>): unknown
  /** The section with personal data masked, if the section has any. Put back, a mask keeps the stored value. */
  veil?(value: NonNullable<Sections[Key]>): unknown
  /** The parts of the section that a plan names separately. */
  entries(value: NonNullable<Sections[Key]>): Entry[]
  /** The names by which other sections refer to this section. Absent: those of `entries`. */
  names?(value: NonNullable<Sections[Key]>): string[]
  /**
   * The names of other sections' entries in this section. `written`: the section as a document has the section,
   * unchecked.
   */
  references?(written: unknown, context: ReferenceContext): Reference[]
  /** Warnings that depend on another section too: found when a document has either of the two. */
  joint?: { with: string; warnings(next: Sections): Problem[] }
  /** The section after every section of a document was read, with the parts that depend on other sections. */
  settle?(next: Sections): Sections[Key]
  /** Schema of the section as documents have the section, for the OpenAPI document. Reading checks more. */
  schema: z.ZodType
  /** The section is a list of the API. */
  collection?: true
  /** The reason why an entry may still be there after its deletion, in the words of the API. */
  kept?: string
}

export type Entry = [id: string, value: unknown]

/** A section whose entries have ids. The API adds, replaces and deletes single entries. */
export interface Collection<Key extends SectionKey = SectionKey> extends Section<Key> {
  show(value: NonNullable<Sections[Key]>): Shown[]
  collection: true
  /** The warnings of an entry. Paths begin at the entry. */
  entryWarnings?(list: Sections[Key], id: string, sections: Sections): Problem[]
  /** The sections without which the warnings of an entry are not known, beside the collection itself. */
  warnsBy?: readonly SectionKey[]
  /** Schema of an entry, as `schema` has it. */
  entry: z.ZodType
}

/** Inputs of a reader beside the text of the section. */
export interface ReadContext {
  /** The whole document, for a section that depends on another section. */
  document: Readonly<Record<string, unknown>>
  current: Config
  secrets: SecretBox
}

export interface SectionResult<T> {
  /** The readable part. A document with a problem is refused, so only further checks see this value then. */
  value: T
  /** Paths begin at the section. */
  problems: Problem[]
  /** Places that are accepted, and do not do what their author surely meant. */
  warnings?: Problem[]
  /** The names in the document, with the names of refused entries. Absent: the names of `value`. */
  names?: Names
}

/** The sections that references lead to. */
export interface ReferenceContext {
  next: Sections
  /** The whole document, for entries that are refused and therefore not in `next`. */
  document: Readonly<Record<string, unknown>>
}

/** The name of an entry of another section, and the place of the name in the document. */
export interface Reference {
  /** Begins at the section. */
  path: string
  /** The name of the section that has to have the entry. */
  to: string
  name: string
  /** The entry with the reference, for a problem that is told at another section. */
  entry?: string
  /** The problem when there is no such entry, if the usual words do not fit. */
  missing?: string
  /** The problem although there is such an entry. */
  misfit?: string
}

export function* readSection<Key extends SectionKey>(
  section: Section<Key>,
  given: unknown,
  context: ReadContext,
): Steps<SectionResult<Sections[Key]>> {
  const read = section.read(given, context)
  return Symbol.iterator in read ? yield* read : read
}

export function entriesById(list: readonly { id: string }[]): Entry[] {
  return list.map((value) => [value.id, value])
}

/** The texts of a list, each text with its place. The document may be anything. */
export function textsOf(list: unknown): { place: number; text: string }[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((text, place) => (typeof text === 'string' ? [{ place, text }] : []))
}
