import { json } from '../../../shared/base/answers.ts'
import { never } from '../../../shared/base/never.ts'
import { inSlices, type Steps } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { createItem, type ItemResult, removeItem, replaceItem } from '../../../shared/document/items.ts'
import { prepareDocument, prepareRules, prepareTemplates } from '../../../shared/document/prepare.ts'
import { warningsOfEntry } from '../../../shared/document/sections/registry.ts'
import type { Collection } from '../../../shared/document/sections/section.ts'
import type { Problem } from '../../../shared/problem/problem.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { etagOf, staleRefusal, withEtag } from '../http/match.ts'
import type { Answer, Ask, Refusal } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { applyChange, type ChangeResult, dryRunAnswer, type Hold } from './change.ts'
import { showEntriesTo, withWarnings } from './entry-view.ts'
import { keepRuleForm } from './rule-form.ts'

/**
 * A change of one entry is decided anew after every change in between, and undoes no other change. So it is tried
 * more often than a change of the whole document.
 */
const TRIES = 5

export async function createEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request, { exact: true })
  if (!body.ok) return body.refusal
  const changed = await saveEntry(deps, collection, ask, { value: body.value })
  if ('refused' in changed) return changed
  return entryAnswer(deps, collection, ask, 201, (body.value as { id: string }).id, changed)
}

export async function replaceEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request, { exact: true })
  if (!body.ok) return body.refusal
  const id = ask.param('id')
  const changed = await saveEntry(deps, collection, ask, { id, value: body.value, match: matchOf(ask) })
  return 'refused' in changed ? changed : entryAnswer(deps, collection, ask, 200, id, changed)
}

export async function removeEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const changed = await dropEntry(deps, collection, ask, { id: ask.param('id'), match: matchOf(ask) })
  if ('refused' in changed) return changed
  return changed.revision === undefined ? json(200, dryRunAnswer(changed)) : new Response(null, { status: 204 })
}

function matchOf({ request }: Ask): string | null {
  return request.headers.get('if-match')
}

/** An entry of a collection. `match`: the tag of the entry that the author of the change has read. */
interface EntryChange {
  id: string
  match: string | null
}

/** Adds an entry, or replaces the entry of the id; `hold`: unless too much would change by that. */
export async function saveEntry(
  deps: ApiDeps,
  collection: Collection,
  ask: Ask,
  { value, ...change }: { value: unknown } & Partial<EntryChange>,
  hold?: Hold,
): Promise<ChangeResult> {
  const problems = await inSlices(prepareDocument({ [collection.key]: [value] }))
  if (problems.length > 0) {
    return invalid(problems.map(({ path, message }) => ({ path: path.replace(/^\w+\[0\]\.?/, ''), message })))
  }
  const { id } = change
  const make = (current: Config): Steps<ItemResult> =>
    id === undefined
      ? createItem(collection, value, current, deps.secrets)
      : replaceItem(collection, id, value, current, deps.secrets)
  return await changeCollection(deps, collection, ask, change, make, { given: value, hold })
}

export function dropEntry(deps: ApiDeps, collection: Collection, ask: Ask, change: EntryChange): Promise<ChangeResult> {
  return changeCollection(deps, collection, ask, change, (current) =>
    removeItem(collection, change.id, current, deps.secrets),
  )
}

function changeCollection(
  deps: ApiDeps,
  collection: Collection,
  ask: Ask,
  { id, match = null }: Partial<EntryChange>,
  make: (current: Config) => Steps<ItemResult>,
  { given, hold }: { given?: unknown; hold?: Hold | undefined } = {},
): Promise<ChangeResult> {
  return applyChange(
    deps,
    ask,
    async (current, stored) => {
      const stale = id === undefined ? undefined : staleEntry(deps, collection, ask, { id, match }, current)
      if (stale !== undefined) return { ok: false, refusal: stale }
      if (collection.key === 'rules') await keepRuleForm(stored)
      const problems = await inSlices(prepareAll(collection, current, id, given))
      if (problems.length > 0) return { ok: false, refusal: invalid(problems) }
      const made = await inSlices(make(current))
      return made.ok ? made : { ok: false, refusal: itemRefusal(collection, made) }
    },
    { tries: TRIES, hold },
  )
}

/** What all entries of the collection need together, where that is limited, with the given entry in place. */
function* prepareAll({ key }: Collection, current: Config, id: string | undefined, given: unknown): Steps<Problem[]> {
  const others = (list: readonly { id: string }[]): unknown[] => list.filter((one) => one.id !== id)
  if (key === 'rules') return yield* prepareRules([...others(current.rules), given])
  if (key === 'templates') return yield* prepareTemplates([...others(current.templates), given])
  return []
}

function staleEntry(
  deps: ApiDeps,
  collection: Collection,
  ask: Ask,
  { id, match }: EntryChange,
  current: Sections,
): Refusal | undefined {
  const present = entryTag(deps, collection, ask, id, current)
  return present === undefined ? undefined : staleRefusal(match, present)
}

/** The tag of an entry; undefined: there is no such entry. */
export function entryTag(
  deps: ApiDeps,
  { key }: Collection,
  { account }: Ask,
  id: string,
  { [key]: list }: Sections,
): string | undefined {
  const entry = Array.isArray(list) ? (list as { id: string }[]).find((one) => one.id === id) : undefined
  return entry && etagOf(deps, account, entry)
}

function entryAnswer(
  deps: ApiDeps,
  collection: Collection,
  ask: Ask,
  status: number,
  id: string,
  changed: Exclude<ChangeResult, Refusal>,
): Answer {
  const { next, revision } = changed
  if (revision === undefined) {
    return json(200, dryRunAnswer({ ...changed, warnings: warningsOfEntry(collection, next, id) }))
  }
  const entry = showEntriesTo(deps, ask, collection, next).find((one) => one.id === id)
  const answer = json(status, entry && withWarnings(collection, entry, next))
  const tag = entryTag(deps, collection, ask, id, next)
  return tag === undefined ? answer : withEtag(answer, tag)
}

function itemRefusal({ one }: Collection, made: Exclude<ItemResult, { ok: true }>): Refusal {
  switch (made.reason) {
    case 'unknown':
      return notFound(one)
    case 'exists':
      return refuseWith(409, 'exists', `another ${one} has that id already: change it with PUT`)
    case 'invalid':
      return invalid(made.problems)
    case 'needed': {
      const details = made.problems
      const why = details.map(({ message }) => message).join('; ')
      return refuseWith(409, 'needed', `the ${one} cannot be deleted: ${why}`.slice(0, 400), { details })
    }
    default:
      return never(made)
  }
}
