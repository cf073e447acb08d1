import { beforeEach, describe, expect, test } from 'vitest'
import { putInboxMessage } from '../../../../shared/store/inbox.ts'
import { type Api, START, startApi } from '../harness.ts'

let api: Api
/** A viewer's key that belongs to test01. */
let key: string
const USERS = [
  { id: 'test01', name: 'Kumer' },
  { id: 'test02', name: 'Alice' },
]

beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { users: USERS } })).status).toBe(200)
  const made = await api.ask('POST', '/api/v1/keys', {
    key: 'a-owner',
    body: { name: 'Phone of Kumer', role: 'viewer', user: 'test01' },
  })
  expect([made.status, made.json.user]).toEqual([201, 'test01'])
  key = made.json.apiKey
  for (const [user, id] of [
    ['test01', 'd1'],
    ['test01', 'd2'],
    ['test02', 'd3'],
  ] as const) {
    const about = { status: 'firing', level: 'P1', title: id, text: id, incident: 'inc-1' } as const
    await putInboxMessage(api.deps.table, 'a', user, { id, at: START + Number(id[1]), ...about })
  }
})

const inbox = async (path = '/api/v1/inbox', as = key) => {
  const { status, json } = await api.ask('GET', path, { key: as })
  return [status, json.items?.map(({ id, read }: { id: string; read: boolean }) => `${id}${read ? ' read' : ''}`)]
}

describe('the message centre', () => {
  test('shows the user of a key the messages for the user', async () => {
    expect(await inbox()).toEqual([200, ['d2', 'd1']])
    const { json } = await api.ask('GET', '/api/v1/inbox?limit=1', { key })
    expect(json.items).toEqual([
      {
        ...{ id: 'd2', at: '2026-11-21T12:00:00.002Z', status: 'firing', level: 'P1', title: 'd2', text: 'd2' },
        ...{ incident: 'inc-1', url: 'https://tocsin.example/incidents/inc-1', read: false },
      },
    ])
    expect((await api.ask('GET', `/api/v1/inbox?after=${json.next}`, { key })).json.items).toHaveLength(1)
  })

  test('has nothing for a key of nobody, and says where to look', async () => {
    const { status, json } = await api.ask('GET', '/api/v1/inbox', { key: 'a-owner' })
    expect([status, json.error.message]).toEqual([404, expect.stringContaining('/api/v1/users/{id}/inbox')])
    expect(await inbox('/api/v1/users/test02/inbox', 'a-viewer')).toEqual([200, ['d3']])
  })

  test('of an unknown user, or of another account, is 404', async () => {
    expect((await inbox('/api/v1/users/test09/inbox', 'a-owner'))[0]).toBe(404)
    expect((await inbox('/api/v1/users/test01/inbox', 'b-owner'))[0]).toBe(404)
  })

  test('marks messages as read, and only messages of the user', async () => {
    const marked = await api.ask('POST', '/api/v1/inbox/read', { key, body: { ids: ['d1', 'd1', 'd3', 'nothing'] } })
    expect([marked.status, marked.json]).toEqual([200, { read: ['d1'] }])
    expect(await inbox()).toEqual([200, ['d2', 'd1 read']])
    expect(await inbox('/api/v1/users/test02/inbox', 'a-viewer')).toEqual([200, ['d3']])
    const other = await api.ask('POST', '/api/v1/users/test02/inbox/read', {
      key: 'a-responder',
      body: { ids: ['d3'] },
    })
    expect(other.json).toEqual({ read: ['d3'] })
  })

  test.each<[unknown, string[]]>([
    [{}, ['ids']],
    [{ ids: [] }, ['ids']],
    [{ ids: [1], all: true }, ['ids[0]', 'all']],
    [{ ids: Array.from({ length: 101 }, (_, index) => `d${index}`) }, ['ids']],
  ])('refuses %j, every problem with its path', async (body, paths) => {
    const { status, json } = await api.ask('POST', '/api/v1/inbox/read', { key, body })
    expect([status, json.error.details.map(({ path }: { path: string }) => path)]).toEqual([422, paths])
  })

  test('forgets the messages of a user who is deleted', async () => {
    expect((await api.ask('DELETE', '/api/v1/users/test02', { key: 'a-owner' })).status).toBe(204)
    const again = { key: 'a-owner', body: { id: 'test02', name: 'Another Alice' } }
    expect((await api.ask('POST', '/api/v1/users', again)).status).toBe(201)
    expect(await inbox('/api/v1/users/test02/inbox', 'a-viewer')).toEqual([200, []])
  })
})
