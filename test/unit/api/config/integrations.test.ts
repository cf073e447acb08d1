import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, toRfc3339 } from '../../../../shared/base/time.ts'
import { type Answered, type Api, CONFIG, START, startApi } from '../harness.ts'

const key = 'a-editor'
const one = '/api/v1/integrations/full'
let api: Api

beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key, body: CONFIG })).status).toBe(200)
})

const shown = async (id = 'full'): Promise<Answered['json']> =>
  (await api.ask('GET', `/api/v1/integrations/${id}`, { key })).json
const rotate = (body?: unknown) => api.ask('POST', `${one}/rotate`, { key, body })
const works = async (url: string): Promise<number> =>
  (await api.ask('GET', `${new URL(url).pathname}/api/v2/status`)).status

describe('api: the URL of an integration, rotated', () => {
  test('the new one works at once, the old one until the overlap ends', async () => {
    const { url: old } = await shown()
    const { status, json } = await rotate({ overlap: '1h' })
    expect([status, json.id, json.previousUrlUntil]).toEqual([200, 'full', toRfc3339(START + HOUR)])
    expect(json.url).not.toBe(old)
    expect((await shown()).url).toBe(json.url)
    expect([await works(old), await works(json.url)]).toEqual([200, 200])
    api.time.now += HOUR
    expect([await works(old), await works(json.url)]).toEqual([401, 200])
    expect((await shown()).previousUrlUntil).toBeUndefined()
  })

  test('a day is what an overlap is when nobody says', async () => {
    expect((await rotate()).json.previousUrlUntil).toBe(toRfc3339(START + DAY))
  })

  test('while two work only a rotation that ends both is taken', async () => {
    const { url: first } = await shown()
    const { url: second } = (await rotate()).json
    const again = await rotate({ overlap: '1m' })
    expect([again.status, again.json.error.code]).toEqual([409, 'overlapping'])
    expect([await works(first), await works(second)]).toEqual([200, 200])
    const { url: third } = (await rotate({ overlap: '0s' })).json
    expect(await Promise.all([first, second, third].map(works))).toEqual([401, 401, 200])
  })

  test('no other integration has another URL for it, and a document put meanwhile changes no URL', async () => {
    const before = await shown('post')
    const { url: old } = await shown()
    const { url } = (await rotate()).json
    expect(await shown('post')).toEqual(before)
    await api.ask('PUT', '/api/v1/config', {
      key,
      body: { ...CONFIG, integrations: [...CONFIG.integrations].reverse() },
    })
    expect([await works(old), await works(url)]).toEqual([200, 200])
  })

  test('a URL that ended stays so, also when the integration is deleted and made again', async () => {
    const { url: old } = await shown()
    await rotate()
    expect((await api.ask('DELETE', one, { key })).status).toBe(204)
    const body = { id: 'full', type: 'prometheus', access: 'full' }
    const made = await api.ask('POST', '/api/v1/integrations', { key, body })
    expect([await works(old), await works(made.json.url)]).toEqual([401, 200])
  })

  test('those who are not shown it do not rotate it, and another account finds none', async () => {
    for (const role of ['viewer', 'responder']) {
      expect((await api.ask('POST', `${one}/rotate`, { key: `a-${role}` })).status).toBe(403)
      expect((await api.ask('GET', one, { key: `a-${role}` })).text).not.toContain('rl')
    }
    expect((await api.ask('POST', `${one}/rotate`, { key: 'b-owner' })).status).toBe(404)
    expect((await rotate('{')).status).toBe(422)
  })

  test('paused it answers 403 in both URLs, and works again after', async () => {
    const { url: old, ...rest } = await shown()
    const { url } = (await rotate()).json
    await api.ask('PUT', one, { key, body: { ...rest, paused: true } })
    expect([await works(old), await works(url)]).toEqual([403, 403])
    await api.ask('PUT', one, { key, body: { ...rest, paused: false } })
    expect([await works(old), await works(url)]).toEqual([200, 200])
  })
})

describe('api: statistics of an integration', () => {
  test('events, failures and when something last came, for everybody who may see it', async () => {
    await api.post('a', [{ labels: { alertname: 'A' } }, { labels: { alertname: 'B' } }])
    const about = { v: 1, kind: 'refused', account: 'a', integration: 'default', receivedAt: START + 1 }
    await api.run([JSON.stringify({ ...about, reason: 'no', body: '' })])
    const { json } = await api.ask('GET', '/api/v1/integrations/default', { key: 'a-viewer' })
    expect(json.statistics).toEqual({ events: 2, failures: 1, lastSeenAt: toRfc3339(START + 1) })
    expect((await shown()).statistics).toEqual({ events: 0, failures: 0 })
    const other = await api.ask('GET', '/api/v1/integrations/default', { key: 'b-viewer' })
    expect(other.json.statistics).toEqual({ events: 0, failures: 0 })
  })

  test('what a rule raised is no event of an integration, and what is received again is not counted twice', async () => {
    const alerts = [{ labels: { alertname: 'A' }, annotations: {}, startsAt: START }]
    const body = {
      v: 1,
      kind: 'alerts',
      account: 'a',
      integration: 'default',
      receivedAt: START,
      recoverAfterMs: 0,
      alerts,
    }
    await api.run([JSON.stringify({ ...body, rule: 'r' })])
    expect((await shown('default')).statistics.events).toBe(0)
    await api.run([JSON.stringify(body)])
    expect((await shown('default')).statistics.events).toBe(1)
  })
})
