import type { Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import { type Problem, under } from '../../problem/problem.ts'
import type { EntryResult } from './mapping.ts'

/** The names that references may use. A refused entry keeps its name: a reference to the entry is no second problem. */
export interface Names {
  has(name: string): boolean
}

export const NO_NAMES: Names = new Set<string>()

/** For a list that cannot be read, or with an entry whose name cannot be read: no reference can be called wrong. */
export const ANY_NAME: Names = { has: () => true }

export interface ListResult<T> {
  /** The readable entries, with their places in the document. */
  entries: { place: number; value: T }[]
  names: Names
  problems: Problem[]
}

interface ListOptions {
  limit: number
  /** The field that tells the entries apart. Absent: the entries have no names. */
  nameField?: 'id' | 'name'
  /** The problem of a name that an earlier entry has. */
  repeated?(name: string): string
}

/** A list of a document, entry by entry; paths begin at the list. Null is an empty list: `channels:` alone. */
export function* readList<T>(
  given: unknown,
  { limit, nameField, repeated = () => 'is not unique' }: ListOptions,
  read: (entry: unknown) => EntryResult<T>,
): Steps<ListResult<T>> {
  const list = given ?? []
  if (!Array.isArray(list)) {
    return { entries: [], names: ANY_NAME, problems: [{ path: '', message: 'expected a list' }] }
  }
  const tooMany = overLimit('', list.length, limit)
  if (tooMany.length > 0) return { entries: [], names: ANY_NAME, problems: tooMany }
  const names = nameField === undefined ? [] : list.map((entry) => nameOf(entry, nameField))
  const known = names.every((name) => name !== undefined) ? new Set(names) : ANY_NAME
  const entries: ListResult<T>['entries'] = []
  const problems: Problem[] = []
  for (const [place, entry] of list.entries()) {
    const result = read(entry)
    if (result.ok) entries.push({ place, value: result.value })
    else for (const problem of under(`[${place}]`, result.problems)) problems.push(problem)
    yield UNITS_PER_ENTRY + UNITS_PER_VALUE * valuesIn(entry)
  }
  const seen = new Set<string>()
  for (const [place, name] of names.entries()) {
    if (name === undefined) continue
    if (seen.has(name)) problems.push({ path: `[${place}].${nameField}`, message: repeated(name) })
    seen.add(name)
  }
  return { entries, names: known, problems }
}

/** A channel with a few settings takes a tenth of a millisecond: its schema, and the seals of its secrets. */
const UNITS_PER_ENTRY = 100
const UNITS_PER_VALUE = 2

/** The document was measured before: it is neither deep nor large. */
export function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  let count = 1
  for (const inner of Object.values(value)) count += valuesIn(inner)
  return count
}

function nameOf(entry: unknown, field: string): string | undefined {
  const name = isObject(entry) && Object.hasOwn(entry, field) ? entry[field] : undefined
  return typeof name === 'string' ? name : undefined
}

/** A problem for a list that is longer than its limit. */
export function overLimit(path: string, length: number, limit: number): Problem[] {
  return length > limit ? [{ path, message: `limit: has ${length} entries, at most ${limit} are allowed` }] : []
}
