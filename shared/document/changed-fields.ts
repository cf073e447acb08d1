import { isObject } from '../base/value.ts'
import type { Sections } from '../config/sections.ts'
import { joinPath } from '../problem/problem.ts'
import type { PlannedChange } from './plan.ts'
import { sections, shownSection } from './sections/registry.ts'
import type { Section } from './sections/section.ts'

/** A field of a changed entry, as documents write the field. */
export interface ChangedField {
  /** The path in the entry. */
  path: string
  /** The value before, and after; absent: the entry had, or has, no such field. */
  from?: unknown
  to?: unknown
  /** A secret, or personal data: neither value is shown. */
  secret?: true
}

const MOST_ENTRIES = 50
const MOST_FIELDS = 20
const MOST_CHARS = 200

/**
 * The plan with the fields that differ in each changed entry, without secrets and personal data. A large plan has the fields of its first
 * changed entries only.
 */
export function withFields(
  plan: readonly PlannedChange[],
  current: Sections,
  next: Sections,
): (PlannedChange & { fields?: ChangedField[] })[] {
  let left = MOST_ENTRIES
  return plan.map((change) => {
    if (change.change !== 'changed' || left-- <= 0) return change
    const section = sections.find(({ name }) => name === change.section)
    if (section?.collection !== true) return change
    const stored = [current, next].map((of) => entryOf(of[section.key], change.id))
    const shown = [current, next].map((of, place) => shownEntry(section, of, stored[place]))
    const fields = differences(shown[0], shown[1], '')
    if (fields.length === 0) fields.push(...hidden(stored[0], stored[1]))
    // Without a field the entry has only moved.
    return fields.length === 0 ? change : { ...change, fields: fields.slice(0, MOST_FIELDS) }
  })
}

type Entry = Record<string, unknown>

/** A list may have thousands of entries: this entry alone is shown. */
function shownEntry(section: Section, of: Sections, entry: Entry | undefined): Entry | undefined {
  const list = shownSection(section, { ...of, [section.key]: entry === undefined ? [] : [entry] }, { personal: false })
  return (list as Entry[])[0]
}

function entryOf(list: unknown, id: string): Entry | undefined {
  return Array.isArray(list) ? (list as Entry[]).find((entry) => entry.id === id) : undefined
}

function differences(from: unknown, to: unknown, path: string): ChangedField[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return []
  if (!isObject(from) || !isObject(to)) return [{ path, ...said('from', from), ...said('to', to) }]
  const names = new Set([...Object.keys(from), ...Object.keys(to)])
  return [...names].flatMap((name) => differences(from[name], to[name], joinPath(path, name)))
}

function said(key: 'from' | 'to', value: unknown): Partial<ChangedField> {
  if (value === undefined) return {}
  const text = JSON.stringify(value)
  return { [key]: text.length <= MOST_CHARS ? value : `${text.slice(0, MOST_CHARS)}…` }
}

/** Masks are alike, so a change behind a mask shows in the stored entry only. */
function hidden(from: Entry = {}, to: Entry = {}): ChangedField[] {
  const paths = differences(from, to, '').map(({ path }) => path.replace(/^settings\./, '').split(/[.[]/)[0]!)
  return [...new Set(paths)].map((path) => ({ path, secret: true }))
}
