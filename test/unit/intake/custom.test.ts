import { describe, expect, test } from 'vitest'
import type { CustomMapping } from '../../../shared/integrations/custom-mapping.ts'
import type { CustomSettings } from '../../../shared/integrations/custom-settings.ts'
import { bench, NOW, post } from '../ingest/setup.ts'

async function send(body: string, custom?: CustomMapping, type = 'application/json', more: CustomSettings = {}) {
  const integration = { type: 'custom', name: 'Old NAS', settings: { ...(custom && { custom }), ...more } }
  const { ingest, ...rest } = bench({ integration })
  const response = await ingest(post(body, { path: '', headers: { 'content-type': type } }))
  return { status: response.status, answer: JSON.parse(await response.text()), ...rest }
}

describe('a custom integration', () => {
  test.each(['null', '"x"', '[]', '123', '{}', 'true', '1e400', '"\\u0000\\ud800\\uffff"'])(
    'takes %s as an alert with its text',
    async (body) => {
      const { status, answer, alerts } = await send(body)
      expect([status, answer]).toEqual([202, { accepted: 1 }])
      expect(alerts()[0]?.alerts[0]?.labels).toEqual({ alertname: 'Old NAS' })
    },
  )

  test.each(['', '{', "{'a': 1}", 'plain words', 'a=b&c=d', '[1,]', '{"a":1}{"b":2}'])('refuses %j', async (body) => {
    expect((await send(body)).status).toBe(400)
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain; charset=utf-8', 'application/vnd.tool+json'])(
    'takes JSON that says to be %s',
    async (type) => {
      expect((await send('{"a":1}', { labels: { alertname: 'a' } }, type)).status).toBe(202)
    },
  )

  test('takes names of the prototype for what they are', async () => {
    const body = '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"a":"y"}'
    const mapping = {
      labels: { admin: 'admin', x: 'constructor.prototype.x', own: '__proto__.admin', name: 'constructor.name' },
    }
    const { status, alerts } = await send(body, mapping)
    expect([status, alerts()[0]?.alerts[0]?.labels]).toEqual([202, { x: '1', own: 'true' }])
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('different 64-bit ids are different alerts', async () => {
    const ids = ['12345678901234567890', '12345678901234567891', '9007199254740992', '9007199254740993', '1.0', '1']
    const body = `[${ids.map((id) => `{"name":"N","deep":{"id":${id}},"list":[${id}],"s":${id}}`)}]`
    const mapping: CustomMapping = {
      labels: { alertname: 'name', list: 'list' },
      dedup: ['deep.id', 'list'],
      severity: 's',
    }
    const { alerts } = await send(body, mapping, undefined, { severityMap: { '9007199254740993': 'critical' } })
    const labels = alerts()[0]!.alerts.map((alert) => alert.labels)
    expect(labels[1]).toMatchObject({ id: '12345678901234567891', list: '["12345678901234567891"]' })
    expect(new Set(labels.map(({ id }) => id))).toEqual(new Set([...ids.slice(0, 4), '1']))
  })

  test('of a name that is there twice takes the last, as everybody does', async () => {
    const { alerts } = await send('{"s":"info","s":"critical"}', { labels: { alertname: 's' } })
    expect(alerts()[0]?.alerts[0]?.labels).toEqual({ alertname: 'critical' })
  })

  test('answers how many items it took, not how many alerts an end counts for', async () => {
    const mapping: CustomMapping = {
      dedup: ['id'],
      severity: 's',
      recovery: { field: 's', value: '0' },
    }
    const { answer, alerts } = await send('[{"id":1,"s":0},{"id":2,"s":1}]', mapping, undefined, {
      severityMap: { 1: 'a', 2: 'b' },
    })
    expect([answer, alerts()[0]?.alerts.length]).toEqual([{ accepted: 2 }, 4])
  })

  test.each([
    ['{"status":"RESOLVED","labels":{"alertname":"A"}}', { alertname: 'A' }, {}, NOW],
    ['{"status":"resolved","alerts":[{"labels":{"alertname":"A"}}]}', { alertname: 'A' }, {}, NOW],
    [
      '{"status":"resolved","alerts":[{"status":"firing","labels":{"alertname":"A"}}]}',
      { alertname: 'A' },
      {},
      undefined,
    ],
    [
      '{"labels":{"a":"A","b":{"c":[1]},"d":null},"annotations":{"v":{"x":1}}}',
      { a: 'A', b: '{"c":[1]}' },
      { v: '{"x":1}' },
      undefined,
    ],
    ['{"labels":{"a":"A"},"annotations":"disk full"}', { a: 'A' }, { message: 'disk full' }, undefined],
  ])('without a mapping reads %s', async (body, labels, annotations, endsAt) => {
    const { status, alerts } = await send(body)
    expect([status, alerts()[0]?.alerts[0]]).toMatchObject([202, { labels, annotations }])
    expect(alerts()[0]?.alerts[0]?.endsAt).toBe(endsAt)
  })

  const AT = Date.UTC(2026, 0, 1)
  test.each([
    [AT / 1000, AT],
    [AT, AT],
    [AT * 1000, AT],
    [AT * 1e6, AT],
    [`${AT / 1000}.5`, AT + 500],
    [`${AT}000`, AT],
    [`${AT}000000`, AT],
    ['2026-01-01t00:00:00z', AT],
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59)],
    ['2017-01-01T08:59:60.5+09:00', Date.UTC(2016, 11, 31, 23, 59, 59, 500)],
    ['2026-01-01T00:00:61Z', NOW],
    [1e21, NOW],
  ])('reads the time %j', async (at, startsAt) => {
    const { alerts } = await send(JSON.stringify({ a: 'A', at }), { labels: { alertname: 'a' }, startsAt: 'at' })
    expect(alerts()[0]?.alerts[0]?.startsAt).toBe(startsAt)
  })

  test('an item that is too large is named', async () => {
    const large = JSON.stringify([{ t: 'a' }, { t: 'x'.repeat(330_000) }])
    const { status, answer, alerts } = await send(large, { labels: { alertname: 't' } })
    expect([status, answer.error.details[0].path, alerts()[0]?.alerts.length]).toEqual([400, '[1]', 1])
  })

  test('two fields of one name are two labels', async () => {
    const mapping: CustomMapping = { labels: { 'b.id': { value: 'x' } }, dedup: ['a.id', 'b.id', 'id'] }
    const { alerts } = await send('{"a":{"id":1},"b":{"id":2},"id":3}', mapping)
    expect(alerts()[0]?.alerts[0]?.labels).toEqual({ 'b.id': 'x', id: '1', 'dedup b.id': '2', 'dedup id': '3' })
  })
})
