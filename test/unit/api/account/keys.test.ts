import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, toRfc3339 } from '../../../../shared/base/time.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Answered, type Api, ROLES, START, startApi } from '../harness.ts'

const path = '/api/v1/keys'
const key = 'a-owner'
let api: Api

beforeEach(async () => {
  api = await startApi()
})

const make = (body: object): Promise<Answered> => api.ask('POST', path, { key, body })
const works = async (text: string): Promise<number> => (await api.ask('GET', '/api/v1/config', { key: text })).status

describe('api: keys', () => {
  test('a new key is shown once, is listed without its text, and opens what its role may', async () => {
    const made = await make({ name: 'Pager', role: 'viewer' })
    expect(made.status).toBe(201)
    const { apiKey, ...shown } = made.json
    expect(apiKey).toMatch(/^tsk_[\w-]{43}$/)
    expect(shown).toEqual({ id: expect.any(String), name: 'Pager', role: 'viewer', createdAt: toRfc3339(START) })
    const list = await api.ask('GET', path, { key })
    expect(list.json.items).toHaveLength(5)
    expect(list.json.items.at(-1)).toEqual(shown)
    expect((await api.ask('GET', `${path}/${shown.id}`, { key })).json).toEqual(shown)
    expect(await works(apiKey)).toBe(200)
    expect((await api.ask('PUT', '/api/v1/config', { key: apiKey, body: {} })).status).toBe(403)
  })

  test('neither a text nor its hash is in the table, nor in any answer but the first', async () => {
    const { json } = await make({ name: 'x', role: 'viewer' })
    expect(JSON.stringify(await api.table.query('tocsin', '', { limit: 100 }))).not.toContain(json.apiKey)
    const { text } = await api.ask('GET', path, { key })
    expect(text).not.toContain('tsk_')
    expect(text).not.toMatch(/[0-9a-f]{64}/)
  })

  test('is renamed, gets another role at once, and is gone at once when deleted', async () => {
    const { json } = await make({ name: 'x', role: 'editor' })
    const one = `${path}/${json.id}`
    const put = await api.ask('PUT', one, { key, body: { name: 'y', role: 'viewer' } })
    expect([put.status, put.json.name, put.json.role]).toEqual([200, 'y', 'viewer'])
    expect((await api.ask('POST', '/-/reload', { key: json.apiKey })).status).toBe(403)
    expect((await api.ask('DELETE', one, { key })).status).toBe(204)
    expect(await works(json.apiKey)).toBe(401)
    expect((await api.ask('DELETE', one, { key })).status).toBe(404)
  })

  test('the last owner key is neither deleted nor made less', async () => {
    const first = `${path}/first`
    const answers = [
      await api.ask('DELETE', first, { key }),
      await api.ask('PUT', first, { key, body: { name: 'x', role: 'editor' } }),
    ]
    for (const { status, json } of answers) expect([status, json.error.code]).toEqual([409, 'last_owner'])
    const { json } = await make({ name: 'second', role: 'owner' })
    expect((await api.ask('DELETE', first, { key })).status).toBe(204)
    expect(await works(key)).toBe(401)
    expect((await api.ask('DELETE', `${path}/${json.id}`, { key: json.apiKey })).status).toBe(409)
  })

  test('of two owners that delete each other at once, one stays', async () => {
    const { json } = await make({ name: 'second', role: 'owner' })
    const both = await Promise.all([
      api.ask('DELETE', `${path}/first`, { key: json.apiKey }),
      api.ask('DELETE', `${path}/${json.id}`, { key }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([204, 409])
    expect([await works(key), await works(json.apiKey)].sort()).toEqual([200, 401])
  })

  test('a rotated key works in both texts until the overlap ends', async () => {
    const { json: made } = await make({ name: 'x', role: 'viewer' })
    const rotate = (body?: unknown) => api.ask('POST', `${path}/${made.id}/rotate`, { key, body })
    const { status, json } = await rotate()
    expect(status).toBe(200)
    expect(json).toMatchObject({ id: made.id, role: 'viewer', previousUntil: toRfc3339(START + DAY) })
    expect([await works(made.apiKey), await works(json.apiKey)]).toEqual([200, 200])
    const again = await rotate({ overlap: '1h' })
    expect([again.status, again.json.error.code]).toEqual([409, 'overlapping'])
    api.time.now += DAY
    expect([await works(made.apiKey), await works(json.apiKey)]).toEqual([401, 200])
    const last = await rotate({ overlap: '0s' })
    expect([await works(json.apiKey), await works(last.json.apiKey)]).toEqual([401, 200])
    expect(last.json.previousUntil).toBeUndefined()
  })

  test('shows when a key was last used, to the hour', async () => {
    const { json } = await make({ name: 'x', role: 'viewer' })
    const used = async () => (await api.ask('GET', `${path}/${json.id}`, { key })).json.lastUsedAt
    expect(await used()).toBeUndefined()
    await works(json.apiKey)
    api.time.now += HOUR - 1
    await works(json.apiKey)
    expect(await used()).toBe(toRfc3339(START))
    api.time.now += 1
    await works(json.apiKey)
    expect(await used()).toBe(toRfc3339(START + HOUR))
  })

  test.each(ROLES.filter((role) => role !== 'owner'))('a key of the role %s sees and makes none', async (role) => {
    for (const [method, where] of [
      ['GET', path],
      ['GET', `${path}/first`],
      ['POST', path],
      ['PUT', `${path}/first`],
      ['DELETE', `${path}/viewer`],
      ['POST', `${path}/viewer/rotate`],
    ] as const) {
      const body = method === 'GET' ? {} : { body: { name: 'mine', role } }
      expect((await api.ask(method, where, { key: `a-${role}`, ...body })).status).toBe(403)
    }
  })

  test('another account’s keys are not there', async () => {
    const { json } = await make({ name: 'x', role: 'viewer' })
    const body = { name: 'y', role: 'viewer' }
    for (const [method, end, more] of [
      ['GET', '', {}],
      ['PUT', '', { body }],
      ['DELETE', '', {}],
      ['POST', '/rotate', {}],
    ] as const) {
      expect((await api.ask(method, `${path}/${json.id}${end}`, { key: 'b-owner', ...more })).status).toBe(404)
    }
    expect(await works(json.apiKey)).toBe(200)
  })

  test.each<[body: unknown, where: string]>([
    [{ role: 'viewer' }, 'name'],
    [{ name: '', role: 'viewer' }, 'name'],
    [{ name: 'x'.repeat(201), role: 'viewer' }, 'name'],
    [{ name: 'x' }, 'role'],
    [{ name: 'x', role: 'admin' }, 'role'],
    [{ name: 'x', role: '__proto__' }, 'role'],
    [{ name: 'x', role: 'viewer', account: 'b' }, 'account'],
    [{ name: 'x', role: 'viewer', id: 'first' }, 'id'],
    ['[]', ''],
    ['{', ''],
    ['', ''],
  ])('%j is refused at %j', async (body, where) => {
    for (const [method, one] of [
      ['POST', path],
      ['PUT', `${path}/viewer`],
    ] as const) {
      const { status, json } = await api.ask(method, one, { key, body })
      expect([status, json.error.details[0].path]).toEqual([422, where])
    }
  })

  test.each<[body: unknown, where: string]>([
    [{ overlap: 'x' }, 'overlap'],
    [{ overlap: '31d' }, 'overlap'],
    [{ overlap: -1 }, 'overlap'],
    [{ overlaps: '1h' }, 'overlaps'],
    ['{', ''],
    ['null', ''],
  ])('a rotation with %j is refused at %j, and nothing is rotated', async (body, where) => {
    const { status, json } = await api.ask('POST', `${path}/viewer/rotate`, { key, body })
    expect([status, json.error.details[0].path]).toEqual([422, where])
    expect(await works('a-viewer')).toBe(200)
  })

  test.each([
    [4, 201],
    [5, 409],
  ])('%i changes of others that come between end in %i', async (races, status) => {
    let left = 0
    const racing = (table: Table): Table => ({
      ...table,
      put: async (item, when) => (item.sort === 'account#a' && left-- > 0 ? 'lost' : table.put(item, when)),
    })
    api = await startApi(racing)
    await works(key)
    left = races
    expect((await make({ name: 'x', role: 'viewer' })).status).toBe(status)
  })

  test('the 101st is refused', async () => {
    for (let count = 4; count < 100; count++) {
      expect((await make({ name: 'x', role: 'viewer' })).status).toBe(201)
    }
    const { status, json } = await make({ name: 'x', role: 'viewer' })
    expect([status, json.error.code]).toEqual([409, 'limit'])
  })
})
