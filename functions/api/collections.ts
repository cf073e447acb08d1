import * as z from 'zod'
import { integrationToken, integrationUrl } from '../../shared/account/token.ts'
import { json } from '../../shared/base/answers.ts'
import type { Config, Integration } from '../../shared/config/config.ts'
import { maskChannel, maskIntegration, maskPolicy } from '../../shared/config/mask.ts'
import { readConfig } from '../../shared/store/configs.ts'
import type { ApiDeps } from './deps.ts'
import { pageOf } from './paging.ts'
import { atLeast } from './role.ts'
import type { Answer, Ask, Route } from './route.ts'
import { notFound } from './route.ts'
import { listOf, pagingQuery } from './schemas.ts'

/** A section of the document as a list of its own. */
interface Collection {
  name: 'integrations' | 'channels' | 'policies'
  one: string
  items(config: Config): readonly { id: string }[]
  show(thing: never, ask: Ask): object
}

export function collectionRoutes(deps: ApiDeps): Route[] {
  const collections: Collection[] = [
    {
      name: 'integrations',
      one: 'integration',
      items: (config) => config.integrations,
      show: (integration: Integration, ask) => showIntegration(deps, integration, ask),
    },
    { name: 'channels', one: 'channel', items: (config) => config.channels, show: maskChannel },
    { name: 'policies', one: 'policy', items: (config) => config.policies, show: maskPolicy },
  ]
  return collections.flatMap((collection) => routesOf(deps, collection))
}

function routesOf(deps: ApiDeps, collection: Collection): Route[] {
  const { name, one } = collection
  const path = `/api/v1/${name}`
  const item = z.record(z.string(), z.unknown())
  const common = {
    method: 'GET',
    access: 'viewer',
    hint: 'read only in this version, change it with PUT /api/v1/config',
  } as const
  return [
    {
      ...common,
      path,
      about: {
        summary: `The ${name} of the account`,
        query: pagingQuery,
        answers: { 200: { text: `Its ${name}`, schema: listOf(item) } },
      },
      handle: (ask) => list(deps, collection, ask),
    },
    {
      ...common,
      path: `${path}/{id}`,
      about: {
        summary: `One ${one}`,
        answers: { 200: { text: `The ${one}`, schema: item }, 404: { text: 'There is none of that id' } },
      },
      handle: (ask) => readOne(deps, collection, ask),
    },
  ]
}

async function list(deps: ApiDeps, { name, items, show }: Collection, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps.table, ask.account)
  const page = pageOf(items(config), (thing) => show(thing as never, ask), ask, name, deps.secrets)
  return 'refused' in page ? page : json(200, page)
}

async function readOne(deps: ApiDeps, { one, items, show }: Collection, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps.table, ask.account)
  const thing = items(config).find(({ id }) => id === ask.param('id'))
  return thing === undefined ? notFound(one) : json(200, show(thing as never, ask))
}

/** The URL lets whoever has it post alerts, so it is for those who could make one themselves. */
function showIntegration(deps: ApiDeps, integration: Integration, ask: Ask): object {
  const shown = maskIntegration(integration)
  if (!atLeast(ask.role, 'editor')) return shown
  const token = integrationToken(deps.secrets, ask.account, integration.id, integration.generation)
  return { ...shown, url: integrationUrl(deps.publicUrl, token) }
}
