import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { collections } from '../../../shared/document/sections/registry.ts'
import type { Collection } from '../../../shared/document/sections/section.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import type { ApiDeps } from '../http/deps.ts'
import { withEtag } from '../http/match.ts'
import { pageOfArray } from '../http/paging.ts'
import type { Answer, Ask, Route, RouteDescription } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import { dryRunQuery, matchHeaders, planned } from './change.ts'
import { createEntry, entryTag, removeEntry, replaceEntry } from './collection-changes.ts'
import { showEntriesTo, withWarnings } from './entry-view.ts'
import { integrationRoutes, statisticsOf } from './integrations.ts'

/** The sections of the document whose entries have ids, as lists of the API. */
export function collectionRoutes(deps: ApiDeps): Route[] {
  return [...collections.flatMap((collection) => collectionRoutesOf(deps, collection)), ...integrationRoutes(deps)]
}

/** The path of a section's list: `/api/v1/user-groups` for `userGroups`. */
export function listPath(name: string): string {
  return `/api/v1/${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function collectionRoutesOf(deps: ApiDeps, collection: Collection): Route[] {
  const path = listPath(collection.name)
  const one = `${path}/{id}`
  const about = describeRoutes(collection)
  const reads = 'viewer'
  const writes = 'editor'
  return [
    { method: 'GET', path, access: reads, about: about.list, handle: (ask) => listEntries(deps, collection, ask) },
    { method: 'POST', path, access: writes, about: about.create, handle: (ask) => createEntry(deps, collection, ask) },
    { method: 'GET', path: one, access: reads, about: about.show, handle: (ask) => getEntry(deps, collection, ask) },
    {
      method: 'PUT',
      path: one,
      access: writes,
      about: about.put,
      handle: (ask) => replaceEntry(deps, collection, ask),
    },
    {
      method: 'DELETE',
      path: one,
      access: writes,
      about: about.remove,
      handle: (ask) => removeEntry(deps, collection, ask),
    },
  ]
}

function describeRoutes({
  name,
  one,
  entry,
}: Collection): Record<'list' | 'create' | 'show' | 'put' | 'remove', RouteDescription> {
  const query = dryRunQuery
  const body = { schema: entry, note: `An entry of \`${name}\` in tocsin.yml` }
  const shown = { text: `The ${one}, secrets masked`, schema: entry }
  const shownOrPlanned = { text: `${shown.text}; with \`dryRun\` the plan`, schema: z.union([entry, planned]) }
  const unknown = { 404: { text: 'No entry has the id' } }
  const refused = { 422: { text: 'Nothing was changed; every problem with its path' } }
  const dry = { 200: { text: 'With `dryRun`: the plan', schema: planned } }
  const changed = { 412: { text: 'The entry is no longer the one of `If-Match`' } }
  const meanwhile = 'Another change of the configuration came at the same moment'
  return {
    list: {
      summary: `The ${name} of the account`,
      query: pagingQuery,
      answers: { 200: { text: `The ${name}`, schema: listOf(entry) } },
    },
    create: {
      summary: `Add an entry to the ${name}`,
      query,
      body,
      answers: { ...dry, 201: shown, 409: { text: `An entry has the id already. Or: ${meanwhile}` }, ...refused },
    },
    show: { summary: `The ${one}`, answers: { 200: shown, ...unknown } },
    put: {
      summary: `Replace the ${one}; a masked secret that is put back keeps the stored secret`,
      query,
      headers: matchHeaders,
      body,
      answers: { 200: shownOrPlanned, ...unknown, 409: { text: meanwhile }, ...changed, ...refused },
    },
    remove: {
      summary: `Delete the ${one}`,
      query,
      headers: matchHeaders,
      answers: {
        ...dry,
        204: { text: 'Deleted' },
        ...unknown,
        409: { text: `Another entry, named in the answer, needs the entry. Or: ${meanwhile}` },
        ...changed,
      },
    },
  }
}

async function listEntries(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps, ask.account, [collection.key])
  const page = pageOfArray(
    showEntriesTo(deps, ask, collection, config),
    (entry) => entry,
    ask,
    collection.name,
    deps.secrets,
  )
  return 'refused' in page ? page : json(200, page)
}

async function getEntry(deps: ApiDeps, collection: Collection, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps, ask.account, [collection.key, ...(collection.warnsBy ?? [])])
  const id = ask.param('id')
  const found = showEntriesTo(deps, ask, collection, config).find((one) => one.id === id)
  if (found === undefined) return notFound(collection.one)
  const shown =
    collection.key === 'integrations'
      ? { ...found, statistics: await statisticsOf(deps, ask, id) }
      : withWarnings(collection, found, config)
  const tag = entryTag(deps, collection, ask, id, config)
  return tag === undefined ? json(200, shown) : withEtag(json(200, shown), tag)
}
