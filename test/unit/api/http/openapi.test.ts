import { beforeAll, describe, expect, test } from 'vitest'
import { apiRoutes } from '../../../../functions/api/handler.ts'
import { INGESTED } from '../../../../functions/api/http/ingested.ts'
import { channelTypes } from '../../../../shared/channels/registry.ts'
import { sections } from '../../../../shared/document/sections/registry.ts'
import { startApi } from '../harness.ts'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']
const INGESTED_TITLES = INGESTED.map(({ method, path }) => `${method} ${path}`)

interface Schema {
  $ref?: string
  type?: string
  items?: Schema
  properties?: Record<string, Schema>
  oneOf?: Schema[]
  anyOf?: Schema[]
  [keyword: string]: unknown
}

interface Content {
  description?: string
  content?: Record<string, { schema: Schema }>
  $ref?: string
}

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  parameters?: { name: string; in: string; description?: string; schema: Schema }[]
  requestBody?: Content
  responses: Record<string, Content>
}

interface Document {
  openapi: string
  tags: { name: string; description: string }[]
  servers: object[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; responses: Record<string, Content> }
}

let api: Awaited<ReturnType<typeof startApi>>
let document: Document
beforeAll(async () => {
  api = await startApi()
  document = (await api.ask('GET', '/openapi.json')).json
})

/** Every operation, named by method and path. */
const operations = (): [title: string, operation: Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )

/** The contents of bodies and answers of an operation; shared answers are looked up. */
function contentsOf({ requestBody, responses }: Operation): [place: string, type: string, schema: Schema][] {
  const parts = { body: requestBody ?? {}, ...responses }
  return Object.entries(parts).flatMap(([place, { $ref, content = {} }]) => {
    const found = $ref === undefined ? content : (document.components.responses[$ref.split('/').at(-1)!]?.content ?? {})
    return Object.entries(found).map(([type, { schema }]): [string, string, Schema] => [place, type, schema])
  })
}

describe('api: its description', () => {
  test('describes every route that answers, and no other', async () => {
    expect(document.openapi).toBe('3.1.0')
    for (const path of Object.keys(document.paths)) {
      for (const method of METHODS) {
        if (INGESTED_TITLES.includes(`${method} ${path}`)) continue
        const { status } = await api.ask(method, path.replaceAll(/\{\w+\}/g, 'x'))
        // An entry may have the id `import`, so the path of an import is the path of an entry too.
        const at = [path, path.replace(/\/import$/, '/{id}')]
        const described = at.some((one) => document.paths[one]?.[method.toLowerCase()] !== undefined)
        expect([method, path, status !== 405]).toEqual([method, path, described])
      }
    }
  })

  test('describes what is mounted, and what ingest takes', async () => {
    const routes = apiRoutes(api.deps)
      .filter(({ page }) => !page)
      .map(({ method, path }) => `${method} ${path}`)
    expect(
      operations()
        .map(([title]) => title)
        .sort(),
    ).toEqual([...routes, ...INGESTED_TITLES].sort())
  })

  test('has the settings of every kind of channel, and says which are secret', () => {
    const { schemas } = document.components
    const kinds = schemas.Channel?.oneOf?.map(({ $ref = '' }) => schemas[$ref.split('/').at(-1)!]?.properties)
    expect(kinds?.map((properties) => properties?.type)).toEqual(
      [...channelTypes.keys()].map((type) => ({ type: 'string', const: type })),
    )
    const webhook = schemas.WebhookChannel?.properties
    expect(webhook?.secret).toMatchObject({ title: 'Signing secret', type: 'string', format: 'password' })
    expect(webhook?.headers).toMatchObject({ type: 'object', additionalProperties: { type: 'string' } })
  })

  test('has every section of the document, with a type', () => {
    const { properties = {} } = document.components.schemas.Config ?? {}
    expect(Object.keys(properties)).toEqual(sections.map(({ name }) => name))
    for (const [name, schema] of Object.entries(properties)) {
      const { $ref = '', items } = schema
      expect([name, $ref !== '' || items?.$ref !== undefined || items?.anyOf !== undefined]).toEqual([name, true])
    }
  })

  test('names every operation once, with a tag that is explained, and every parameter', () => {
    const ids = operations().map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = new Set(document.tags.map(({ name }) => name))
    for (const [title, { tags: used, summary, description, parameters = [] }] of operations()) {
      expect([title, used.length, used.every((tag) => tags.has(tag))]).toEqual([title, 1, true])
      expect([title, summary, description]).toEqual([title, expect.stringMatching(/./), expect.stringMatching(/\.$/)])
      for (const [, name] of title.matchAll(/\{(\w+)\}/g)) {
        expect(parameters).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }))
      }
    }
  })

  test('lists the refusals of every operation, each with a body', () => {
    for (const [title, operation] of operations()) {
      const statuses = Object.keys(operation.responses)
      const guarded = !/"security":\[\]/.test(JSON.stringify(operation)) || title.includes('/i/{token}')
      const wanted = [
        ...(guarded ? ['401', '429'] : []),
        ...(operation.requestBody ? ['400', '413', '422'] : []),
        '431',
        '503',
      ]
      expect([title, wanted.filter((status) => !statuses.includes(status))]).toEqual([title, []])
      for (const [place, type, schema] of contentsOf(operation)) {
        const known = schema.$ref !== undefined || schema.type !== undefined || schema.oneOf || schema.anyOf
        expect([title, place, type, known !== undefined]).toEqual([title, place, type, true])
      }
    }
  })

  test('names the schema of every object that a body or an answer is', () => {
    for (const [title, operation] of operations()) {
      for (const [place, , schema] of contentsOf(operation)) {
        const inner = [schema, schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
        const anonymous = inner.filter((one) => one?.properties !== undefined)
        expect([title, place, anonymous]).toEqual([title, place, []])
      }
    }
  })

  test('has defaults of properties in words: generators take a property with a default for a required one', () => {
    const withDefault = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([property, schema]) => ('default' in schema ? [`${name}.${property}`] : [])),
    )
    expect(withDefault).toEqual([])
    expect(document.components.schemas.Integration?.properties?.access?.description).toBe('`"post"` when absent')
  })

  test('refers to what is there', () => {
    const { schemas, responses } = document.components
    const there = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ]
    const used = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, name]) => name as string),
    )
    expect([...used].sort()).toEqual(there.sort())
  })

  test('lets a client repeat a matcher, and send flags as such', () => {
    for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups', '/api/v2/silences', '/i/{token}/api/v2/alerts']) {
      const parameters = document.paths[path]?.get?.parameters ?? []
      expect(parameters.find(({ name }) => name === 'filter')).toMatchObject({
        style: 'form',
        explode: true,
        schema: { type: 'array', items: { type: 'string' } },
      })
      expect(parameters.find(({ name }) => name === 'active')?.schema).toEqual({ type: 'boolean', default: true })
    }
  })

  test('describes both posts of senders, with every content type and answer', () => {
    const { post } = document.paths['/i/{token}'] ?? {}
    expect(Object.keys(post?.requestBody?.content ?? {})).toEqual([
      'application/json',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'application/x-ndjson',
    ])
    const statuses = [
      '400',
      '401',
      '403',
      '404',
      '405',
      '408',
      '413',
      '415',
      '422',
      '429',
      '431',
      '500',
      '503',
      'default',
    ]
    expect(Object.keys(post?.responses ?? {}).sort()).toEqual(['202', ...statuses])
    const alerts = document.paths['/i/{token}/api/v2/alerts']?.post
    expect(Object.keys(alerts?.responses ?? {}).sort()).toEqual(['200', ...statuses])
  })
})
