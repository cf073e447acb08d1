import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, CONFIG, HOOK, startApi } from '../harness.ts'

const key = 'a-editor'
let api: Api

beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key, body: CONFIG })).status).toBe(200)
})

const get = async (path: string) => {
  const { json, headers } = await api.ask('GET', path, { key })
  return { json, tag: headers.get('etag')! }
}
const put = (path: string, body: unknown, tag?: string) =>
  api.ask('PUT', path, { key, body, ...(tag !== undefined && { headers: { 'if-match': tag } }) })

describe('api: If-Match', () => {
  test('a change of an entry that is as it was read is made, and gives the next tag', async () => {
    const { json, tag } = await get('/api/v1/policies/all')
    const changed = await put('/api/v1/policies/all', { ...json, owner: 'mei' }, tag)
    expect(changed.status).toBe(200)
    const next = await get('/api/v1/policies/all')
    expect([changed.headers.get('etag'), next.tag]).toEqual([next.tag, expect.not.stringContaining(tag)])
  })

  test('a change of an entry that somebody else changed is refused with 412, and changes nothing', async () => {
    const { json, tag } = await get('/api/v1/policies/all')
    expect((await put('/api/v1/policies/all', { ...json, owner: 'mei' })).status).toBe(200)
    const late = await put('/api/v1/policies/all', { ...json, owner: 'jo' }, tag)
    expect([late.status, late.json.error.code]).toEqual([412, 'changed'])
    const removed = await api.ask('DELETE', '/api/v1/policies/all', { key, headers: { 'if-match': tag } })
    expect(removed.status).toBe(412)
    expect((await get('/api/v1/policies/all')).json.owner).toBe('mei')
  })

  test('a tag that a proxy made weak names the same version', async () => {
    const { json, tag } = await get('/api/v1/policies/all')
    expect((await put('/api/v1/policies/all', { ...json, owner: 'mei' }, `W/${tag}`)).status).toBe(200)
    expect((await put('/api/v1/policies/all', { ...json, owner: 'jo' }, `W/${tag}`)).status).toBe(412)
  })

  test('a change of another entry is no change of this one', async () => {
    const { json, tag } = await get('/api/v1/policies/all')
    expect((await put('/api/v1/channels/hook', { ...HOOK, sendResolved: false })).status).toBe(200)
    expect((await put('/api/v1/policies/all', { ...json, owner: 'mei' }, tag)).status).toBe(200)
  })

  test('of the document is its revision', async () => {
    const { json, tag } = await get('/api/v1/config')
    expect((await put('/api/v1/config', { ...json, rules: [] }, tag)).status).toBe(200)
    expect((await put('/api/v1/channels/hook', { ...HOOK, sendResolved: false })).status).toBe(200)
    expect((await put('/api/v1/config', json, tag)).status).toBe(412)
    expect((await put('/api/v1/config', json, '*')).status).toBe(200)
    const yaml = await api.ask('PUT', '/api/v1/config/alertmanager', {
      ...{ key, body: 'route: {receiver: a}\nreceivers: [{name: a}]\n', type: 'application/yaml' },
      headers: { 'if-match': tag },
    })
    expect(yaml.status).toBe(412)
  })

  test('a tag tells nothing of a secret, and is no tag of another account', async () => {
    const { tag } = await get('/api/v1/channels/hook')
    expect((await api.ask('PUT', '/api/v1/config', { key: 'b-editor', body: CONFIG })).status).toBe(200)
    const other = await api.ask('GET', '/api/v1/channels/hook', { key: 'b-editor' })
    expect(other.headers.get('etag')).not.toBe(tag)
    expect(tag).toMatch(/^"[\w-]{16}"$/)
  })
})

describe('api: the fields of a plan', () => {
  const plan = async (path: string, body: unknown) =>
    (await api.ask('PUT', `${path}?dryRun=true`, { key, body })).json.plan

  test('are the differences of a changed entry, as documents write them', async () => {
    const [policy] = CONFIG.policies
    const body = { policies: [{ ...policy, repeatInterval: '1h', groupBy: undefined, owner: 'mei' }] }
    expect(await plan('/api/v1/config', body)).toEqual([
      {
        ...{ section: 'policies', id: 'all', change: 'changed' },
        fields: [
          { path: 'groupBy', from: ['alertname'], to: [] },
          { path: 'repeatInterval', from: '4h', to: '1h' },
          { path: 'owner', to: 'mei' },
        ],
      },
    ])
  })

  test('name a changed secret without its values', async () => {
    const text = JSON.stringify(await plan('/api/v1/channels/hook', { ...HOOK, url: 'https://hooks.example/0ther' }))
    expect(JSON.parse(text)).toEqual([
      { section: 'channels', id: 'hook', change: 'changed', fields: [{ path: 'url', secret: true }] },
    ])
    expect(text).not.toContain('0ther')
  })

  test('are absent from what is added or removed, and from an entry that only moved', async () => {
    const body = { channels: [{ ...HOOK, id: 'other' }, HOOK], integrations: [CONFIG.integrations[1]] }
    const found = await plan('/api/v1/config', body)
    expect(
      found.map(({ id, change, fields }: { id: string; change: string; fields?: [] }) => [id, change, fields]),
    ).toEqual([
      ...[
        ['full', 'removed', undefined],
        ['other', 'added', undefined],
      ],
    ])
  })
})
