import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import { claimAttempt, recordOutcome } from '../../../../shared/group-store/deliveries.ts'
import { type Api, CONFIG, HOOK, START, startApi } from '../harness.ts'

const key = 'a-viewer'
const AS = {
  source: 'arms',
  typePrefix: 'aliyun:arms:alarm',
  timeZone: 'Asia/Shanghai',
  eventBus: 'on-call',
  publicUrl: 'https://tocsin.example',
}
let api: Api

beforeEach(async () => {
  api = await startApi()
  const buses = ['bus', 'other'].map((id) => ({
    id,
    type: 'cloudevents',
    url: 'https://bus.example/t0ken',
    secret: 's3cret',
  }))
  const policies = [{ ...CONFIG.policies[0], lifecycle: ['bus', 'other'] }]
  const body = { ...CONFIG, channels: [HOOK, ...buses], policies }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
})

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
async function events(query = '', by = key): Promise<{ items: any[]; next?: string }> {
  const { status, json, text } = await api.ask('GET', `/api/v1/events${query}`, { key: by })
  expect(status, text).toBe(200)
  return json
}

interface Fired {
  group: string
  incident: string
  /** By channel. */
  deliveries: Record<string, string>
}

/** A firing alert after its flush: its notification waits, and so does its event for both buses. */
async function fire(alertname: string): Promise<Fired> {
  const before = api.due.length
  await api.post('a', [{ labels: { alertname, severity: 'error' } }])
  const { json } = await api.ask('GET', `/api/v1/alerts?filter=alertname%3D${alertname}`, { key })
  const group = json.items[0].groups[0].id
  await api.later(5 * SECOND, 'a', [group])
  const due = api.due.slice(before).map(({ body }) => JSON.parse(body) as { target: string; delivery: string })
  const deliveries = Object.fromEntries(due.map(({ target, delivery }) => [target.replace('lifecycle:', ''), delivery]))
  const shown = await api.ask('GET', `/api/v1/alerts?filter=alertname%3D${alertname}`, { key })
  return { group, incident: shown.json.items[0].groups[0].incident, deliveries }
}

describe('api: GET /api/v1/events', () => {
  test('shows an event for each bus, before it was sent and after', async () => {
    const { group, incident, deliveries } = await fire('A')
    const at = toRfc3339(START + 5 * SECOND)
    const waiting = { id: `${incident}_create`, type: 'create', incident, at, state: 'waiting', attempts: 0 }
    const first = (await events()).items
    expect(first.sort((a, b) => (a.channel < b.channel ? -1 : 1))).toEqual([
      { ...waiting, channel: 'bus', delivery: deliveries.bus },
      { ...waiting, channel: 'other', delivery: deliveries.other },
    ])

    const attemptedAt = START + 7 * SECOND
    await claimAttempt(api.table, 'a', group, deliveries.bus!, 1, attemptedAt, AS)
    await recordOutcome(
      api.table,
      { account: 'a', group: group, delivery: deliveries.bus!, attempt: 1 },
      { kind: 'arrived', at: attemptedAt },
    )
    const sent = (await events()).items.find(({ channel }) => channel === 'bus')
    expect(sent).toEqual({
      ...waiting,
      channel: 'bus',
      delivery: deliveries.bus,
      state: 'arrived',
      attempts: 1,
      attemptedAt: toRfc3339(attemptedAt),
      outcome: { kind: 'arrived', at: toRfc3339(attemptedAt) },
      event: expect.objectContaining({
        id: `${incident}_create`,
        type: 'aliyun:arms:alarm:create',
        subject: `https://tocsin.example/incidents/${incident}`,
        aliyuneventbusname: 'on-call',
        aliyunpublishtime: toRfc3339(attemptedAt),
        data: expect.objectContaining({ timestamp: START + 5 * SECOND }),
      }),
    })
    expect(JSON.stringify(await events())).not.toMatch(/t0ken|s3cret/)
  })

  test('finds by type, incident and time', async () => {
    const a = await fire('A')
    api.time.now += 10 * MINUTE
    const b = await fire('B')
    await claimAttempt(api.table, 'a', b.group, b.deliveries.bus!, 1, api.time.now, { ...AS, typePrefix: 'alarm' })
    const found = async (query: string) => new Set((await events(query)).items.map(({ incident }) => incident))
    expect(await found('')).toEqual(new Set([a.incident, b.incident]))
    expect(await found('?type=create')).toEqual(new Set([a.incident, b.incident]))
    expect(await found('?type=close')).toEqual(new Set())
    expect(await found('?type=alarm:create')).toEqual(new Set([b.incident]))
    expect(await found('?type=aliyun:arms:alarm:create')).toEqual(new Set())
    expect(await found(`?incident=${a.incident}`)).toEqual(new Set([a.incident]))
    expect(await found(`?incident=${'0'.repeat(32)}-abc`)).toEqual(new Set())
    const happened = toRfc3339(START + 5 * SECOND)
    const after = toRfc3339(START + 6 * SECOND)
    expect(await found(`?to=${after}`)).toEqual(new Set([a.incident]))
    expect(await found(`?from=${happened}&to=${after}`)).toEqual(new Set([a.incident]))
    expect(await found(`?to=${happened}`)).toEqual(new Set())
    expect(await found(`?from=${after}`)).toEqual(new Set([b.incident]))
    expect(await found(`?from=${after}&incident=${a.incident}`)).toEqual(new Set())
  })

  test.each([
    'type=open',
    'type=',
    'type=create%0a',
    'incident=nope',
    'incident=',
    'incident=../x',
    'from=yesterday',
    'to=',
    'from=2026-13-01T00:00:00Z',
    'limit=0',
    'after=x',
  ])('refuses ?%s', async (query) => {
    const { status, json } = await api.ask('GET', `/api/v1/events?${query}`, { key })
    expect([status, json.error.code]).toEqual([400, 'invalid'])
    expect(json.error.message).toContain(query.split('=')[0])
  })

  test('pages through all of them once, newest first, however many other deliveries there are', async () => {
    const fired: Fired[] = []
    for (let index = 0; index < 30; index++) fired.push(await fire(`n${index}`))
    const seen: string[] = []
    let query = '?limit=7'
    for (;;) {
      const { items, next } = await events(query)
      expect(items.length).toBeLessThanOrEqual(7)
      seen.push(...items.map(({ delivery }) => delivery))
      if (next === undefined) break
      query = `?limit=7&after=${next}`
    }
    expect(seen).toHaveLength(60)
    expect(new Set(seen)).toEqual(new Set(fired.flatMap(({ deliveries }) => [deliveries.bus!, deliveries.other!])))
    const order = (await events('?limit=500')).items.map(({ at }) => at)
    expect(order).toEqual([...order].sort().reverse())
  })

  test('ends an answer before it is more than Lambda lets through', async () => {
    // Twice in the event: in the alert, and among the common labels.
    const message = 'x'.repeat(31_000)
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`)
    await api.post(
      'a',
      names.map((alertname) => ({ labels: { alertname }, annotations: { message } })),
    )
    const { json } = await api.ask('GET', '/api/v1/alerts?limit=500', { key })
    await api.later(
      5 * SECOND,
      'a',
      json.items.map((alert: { groups: { id: string }[] }) => alert.groups[0]!.id),
    )
    for (const { body } of api.due) {
      const { group, delivery, target } = JSON.parse(body)
      if (target.startsWith('lifecycle:')) await claimAttempt(api.table, 'a', group, delivery, 1, api.time.now, AS)
    }
    const first = await events('?limit=500')
    expect(JSON.stringify(first).length).toBeGreaterThan(4 * 1024 * 1024)
    expect(JSON.stringify(first).length).toBeLessThan(6 * 1024 * 1024)
    const second = await events(`?limit=500&after=${first.next}`)
    expect(first.items.length + second.items.length).toBe(100)
  })

  test('belongs to its account: another finds none of it, and its cursors open nothing', async () => {
    const { incident } = await fire('A')
    await fire('B')
    expect((await events('', 'b-owner')).items).toEqual([])
    expect((await events(`?incident=${incident}`, 'b-owner')).items).toEqual([])
    const { next } = await events('?limit=1')
    const { status } = await api.ask('GET', `/api/v1/events?limit=1&after=${next}`, { key: 'b-owner' })
    expect(status).toBe(400)
  })
})
