import type * as z from 'zod'
import type { Config } from '../../config/config.ts'
import type { Sections } from '../../config/sections.ts'
import type { Problem } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import type { Names } from '../reading/list.ts'

/** The key of a section in the configuration. */
export type SectionKey = keyof Sections

/** A piece of a document as people write it, secrets masked. */
export type Shown = Record<string, unknown>

/** Everything that Tocsin knows of one section of tocsin.yml. The functions take the section as `Config` has it. */
export interface Section<Key extends SectionKey = SectionKey> {
  key: Key
  /** The key in tocsin.yml, the section's name in a plan, and for a collection the path `/api/v1/<name>`. */
  name: string
  /** The word for one entry, for messages. */
  one: string
  /** The largest number of entries. */
  limit: number
  read(given: unknown, context: ReadContext): SectionResult<Sections[Key]>
  /** The section as a document that changes nothing when it is put back. */
  show(value: NonNullable<Sections[Key]>): unknown
  /** The parts that a plan names one by one. */
  entries(value: NonNullable<Sections[Key]>): Entry[]
  /** The names of other sections' entries in this one. `written`: the section as a document has it, unchecked. */
  references?(written: unknown, next: Sections): Reference[]
  /** The section again, after every section of a document was read: what it takes over from the others. */
  settle?(next: Sections): Sections[Key]
  /** The section is a list of the API. */
  collection?: true
  /** Why an entry may still be there after its deletion, as the API says it. */
  kept?: string
}

export type Entry = [id: string, value: unknown]

/** A section whose entries have ids, and are added, replaced and deleted one by one. */
export interface Collection<Key extends SectionKey = SectionKey> extends Section<Key> {
  show(value: NonNullable<Sections[Key]>): Shown[]
  collection: true
  /** One entry for the OpenAPI document. Absent: any mapping. */
  schema?: z.ZodType
}

/** What a section may need beside its own text. */
export interface ReadContext {
  /** The whole document; another section of it may decide. */
  document: Readonly<Record<string, unknown>>
  current: Config
  secrets: SecretBox
}

export interface SectionResult<T> {
  /** Everything that could be read. With a problem the document is refused, and only further checks see this. */
  value: T
  /** Paths begin at the section. */
  problems: Problem[]
  /** The names in the document, those of refused entries too. Absent: the names of `value`. */
  names?: Names
}

/** The name of an entry of another section, and where it is written. */
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

export function entriesById(list: readonly { id: string }[]): Entry[] {
  return list.map((value) => [value.id, value])
}

/** The texts of a list in a document that may be anything, each with its place. */
export function textsOf(list: unknown): { place: number; text: string }[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((text, place) => (typeof text === 'string' ? [{ place, text }] : []))
}
