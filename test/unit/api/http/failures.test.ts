import { describe, expect, test } from 'vitest'
import { createApi } from '../../../../functions/api/handler.ts'
import type { LogEntry } from '../../../../shared/base/log.ts'
import { Unavailable } from '../../../../shared/base/unavailable.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { CONFIG, startApi } from '../harness.ts'

/** An api over a table whose reads throw from some moment on. */
async function startFailing(error: () => Error) {
  let broken = false
  const failing = (table: Table): Table => ({
    ...table,
    async get(key) {
      if (broken) throw error()
      return table.get(key)
    },
  })
  const api = await startApi(failing)
  broken = true
  return api
}

const REQUESTS = [
  ['GET', '/api/v1/config'],
  ['GET', '/api/v1/alerts'],
  ['GET', '/api/v2/alerts'],
  ['GET', '/api/v2/silences'],
  ['POST', '/-/reload'],
] as const

describe('api: when something is away', () => {
  test.each(REQUESTS)('%s %s is 503; the log names the dependency, the answer does not', async (method, path) => {
    const api = await startFailing(() => new Unavailable('table', 'get', new Error('internals')))
    const { status, text, json, headers } = await api.ask(method, path, { key: 'a-owner' })
    expect(status).toBe(503)
    expect(text).not.toContain('internals')
    expect(headers.get('retry-after')).toBe('5')
    if (path.startsWith('/api/v2')) expect(json).toBe('something this needs is away; try again')
    else expect(json.error).toMatchObject({ code: 'unavailable', requestId: expect.any(String) })
    expect(api.logged).toEqual([
      {
        at: '2026-11-21T12:00:00.000Z',
        function: 'api',
        what: `${method} ${path}`,
        requestId: json.error?.requestId ?? expect.any(String),
        dependency: 'table',
        error: expect.stringContaining('Unavailable: table: get failed: Error: internals\n'),
      },
    ])
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

test('a request whose commit fails is counted as the host answers it: 503', async () => {
  const api = await startApi()
  const durable = () => Promise.reject(new Unavailable('table', 'commit', 'the disk is full'))
  const handle = createApi({ ...api.deps, table: { ...api.deps.table, durable } })
  const headers = { authorization: 'Bearer a-owner' }
  await handle(new Request('https://tocsin.example/api/v1/config', { headers }))
  await Promise.resolve()
  const counted = api.metrics.render().match(/tocsin_api_requests_total\{[^}]*path="\/api\/v1\/config"\} [1-9]/g)
  expect(counted).toEqual(['tocsin_api_requests_total{code="503",path="/api/v1/config"} 1'])
})

describe('api: when there is a bug', () => {
  test.each(REQUESTS)('%s %s is 500; the log has its stack under the request id', async (method, path) => {
    const api = await startFailing(() => new TypeError('Cannot read properties of undefined (reading internals)'))
    const { status, text, json, headers } = await api.ask(method, path, { key: 'a-owner' })
    expect([status, headers.get('retry-after')]).toEqual([500, null])
    expect(text).not.toContain('internals')
    expect(api.logged).toHaveLength(1)
    const [{ requestId = '', error = '', dependency }] = api.logged as [LogEntry]
    expect(dependency).toBeUndefined()
    expect(error).toMatch(/^TypeError: Cannot read properties of undefined \(reading internals\)\n {4}at .*failures/)
    if (path.startsWith('/api/v2')) expect(json).toContain(requestId)
    else expect(json.error).toMatchObject({ code: 'internal', requestId })
    expect(api.metrics.render()).toContain(`tocsin_api_requests_total{code="500",path="${path}"} 1`)
  })

  test('neither log nor answer has the key, the token or the body of the request', async () => {
    const api = await startApi()
    await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })
    const { items } = (await api.ask('GET', '/api/v1/integrations', { key: 'a-owner' })).json
    const token = items[0].url.replace(/^.*\/i\//, '')
    // The text of an error that quotes the whole request.
    const current = async () => JSON.parse(`the hushed text of the body, of ${token} and of a-owner`)
    const handle = createApi({ ...api.deps, configs: { current } })
    const headers = { authorization: 'Bearer a-owner', 'content-type': 'application/json' }
    for (const path of [`/i/${token}/api/v2/silences`, '/api/v2/alerts']) {
      const url = `https://tocsin.example${path}`
      const response = await handle(new Request(url, { method: 'POST', headers, body: '[{"hushed":1}]' }))
      expect(response.status).toBe(500)
      expect(await response.text()).not.toMatch(/hush|tsn_|a-owner/)
    }
    expect(api.logged.map(({ what, account }) => [what, account])).toEqual([
      ['POST /i/{token}/api/v2/silences', undefined],
      ['POST /api/v2/alerts', 'a'],
    ])
    expect(JSON.stringify(api.logged)).not.toMatch(/hush|tsn_|a-owner/)
  })
})

describe('api: hostile paths', () => {
  test.each([
    '/api',
    '/api/v1',
    '/api/v1/nope',
    '/api/v1/%',
    '/%00',
    '/i',
    '/i/',
    `/${'x'.repeat(5000)}`,
    '/api/v1/config/../../x',
    '/api%2Fv1/config',
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
