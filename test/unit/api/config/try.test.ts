import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { createIngest } from '../../../../functions/ingest/handler.ts'
import { MINUTE, toRfc3339 } from '../../../../shared/base/time.ts'
import { integrations } from '../../../../shared/integrations/registry.ts'
import { type Answered, type Api, HOOK, START, startApi } from '../harness.ts'

const FIXTURES = new URL('../../../fixtures/integrations/', import.meta.url)
const key = 'a-editor'

let api: Api
let written: number
beforeEach(async () => {
  written = 0
  api = await startApi((table) => ({
    ...table,
    put: (item, when) => {
      written++
      return table.put(item, when)
    },
  }))
})

const put = async (body: object): Promise<void> => {
  expect((await api.ask('PUT', '/api/v1/config', { key, body })).status).toBe(200)
  written = 0
}
const tryOut = (id: string, body: unknown, more: object = {}): Promise<Answered> =>
  api.ask('POST', `/api/v1/integrations/${id}/test`, { key, body, ...more })
/** The same body at the integration's own URL. */
const post = async (id: string, body: unknown): Promise<Answered> => {
  const { url } = (await api.ask('GET', `/api/v1/integrations/${id}`, { key })).json
  const ingest = createIngest({ ...api.deps, records: { send: async () => ({ failed: [] }) } })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { 'content-type': 'application/json' }
  const response = await ingest(new Request(url, { method: 'POST', headers, body: text }))
  return { status: response.status, headers: response.headers, text: '', json: await response.json() }
}

/** Records on lines, more than are read at once; one has no id. */
const LARGE = Array.from({ length: 2000 }, (_, n) => {
  const id = n === 7 ? '' : `e${n}`
  return JSON.stringify({ eventID: id, eventId: id, eventTime: '2026-11-20T21:00:00Z', userAgent: 'x'.repeat(200) })
}).join('\n')

describe('api: an integration tried out', () => {
  describe.each([...integrations.keys()])('says of a body what the URL says: %s', (type) => {
    const files = readdirSync(new URL(`${type}/`, FIXTURES))
    const bodies = files.map((file) => [file, JSON.parse(readFileSync(new URL(`${type}/${file}`, FIXTURES), 'utf8'))])
    const written: [string, { body: unknown; at?: object }][] = [
      ['empty', { body: '' }],
      ['half', { body: '[{' }],
      ['null', { body: 'null' }],
      ['deep', { body: '['.repeat(100) }],
      ['large', { body: LARGE }],
    ]
    // Signed bodies have a test of their own.
    const unsigned = bodies.filter(([, { body }]) => body?.type !== 'tocsin.forward')
    test.each([...unsigned, ...written])('%s', async (_file, { body, at = {} }) => {
      await put({ integrations: [{ id: 'in', type, ...at }] })
      const tried = await tryOut('in', body)
      const posted = await post('in', body)
      const { error } = posted.json
      if (posted.status === 202) {
        expect([tried.status, tried.json.accepted, tried.json.invalid]).toEqual([200, posted.json.accepted, []])
      } else if (error.code.startsWith('invalid_') && error.details !== undefined) {
        const invalid = tried.json.invalid.map(({ index, message }: { index: number; message: string }) => {
          return { path: `[${index}]`, message }
        })
        expect([tried.status, invalid]).toEqual([200, error.details])
      } else
        expect([tried.status, tried.json.error]).toMatchObject([
          posted.status,
          { code: error.code, message: error.message },
        ])
    })
  })

  test('of a large body the first hundred records are shown', async () => {
    await put({ integrations: [{ id: 'in', type: 'actiontrail' }] })
    const { json } = await tryOut('in', LARGE)
    expect([json.accepted, json.records.length, json.invalid]).toEqual([
      1999,
      100,
      [{ index: 7, message: 'eventId is missing' }],
    ])
  })

  test('alerts as they would be taken, with the policies that take them', async () => {
    await put({
      integrations: [{ id: 'in', type: 'prometheus', autoRecoverAfter: '1m' }],
      channels: [{ ...HOOK }],
      policies: [
        { id: 'errors', match: [{ label: 'severity', value: 'error' }], notify: [{ channel: 'hook' }] },
        { id: 'shop', match: [{ label: 'service', value: 'shop' }] },
      ],
    })
    const body = [
      { labels: { alertname: 'A', severity: 'error', service: 'shop' }, annotations: { summary: 's' } },
      { labels: { alertname: 'B' }, endsAt: toRfc3339(START - MINUTE), startsAt: toRfc3339(START - 2 * MINUTE) },
      { labels: {} },
    ]
    const { status, json } = await tryOut('in', body)
    expect(status).toBe(200)
    const origin = { account: 'a', integration: 'in' }
    expect(json).toEqual({
      accepted: 2,
      alerts: [
        {
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          ...{ state: 'firing', level: 'P2', labels: body[0]!.labels, annotations: { summary: 's' }, origin },
          ...{ startsAt: toRfc3339(START), recoversAt: toRfc3339(START + MINUTE), policies: ['errors', 'shop'] },
        },
        expect.objectContaining({ state: 'resolved', endsAt: body[1]!.endsAt, policies: ['_none'] }),
      ],
      invalid: [{ index: 2, message: 'at least one label pair required' }],
    })
  })

  test('severities as the integration’s map has them, and the levels and policies that come of it', async () => {
    await put({
      integrations: [{ id: 'in', type: 'prometheus', severityMap: { page: 'critical', default: 'info' } }],
      policies: [{ id: 'night', match: [{ label: 'severity', value: 'critical' }] }, { id: 'day' }],
    })
    const { json } = await tryOut('in', [
      { labels: { alertname: 'A', severity: 'page' } },
      { labels: { alertname: 'B' } },
    ])
    expect(json.alerts).toMatchObject([
      { labels: { severity: 'critical' }, level: 'P1', policies: ['night', 'day'] },
      { labels: { severity: 'info' }, level: 'P4', policies: ['day'] },
    ])
    await post('in', [{ labels: { alertname: 'A', severity: 'page' } }])
    expect(JSON.parse(api.sent.at(-1)!.body).alerts[0].labels.severity).toBe('critical')
    const shown = (await api.ask('GET', '/api/v1/integrations', { key })).json.items
    expect(shown).toContainEqual(expect.objectContaining({ severityMap: { page: 'critical', default: 'info' } }))
  })

  test('records with the rules that hold, what those raise, and what counts them', async () => {
    const sigma = (title: string, id: string, eventName: string) => ({
      ...{ title, id: `00000000-0000-4000-8000-0000000000${id}`, level: 'high' },
      logsource: { product: 'aws', service: 'cloudtrail' },
      detection: { selection: { eventName }, condition: 'selection' },
    })
    const often = {
      ...{ title: 'Often', id: '00000000-0000-4000-8000-000000000003' },
      correlation: { type: 'event_count', rules: ['keys'], timespan: '5m', condition: { gte: 5 } },
    }
    await put({
      integrations: [{ id: 'trail', type: 'cloudtrail' }],
      policies: [{ id: 'security' }],
      rules: [
        { id: 'keys', sigma: sigma('Key made', '01', 'CreateAccessKey'), policy: 'security' },
        { id: 'other', sigma: sigma('Other', '02', 'DeleteTrail') },
        { id: 'often', sigma: often },
        { id: 'off', enabled: false, sigma: sigma('Off', '04', 'CreateAccessKey') },
      ],
    })
    const record = { eventID: 'e1', eventTime: toRfc3339(START - MINUTE), eventName: 'CreateAccessKey' }
    const { json } = await tryOut('trail', { Records: [record, { ...record, eventName: 'x' }, { eventID: 'e2' }] })
    expect(json).toMatchObject({ accepted: 2, invalid: [{ index: 2 }] })
    expect(json.records).toMatchObject([
      {
        ...{ id: 'e1', time: record.eventTime, trail: 'cloudtrail', countedBy: ['often'] },
        rules: [{ rule: 'keys', alert: { labels: { alertname: 'Key made', rule: 'keys' }, policies: ['security'] } }],
      },
      { rules: [], countedBy: [] },
    ])
  })

  test('what has to be signed is read, and said to need it', async () => {
    await put({ integrations: [{ id: 'in', type: 'arms' }] })
    const { body } = JSON.parse(readFileSync(new URL('arms/forward.json', FIXTURES), 'utf8'))
    const { status, json } = await tryOut('in', body)
    expect([status, json.needsSignature, json.accepted > 0]).toEqual([200, true, true])
    expect(json.alerts[0].origin.via).toEqual(body.hops)
    expect((await post('in', body)).status).toBe(401)
  })

  test('nothing is stored and nothing is sent', async () => {
    await put({ integrations: [{ id: 'in', type: 'prometheus' }] })
    api.sent.length = 0
    await tryOut('in', [{ labels: { alertname: 'A' } }])
    await tryOut('in', '{')
    expect([written, api.sent]).toEqual([0, []])
  })

  test('limits are those of the URL, and long lists are cut', async () => {
    await put({ integrations: ['prometheus', 'custom'].map((type) => ({ id: type, type })) })
    const alerts = Array.from({ length: 1000 }, (_, n) => ({ labels: { alertname: 'A', n: `${n}` } }))
    const { json } = await tryOut('prometheus', alerts)
    expect([json.accepted, json.alerts.length]).toEqual([1000, 100])
    const large = `[${' '.repeat(2 * 1024 * 1024)}]`
    expect((await tryOut('custom', large)).status).toBe(413)
    expect((await tryOut('prometheus', large)).status).toBe(200)
    expect((await tryOut('prometheus', '[]', { type: 'text/plain' })).status).toBe(415)
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const request = { method: 'POST', headers, body: gzipSync(' '.repeat(5 * 1024 * 1024)) }
    const bomb = new Request('https://x.example/api/v1/integrations/prometheus/test', request)
    expect((await api.handle(bomb)).status).toBe(413)
  })

  test('a paused integration can be tried, one that is not there cannot', async () => {
    await put({ integrations: [{ id: 'in', type: 'prometheus', paused: true }] })
    expect((await tryOut('in', [])).status).toBe(200)
    expect((await tryOut('gone', [])).status).toBe(404)
    expect((await tryOut('in', [], { key: 'b-owner' })).status).toBe(404)
    expect((await tryOut('in', [], { key: 'a-responder' })).status).toBe(403)
  })
})
