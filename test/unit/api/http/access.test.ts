import { beforeAll, describe, expect, test } from 'vitest'
import { ADMIN_KEY, type Api, CONFIG, ROLES, startApi } from '../harness.ts'

describe('api: who may do what', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
    await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })
  })

  test.each([
    ['no key', undefined],
    ['an unknown key', 'tsk_nobody'],
    ['the admin key', ADMIN_KEY],
    ['a key with another case', 'A-OWNER'],
    ['a very long key', 'x'.repeat(10_000)],
  ])('%s gets the same 401, but for the request id', async (_what, key) => {
    const { status, json, headers } = await api.ask('GET', '/api/v1/config', key === undefined ? {} : { key })
    expect(status).toBe(401)
    const { requestId, ...error } = json.error
    expect(requestId).toMatch(/^[0-9a-f]{16}$/)
    expect(error).toEqual({
      code: 'unauthorized',
      message: 'send a valid key as "Authorization: Bearer KEY", or as the password of Basic with any user name',
    })
    expect(headers.get('www-authenticate')).toBe('Bearer, Basic realm="Tocsin", charset="UTF-8"')
  })

  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

  test.each([
    ['any:a-viewer', 200],
    [':a-viewer', 200],
    ['größe:a-viewer', 200],
    // The first colon ends the user name.
    ['a:b:a-viewer', 401],
    ['a-viewer', 401],
    ['a-viewer:', 401],
    [':', 401],
    ['', 401],
    ['any:nobody', 401],
    [`any:${ADMIN_KEY}`, 401],
    [`any:${'x'.repeat(10_000)}`, 401],
  ])('the user name and password %.50j are answered %i', async (text, status) => {
    const headers = { authorization: basic(text) }
    expect((await api.ask('GET', '/api/v1/config', { headers })).status).toBe(status)
  })

  test.each(['Basic a-owner', 'Basic', 'Basic %', 'Digest a-owner', 'a-owner', 'Bearer', 'Bearer a-owner b'])(
    'a key in the query or as %j opens nothing',
    async (authorization) => {
      const { status } = await api.ask('GET', '/api/v1/config?key=a-owner', { headers: { authorization } })
      expect(status).toBe(401)
    },
  )

  const ELSEWHERE = 'https://evil.example'
  test.each([
    [{}, 200],
    [{ 'sec-fetch-site': 'same-origin', origin: ELSEWHERE }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ origin: 'https://tocsin.example' }, 200],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: ELSEWHERE }, 403],
    [{ origin: 'null' }, 403],
  ])('a browser that keeps the key and sends %j is answered %i at a change', async (sent, status) => {
    const headers = { ...sent, authorization: basic('any:b-owner') }
    expect((await api.ask('POST', '/-/reload', { headers })).status).toBe(status)
    expect((await api.ask('GET', '/api/v1/config', { headers })).status).toBe(200)
    // No page of another site can make a browser send a Bearer.
    expect((await api.ask('POST', '/-/reload', { key: 'b-owner', headers: sent })).status).toBe(200)
  })

  const silence = '/api/v2/silence/00000000-0000-4000-8000-000000000000'
  const replay = `/api/v1/deliveries/${'0'.repeat(32)}-${'0'.repeat(24)}/replay`
  test.each([
    ['PUT', '/api/v1/config', 'editor'],
    ['PUT', '/api/v1/config/alertmanager', 'editor'],
    ['POST', '/-/reload', 'editor'],
    ['POST', replay, 'responder'],
    ['POST', '/api/v2/silences', 'responder'],
    ['DELETE', silence, 'responder'],
  ] as const)('%s %s needs the role %s, and says so', async (method, path, needed) => {
    for (const role of ROLES) {
      const { status, text } = await api.ask(method, path, { key: `b-${role}`, body: '' })
      if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) expect(status).not.toBe(403)
      else {
        expect(status).toBe(403)
        expect(text).toContain(`needs the role ${needed}`)
      }
    }
  })

  test.each([
    '/api/v1/config',
    '/api/v1/alerts',
    '/api/v1/incidents',
    '/api/v1/deliveries',
    '/api/v1/integrations',
    '/api/v2/alerts',
    '/api/v2/silences',
    '/api/v2/status',
  ])('a viewer reads %s', async (path) => {
    expect((await api.ask('GET', path, { key: 'a-viewer' })).status).toBe(200)
  })

  test('the admin key creates an account, once, whose key is an owner of it', async () => {
    const body = { id: 'new', name: 'New' }
    const made = await api.ask('POST', '/api/v1/accounts', { key: ADMIN_KEY, body })
    expect(made.status).toBe(201)
    expect(made.json).toEqual({ id: 'new', apiKey: expect.stringMatching(/^tsk_/) })
    const key = made.json.apiKey
    expect((await api.ask('PUT', '/api/v1/config', { key, body: CONFIG })).status).toBe(200)
    const again = await api.ask('POST', '/api/v1/accounts', { key: ADMIN_KEY, body })
    expect(again.status).toBe(409)
    expect(again.text).not.toContain('tsk_')
  })

  test.each([
    [{ id: 'Has Space', name: 'x' }, 'id'],
    [{ id: 'a#b', name: 'x' }, 'id'],
    [{ id: '../x', name: 'x' }, 'id'],
    [{ id: 'x'.repeat(2000), name: 'x' }, 'id'],
    [{ id: '', name: 'x' }, 'id'],
    [{ id: 'ok' }, 'name'],
    [{ id: 'ok', name: 'x', role: 'owner' }, 'role'],
    ['{', ''],
    ['[]', ''],
  ])('refuses the account %j at %j', async (body, path) => {
    const { status, json } = await api.ask('POST', '/api/v1/accounts', { key: ADMIN_KEY, body })
    expect(status).toBe(422)
    expect(json.error.details[0].path).toBe(path)
  })

  test.each(['a-owner', 'the-operato', 'the-operator2', ''])('%j creates no account', async (key) => {
    const { status } = await api.ask('POST', '/api/v1/accounts', { key, body: { id: 'x', name: 'x' } })
    expect(status).toBe(401)
  })

  test('an account named in header, query or body changes nothing', async () => {
    const headers = { 'x-account': 'a', 'x-tocsin-account': 'a', 'x-http-method-override': 'PUT' }
    const { status, json } = await api.ask('GET', '/api/v1/channels?account=a', { key: 'b-owner', headers })
    expect(status).toBe(200)
    expect(json.items).toEqual([])
  })

  describe('by the URL of an integration', () => {
    const urlOf = async (id: string): Promise<string> => {
      const { json } = await api.ask('GET', `/api/v1/integrations/${id}`, { key: 'a-editor' })
      return new URL(json.url).pathname
    }

    test('full access serves the rest of the Alertmanager API, and nothing else of the account', async () => {
      const url = await urlOf('full')
      for (const path of [
        '/api/v2/alerts',
        '/api/v2/alerts/groups',
        '/api/v2/silences',
        '/api/v2/status',
        '/api/v2/receivers',
        '/-/ready',
        '/metrics',
      ]) {
        expect((await api.ask('GET', url + path)).status).toBe(200)
      }
      expect((await api.ask('POST', `${url}/-/reload`)).status).toBe(200)
      expect((await api.ask('GET', `${url}/api/v1/config`)).status).toBe(404)
    })

    test('its metrics are the version alone', async () => {
      const { text } = await api.ask('GET', `${await urlOf('full')}/metrics`)
      expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
        'alertmanager_build_info{version="0.34.0"} 1',
        'tocsin_build_info{version="0.1.0"} 1',
      ])
    })

    test('without it everything is 403', async () => {
      const { status, json } = await api.ask('GET', `${await urlOf('post')}/api/v2/alerts`)
      expect(status).toBe(403)
      expect(json).toEqual({ code: 403, message: expect.stringContaining('access is not full') })
    })

    test('a token that is not ours is 401, whatever is wrong with it', async () => {
      const url = await urlOf('full')
      const wrong = ['/i/tsn_x', '/i/', `${url}x`, url.slice(0, -1), url.toUpperCase().replace('/I/TSN', '/i/tsn')]
      for (const path of wrong.filter((path) => path !== '/i/')) {
        expect((await api.ask('GET', `${path}/api/v2/alerts`)).status).toBe(401)
      }
    })

    test('what is left to ingest is 405 here, and the token is not repeated', async () => {
      const url = await urlOf('full')
      const put = await api.ask('PUT', `${url}/api/v2/alerts`, { body: '[]' })
      expect(put.status).toBe(405)
      expect(put.json).toEqual({ code: 405, message: 'method PUT is not allowed, but [POST,GET] are' })
      expect((await api.ask('DELETE', url)).status).toBe(405)
      const nope = await api.ask('GET', `${url}/api/v2/nope`)
      expect(nope.json).toEqual({ code: 404, message: 'path /api/v2/nope was not found' })
    })

    test('viewers and responders are not shown it', async () => {
      for (const role of ['viewer', 'responder']) {
        const { text } = await api.ask('GET', '/api/v1/integrations', { key: `a-${role}` })
        expect(text).not.toContain('/i/')
      }
    })
  })
})
