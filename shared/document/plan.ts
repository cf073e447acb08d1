import { isDeepStrictEqual } from 'node:util'
import type { Steps } from '../base/steps.ts'
import type { Sections } from '../config/sections.ts'
import { entriesOf, sections } from './sections/registry.ts'
import type { Entry, Section } from './sections/section.ts'

/** An entry that a document would change, as `?dryRun=true` shows the change. */
export interface PlannedChange {
  section: string
  /** The hash of an inhibit rule, the name of a time interval, the policy's id of a route. */
  id: string
  change: 'added' | 'removed' | 'changed'
}

/** A comparison of two texts of some hundred characters. */
const UNITS_PER_ENTRY = 20
const CHARS_PER_UNIT = 40

/**
 * Every entry that differs, by section. The list is empty if and only if the document would change nothing. An equal
 * secret is no change.
 */
export function* planChanges(current: Sections, next: Sections): Steps<PlannedChange[]> {
  const plan: PlannedChange[] = []
  for (const section of sections) for (const change of yield* changesOf(section, current, next)) plan.push(change)
  return plan
}

function* changesOf(section: Section, current: Sections, next: Sections): Steps<PlannedChange[]> {
  const before = entriesOf(section, current)
  const after = entriesOf(section, next)
  const changes = yield* compare(section, before, after)
  if (changes.length > 0) return changes
  // The entries of a collection are all that a collection has, so only their order may differ.
  const moved = section.collection
    ? before.some(([id], place) => after[place]?.[0] !== id)
    : !same(current[section.key], next[section.key])
  if (!moved) return changes
  return [{ section: section.name, id: firstMoved(before, after), change: 'changed' }]
}

function* compare({ name }: Section, before: Entry[], after: Entry[]): Steps<PlannedChange[]> {
  const old = new Map(before)
  const now = new Map(after)
  const changes: PlannedChange[] = []
  for (const [id, value] of now) {
    if (!old.has(id)) changes.push({ section: name, id, change: 'added' })
    else {
      const [chars, isSame] = compared(old.get(id), value)
      if (!isSame) changes.push({ section: name, id, change: 'changed' })
      yield chars / CHARS_PER_UNIT
    }
    yield UNITS_PER_ENTRY
  }
  for (const id of old.keys()) if (!now.has(id)) changes.push({ section: name, id, change: 'removed' })
  return changes
}

/** The same entries in another order; routes in the same order may have another parent: then the root route. */
function firstMoved(before: Entry[], after: Entry[]): string {
  const [first] = after.filter(([id], place) => before[place]?.[0] !== id).concat(after)
  return first?.[0] ?? ''
}

function same(a: unknown, b: unknown): boolean {
  return compared(a, b)[1]
}

/** Equal as stored: a key without a value is no key, and the order of keys has no meaning. `chars`: of JSON, read for it. */
function compared(a: unknown, b: unknown): [chars: number, isSame: boolean] {
  if (a === b) return [0, true]
  const [before, after] = [JSON.stringify(a), JSON.stringify(b)]
  const chars = (before?.length ?? 0) + (after?.length ?? 0)
  if (before === after) return [chars, true]
  return [chars, before?.length === after?.length && isDeepStrictEqual(stored(a), stored(b))]
}

function stored(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
