import { describe, expect, test } from 'vitest'
import type { Table } from '../../../../shared/table/port.ts'
import { CONFIG, startApi } from '../harness.ts'

describe('api: when something is away', () => {
  test.each([
    ['GET', '/api/v1/config'],
    ['GET', '/api/v1/alerts'],
    ['GET', '/api/v2/alerts'],
    ['GET', '/api/v2/silences'],
    ['POST', '/-/reload'],
  ])('%s %s is 503, never 500, and says nothing of the cause', async (method, path) => {
    let broken = false
    const failing = (table: Table): Table => ({
      ...table,
      async get(key) {
        if (broken) throw new Error('secret internals')
        return table.get(key)
      },
    })
    const api = await startApi(failing)
    broken = true
    const { status, text, json, headers } = await api.ask(method, path, { key: 'a-owner' })
    expect(status).toBe(503)
    expect(text).not.toContain('internals')
    expect(headers.get('retry-after')).toBe('5')
    if (path.startsWith('/api/v2')) expect(json.code).toBe(503)
    else expect(json.error).toMatchObject({ code: 'unavailable', requestId: expect.any(String) })
  })

  test('a change that no group would hear of is not made', async () => {
    const api = await startApi()
    const before = await api.ask('GET', '/api/v1/config', { key: 'a-owner' })
    api.failSends(0)
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })).status).toBe(503)
    expect((await api.ask('GET', '/api/v1/config', { key: 'a-owner' })).text).toBe(before.text)
  })

  test('a change that was announced is made though the groups cannot be woken at once', async () => {
    const api = await startApi()
    api.failSends(1)
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })).status).toBe(200)
    expect(api.metrics.render()).toContain('tocsin_api_wakes_failed_total 1')
  })
})

describe('api: hostile paths', () => {
  test.each([
    '/',
    '/api',
    '/api/v1',
    '/api/v1/nope',
    '/api/v1/%',
    '/%00',
    '/i',
    '/i/',
    `/${'x'.repeat(5000)}`,
    '/api/v1/config/../../x',
    '//api/v1/config',
  ])('GET %.50s is 404 with an error', async (path) => {
    const api = await startApi()
    const { status, json, text } = await api.ask('GET', path, { key: 'a-owner' })
    expect(status).toBe(404)
    expect(json.error.code).toBe('not_found')
    expect(text.length).toBeLessThan(500)
  })

  test('no other site may read an answer', async () => {
    const api = await startApi()
    const { headers } = await api.ask('GET', '/-/ready', { headers: { origin: 'https://evil.example' } })
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect((await api.ask('OPTIONS', '/api/v2/alerts')).status).toBe(405)
  })
})
