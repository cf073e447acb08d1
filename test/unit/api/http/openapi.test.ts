import { describe, expect, test } from 'vitest'
import { apiRoutes } from '../../../../functions/api/handler.ts'
import { channelTypes } from '../../../../shared/channels/registry.ts'
import { startApi } from '../harness.ts'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']

describe('api: its description', () => {
  test('describes every route that answers, and no other', async () => {
    const api = await startApi()
    const { json } = await api.ask('GET', '/openapi.json')
    expect(json.openapi).toBe('3.1.0')
    for (const path of Object.keys(json.paths)) {
      for (const method of METHODS) {
        const { status } = await api.ask(method, path.replaceAll(/\{\w+\}/g, 'x'))
        const described = json.paths[path][method.toLowerCase()] !== undefined
        expect([method, path, status !== 405]).toEqual([method, path, described])
      }
    }
  })

  test('describes what is mounted', async () => {
    const api = await startApi()
    const { json } = await api.ask('GET', '/openapi.json')
    const described = Object.entries<object>(json.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routes = apiRoutes(api.deps)
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
  })

  test('has the settings of every kind of channel, and says which are secret', async () => {
    const api = await startApi()
    const { json } = await api.ask('GET', '/openapi.json')
    const { schema } = json.paths['/api/v1/channels'].post.requestBody.content['application/json']
    const kinds: { properties: Record<string, object> }[] = schema.anyOf
    expect(kinds.map(({ properties }) => properties.type)).toEqual(
      [...channelTypes.keys()].map((type) => ({ type: 'string', const: type })),
    )
    const webhook = kinds.find((one) => (one.properties.type as { const: string }).const === 'webhook')?.properties
    expect(webhook?.secret).toMatchObject({ title: 'Signing secret', type: 'string', format: 'password' })
    expect(webhook?.headers).toMatchObject({ type: 'object', additionalProperties: { type: 'string' } })
  })

  test('names every operation once and every parameter of its path', async () => {
    const api = await startApi()
    const { json } = await api.ask('GET', '/openapi.json')
    const ids = new Set<string>()
    for (const [path, operations] of Object.entries<Record<string, { operationId: string; parameters?: unknown[] }>>(
      json.paths,
    )) {
      for (const { operationId, parameters = [] } of Object.values(operations)) {
        expect(ids.has(operationId)).toBe(false)
        ids.add(operationId)
        for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
          expect(parameters).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }))
        }
      }
    }
  })
})
