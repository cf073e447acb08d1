import { json } from '../../../shared/base/answers.ts'
import { never } from '../../../shared/base/never.ts'
import { inSlices } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import { createItem, type ItemResult, removeItem, replaceItem } from '../../../shared/document/items.ts'
import { prepareDocument } from '../../../shared/document/prepare.ts'
import type { Collection } from '../../../shared/document/sections/section.ts'
import { prepareRuleEntries } from '../../../shared/rule-book/entries.ts'
import { type BodyRead, invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Refusal } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { applyChange, type ChangeResult } from './change.ts'
import { showEntriesTo, withWarnings } from './entry-view.ts'

/**
 * A change of one entry is decided anew after every change in between, and undoes no other change. So it is tried
 * more often than a change of the whole document.
 */
const TRIES = 5

export async function createEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const body = await readEntry(collection, ask)
  if (!body.ok) return body.refusal
  const changed = await changeCollection(deps, collection, ask, (current) =>
    createItem(collection, body.value, current, deps.secrets),
  )
  if ('refused' in changed) return changed
  return entryAnswer(deps, collection, ask, 201, (body.value as { id: string }).id, changed)
}

export async function replaceEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const body = await readEntry(collection, ask)
  if (!body.ok) return body.refusal
  const id = ask.param('id')
  const make = (current: Config): ItemResult => replaceItem(collection, id, body.value, current, deps.secrets)
  const changed = await changeCollection(deps, collection, ask, make)
  return 'refused' in changed ? changed : entryAnswer(deps, collection, ask, 200, id, changed)
}

export async function removeEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const id = ask.param('id')
  const changed = await changeCollection(deps, collection, ask, (current) =>
    removeItem(collection, id, current, deps.secrets),
  )
  if ('refused' in changed) return changed
  return changed.revision === undefined ? json(200, { plan: changed.plan }) : new Response(null, { status: 204 })
}

async function readEntry(collection: Collection, ask: Ask): Promise<BodyRead<unknown>> {
  const body = await readJson(ask.request, { exact: true })
  if (!body.ok) return body
  const problems = await inSlices(prepareDocument({ [collection.key]: [body.value] }))
  if (problems.length === 0) return body
  const inEntry = problems.map(({ path, message }) => ({ path: path.replace(/^\w+\[0\]\.?/, ''), message }))
  return { ok: false, refusal: invalid(inEntry) }
}

function changeCollection(
  deps: ApiDeps,
  collection: Collection,
  ask: Ask,
  make: (current: Config) => ItemResult,
): Promise<ChangeResult> {
  return applyChange(
    deps,
    ask,
    async (current) => {
      await inSlices(prepareRuleEntries(collection.key === 'rules' ? current.rules : []))
      const made = make(current)
      return made.ok ? made : { ok: false, refusal: itemRefusal(collection, made) }
    },
    TRIES,
  )
}

function entryAnswer(
  deps: ApiDeps,
  collection: Collection,
  ask: Ask,
  status: number,
  id: string,
  { next, plan, revision }: Exclude<ChangeResult, Refusal>,
): Answer {
  if (revision === undefined) return json(200, { plan })
  const entry = showEntriesTo(deps, ask, collection, next).find((one) => one.id === id)
  return json(status, entry && withWarnings(collection, entry, next))
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
