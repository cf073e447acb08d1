import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, startApi } from '../harness.ts'

let api: Api
/** A responder's key that belongs to test01. */
let key: string
let id: string

const owner = 'a-owner'
beforeEach(async () => {
  api = await startApi()
  const users = [{ id: 'test01', name: 'Kumer' }]
  const policies = [{ id: 'all', groupBy: ['alertname'] }]
  expect((await api.ask('PUT', '/api/v1/config', { key: owner, body: { users, policies } })).status).toBe(200)
  const body = { name: 'Phone of Kumer', role: 'responder', user: 'test01' }
  const made = await api.ask('POST', '/api/v1/keys', { key: owner, body })
  key = made.json.apiKey
  id = made.json.id
})

describe('who asks', () => {
  test('is the account, the key, the role and the user', async () => {
    expect((await api.ask('GET', '/api/v1/me', { key })).json).toEqual({
      ...{ account: 'a', name: 'a', key: { id, name: 'Phone of Kumer' }, role: 'responder', user: 'test01' },
    })
    const { json } = await api.ask('GET', '/api/v1/me', { key: 'a-viewer' })
    expect(json).toMatchObject({ account: 'a', role: 'viewer', key: { id: expect.any(String) } })
    expect(json).not.toHaveProperty('user')
  })
})

describe('a key of a user', () => {
  test('shows its user, keeps it through a rotation, and may be given to nobody', async () => {
    const shown = async () => (await api.ask('GET', `/api/v1/keys/${id}`, { key: owner })).json.user
    expect(await shown()).toBe('test01')
    await api.ask('POST', `/api/v1/keys/${id}/rotate`, { key: owner, body: {} })
    expect(await shown()).toBe('test01')
    const put = { key: owner, body: { name: 'Nobody', role: 'viewer' } }
    expect((await api.ask('PUT', `/api/v1/keys/${id}`, put)).json).not.toHaveProperty('user')
  })

  test('cannot be made for a user who does not exist', async () => {
    const body = { name: 'x', role: 'viewer', user: 'test09' }
    for (const [method, path] of [
      ['POST', '/api/v1/keys'],
      ['PUT', `/api/v1/keys/${id}`],
    ] as const) {
      const { status, json } = await api.ask(method, path, { key: owner, body })
      expect([status, json.error.details]).toEqual([
        422,
        [{ path: 'user', message: 'names a user "test09" that does not exist' }],
      ])
    }
  })

  test('acts as the user: incidents and silences name the user, whatever clients of Alertmanager write', async () => {
    await api.post('a', [{ labels: { alertname: 'A' } }])
    const [alert] = (await api.ask('GET', '/api/v1/alerts', { key })).json.items
    await api.later(6_000, 'a', [alert.groups[0].id])
    const [incident] = (await api.ask('GET', '/api/v1/incidents', { key })).json.items
    expect((await api.ask('POST', `/api/v1/incidents/${incident.id}/claim`, { key })).status).toBe(202)
    const action = api.sent.map(({ body }) => JSON.parse(body)).findLast(({ kind }) => kind === 'action')
    expect(action.action).toMatchObject({ type: 'claim', by: 'test01' })

    const matchers = [{ label: 'a', op: '=', value: 'b' }]
    const silence = await api.ask('POST', '/api/v1/silences', { key, body: { matchers, duration: '1h', comment: 'x' } })
    expect([silence.status, silence.json.by]).toEqual([201, 'test01'])
    const posted = {
      matchers: [{ name: 'a', value: 'c', isRegex: false, isEqual: true }],
      startsAt: '2026-11-21T12:00:00Z',
      endsAt: '2026-11-21T13:00:00Z',
      createdBy: 'somebody',
      comment: 'x',
    }
    const { silenceID } = (await api.ask('POST', '/api/v2/silences', { key, body: posted })).json
    expect((await api.ask('GET', `/api/v2/silence/${silenceID}`, { key })).json.createdBy).toBe('test01')
  })

  test('cannot act as somebody else', async () => {
    const said = await api.ask('POST', '/api/v1/silences', {
      key,
      body: { matchers: [{ label: 'a', op: '=', value: 'b' }], duration: '1h', comment: 'x', by: 'mei' },
    })
    expect([said.status, said.json.error.details]).toEqual([
      422,
      [{ path: 'by', message: 'the key belongs to "test01": leave "by" out' }],
    ])
  })

  test.each([
    ['DELETE', '/api/v1/users/test01', undefined],
    ['DELETE', '/api/v1/users/test01?dryRun=true', undefined],
    ['PUT', '/api/v1/config', { users: [] }],
  ])('keeps its user: %s %s is refused and names the key', async (method, path, body) => {
    const { status, json } = await api.ask(method, path, { key: owner, ...(body && { body }) })
    expect([status, json.error.code]).toEqual([409, 'needed'])
    expect(json.error.details).toEqual([
      { path: 'users', message: 'the key "Phone of Kumer" belongs to the user "test01"' },
    ])
    await api.ask('DELETE', `/api/v1/keys/${id}`, { key: owner })
    expect((await api.ask(method, path, { key: owner, ...(body && { body }) })).status).toBeLessThan(300)
  })
})
