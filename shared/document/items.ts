import type { Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import type { Config } from '../config/config.ts'
import type { Sections } from '../config/sections.ts'
import { type Problem, quoted } from '../problem/problem.ts'
import type { SecretBox } from '../secret/seal.ts'
import { entriesOf, shownEntries } from './sections/registry.ts'
import type { Collection, Shown } from './sections/section.ts'
import { readTocsinYml } from './tocsin-yml.ts'
import { usesOf } from './uses.ts'

/*
 * A single entry of a collection. The section is written as the document would show the section, with the entry in
 * place, and read as a document: the document decides the shape of an entry, how secrets are kept and which
 * references have to exist.
 */

export type ItemResult =
  | { ok: true; next: Sections }
  | { ok: false; reason: 'unknown' }
  | { ok: false; reason: 'exists' }
  /** Paths begin at the entry. */
  | { ok: false; reason: 'invalid'; problems: Problem[] }
  /** The account needs the entry: the problems name the entries with a reference to the removed entry. */
  | { ok: false; reason: 'needed'; problems: Problem[] }

export function* createItem(
  collection: Collection,
  given: unknown,
  current: Config,
  secrets: SecretBox,
): Steps<ItemResult> {
  if (!isObject(given)) return notMapping()
  if (typeof given.id === 'string' && placeOf(collection, given.id, current) >= 0)
    return { ok: false, reason: 'exists' }
  const list = shownEntries(collection, current)
  return yield* readWith(collection, [...list, given], list.length, current, secrets)
}

/** Replaces the whole entry: an absent field gets its default. The id stays, and need not be repeated. */
export function* replaceItem(
  collection: Collection,
  id: string,
  given: unknown,
  current: Config,
  secrets: SecretBox,
): Steps<ItemResult> {
  const place = placeOf(collection, id, current)
  if (place < 0) return { ok: false, reason: 'unknown' }
  if (!isObject(given)) return notMapping()
  const list = shownEntries(collection, current)
  const read = yield* readWith(collection, list.with(place, { ...given, id }), place, current, secrets)
  if (given.id === undefined || given.id === id) return read
  const others = !read.ok && 'problems' in read ? read.problems : []
  const problem = { path: 'id', message: `is ${quoted(id)} and cannot be changed` }
  return { ok: false, reason: 'invalid', problems: [problem, ...others] }
}

export function* removeItem(
  collection: Collection,
  id: string,
  current: Config,
  secrets: SecretBox,
): Steps<ItemResult> {
  const place = placeOf(collection, id, current)
  if (place < 0) return { ok: false, reason: 'unknown' }
  const list = shownEntries(collection, current).toSpliced(place, 1)
  const result = yield* readWith(collection, list, undefined, current, secrets)
  if (!result.ok) return result.reason === 'invalid' ? neededBy(collection, id, current, result.problems) : result
  if (placeOf(collection, id, result.next) < 0) return result
  return { ok: false, reason: 'needed', problems: [{ path: '', message: collection.kept ?? 'it is always there' }] }
}

/** Who names the entry, in the place of the words that a document without the entry would get. */
function neededBy(collection: Collection, id: string, current: Config, problems: Problem[]): ItemResult {
  const uses = usesOf(collection, id, current)
  const said = new Set(uses.map(({ without }) => without))
  const others = problems.filter(({ message }) => !said.has(message))
  const named = uses.map(({ path, message }) => ({ path, message }))
  return { ok: false, reason: 'needed', problems: [...named, ...others] }
}

function placeOf(collection: Collection, id: string, sections: Sections): number {
  return entriesOf(collection, sections).findIndex(([known]) => known === id)
}

function* readWith(
  collection: Collection,
  list: readonly Shown[],
  place: number | undefined,
  current: Config,
  secrets: SecretBox,
): Steps<ItemResult> {
  const read = yield* readTocsinYml({ [collection.name]: list }, current, secrets)
  if (read.ok) return read
  const problems = read.problems.map((problem) => problemSeenFromEntry(collection, list, place, problem))
  return { ok: false, reason: 'invalid', problems }
}

const IN_LIST = /^\w+\[(\d+)\]\.?(.*)$/s

/** A problem of the document, seen from the single entry: a problem of another entry says its place in the message. */
function problemSeenFromEntry(
  { name, one }: Collection,
  list: readonly Shown[],
  place: number | undefined,
  { path, message }: Problem,
): Problem {
  const found = path.startsWith(`${name}[`) ? IN_LIST.exec(path) : null
  if (found === null) return { path: '', message }
  const [, index, rest = ''] = found
  if (Number(index) === place) return { path: rest, message }
  const entry = `${one} ${quoted(String(list[Number(index)]?.id))}`
  return { path: '', message: [entry, ...(rest === '' ? [] : [rest]), message].join(': ') }
}

function notMapping(): ItemResult {
  return { ok: false, reason: 'invalid', problems: [{ path: '', message: 'expected a mapping' }] }
}
