import { describe, expect, test } from 'vitest'
import type { AlertsReceived } from '../../../../shared/message/message.ts'
import { type Api, CONFIG, START, startApi } from '../harness.ts'

const PATH = '/api/v2/alerts'
const ROW = [{ labels: { alertname: 'Row' } }]
const received = (api: Api): AlertsReceived[] =>
  api.sent.map(({ body }) => JSON.parse(body)).filter(({ kind }) => kind === 'alerts')

describe('api: POST /api/v2/alerts', () => {
  test('takes alerts as an integration does, under the account of the key and its default integration', async () => {
    const api = await startApi()
    const { status, text } = await api.ask('POST', PATH, { key: 'a-responder', body: ROW })
    expect([status, text]).toEqual([200, ''])
    expect(received(api)).toEqual([
      {
        v: 1,
        kind: 'alerts',
        account: 'a',
        integration: 'default',
        receivedAt: START,
        recoverAfterMs: 300_000,
        alerts: [{ labels: { alertname: 'Row' }, annotations: {}, startsAt: START }],
      },
    ])
  })

  test('what was posted is there to be read', async () => {
    const api = await startApi()
    await api.ask('POST', PATH, { key: 'a-owner', body: ROW })
    await api.run(api.sent.map(({ body }) => body))
    const { json } = await api.ask('GET', PATH, { key: 'a-viewer' })
    expect(json).toMatchObject([{ labels: { alertname: 'Row' } }])
    expect((await api.ask('GET', PATH, { key: 'b-viewer' })).json).toEqual([])
  })

  test.each([
    [undefined, 401],
    ['nobody', 401],
    ['a-viewer', 403],
    ['a-editor', 200],
  ])('the key %s: %i', async (key, expected) => {
    const api = await startApi()
    const { status } = await api.ask('POST', PATH, { ...(key === undefined ? {} : { key }), body: ROW })
    expect([status, received(api).length]).toEqual([expected, expected === 200 ? 1 : 0])
  })

  test.each<[title: string, body: unknown, status: number, answer: unknown, type?: string]>([
    ['nothing of a body', '', 422, { code: 602, message: 'alerts in body is required' }],
    ['no list', '{}', 400, expect.objectContaining({ code: 400 })],
    ['an alert without labels', [{ annotations: {} }], 422, { code: 602, message: '0.labels in body is required' }],
    ['an alert with empty labels', [{ labels: {} }, ...ROW], 400, 'at least one label pair required'],
    ['half a body', '[{', 400, { code: 400, message: 'parsing alerts body from "" failed, because unexpected EOF' }],
    ['another type', '[]', 415, expect.objectContaining({ code: 415 }), 'text/plain'],
    ['33 deep', '['.repeat(33) + ']'.repeat(33), 400, expect.objectContaining({ code: 400 })],
    ['more than 4 MiB', ' '.repeat(4 * 1024 * 1024 + 1), 413, expect.objectContaining({ code: 413 })],
    ['an account of its own', [{ ...ROW[0], account: 'b' }], 200, undefined],
  ])('answers %s as Alertmanager does', async (_title, body, status, answer, type) => {
    const api = await startApi()
    const answered = await api.ask('POST', PATH, { key: 'a-editor', body, ...(type === undefined ? {} : { type }) })
    expect([answered.status, answered.json]).toEqual([status, answer])
    for (const { account } of received(api)) expect(account).toBe('a')
  })

  test('the valid ones of a batch are taken though the answer is 400', async () => {
    const api = await startApi()
    await api.ask('POST', PATH, { key: 'a-editor', body: [{ labels: {} }, ...ROW] })
    expect(received(api)[0]?.alerts).toHaveLength(1)
  })

  test('a queue that fails: 503, try again', async () => {
    const api = await startApi()
    api.failSends()
    const { status, headers, json } = await api.ask('POST', PATH, { key: 'a-editor', body: ROW })
    expect([status, headers.get('retry-after'), json]).toEqual([503, '5', 'not accepted; try again'])
  })

  test('what the default integration is set to holds here too', async () => {
    const api = await startApi()
    const integration = { id: 'default', type: 'custom', name: 'Default', autoRecoverAfter: '1m' }
    const put = (more: object) =>
      api.ask('PUT', '/api/v1/config', {
        key: 'a-owner',
        body: { ...CONFIG, integrations: [{ ...integration, ...more }] },
      })
    expect((await put({})).status).toBe(200)
    expect((await api.ask('POST', PATH, { key: 'a-editor', body: ROW })).status).toBe(200)
    expect(received(api).map(({ recoverAfterMs }) => recoverAfterMs)).toEqual([60_000])
    expect((await put({ paused: true })).status).toBe(200)
    const { status, json } = await api.ask('POST', PATH, { key: 'a-editor', body: ROW })
    expect([status, json]).toEqual([403, { code: 403, message: 'this integration is paused by its owner' }])
  })
})
