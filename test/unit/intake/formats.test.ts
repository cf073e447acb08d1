import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { LIMITS } from '../../../shared/base/limits.ts'
import { integrations } from '../../../shared/integrations/registry.ts'
import { bench, NOW, type Options, type Posting, post } from '../ingest/setup.ts'

async function send(
  type: string,
  body: string | Uint8Array | undefined,
  headers: Posting['headers'] = {},
  more: Options = {},
) {
  const { ingest, ...rest } = bench({ ...more, integration: { type, ...more.integration } })
  const response = await ingest(post(body, { path: '', headers }))
  const text = await response.text()
  return { status: response.status, answer: text === '' ? '' : JSON.parse(text), ...rest }
}

const firing = { status: 'firing', labels: { alertname: 'X' } }

describe('every format', () => {
  const types = [...integrations.keys()]
  const gives = (type: string) => integrations.get(type)?.gives

  test.each(types)('%s: what is no JSON, too deep or too large is refused and kept', async (type) => {
    const limit = integrations.get(type)?.bodyBytes ?? 0
    const rows: [string | Uint8Array, number, string][] = [
      ['', 400, 'empty_body'],
      ['{', 400, 'invalid_json'],
      [new Uint8Array([0x5b, 0xff, 0x5d]), 400, 'invalid_utf8'],
      ['['.repeat(33) + ']'.repeat(33), 400, 'too_deep'],
      [' '.repeat(limit + 1), 413, 'too_large'],
    ]
    for (const [body, status, code] of rows) {
      const answered = await send(type, body)
      expect([answered.status, answered.answer.error.code]).toEqual([status, code])
      expect(answered.refused()).toHaveLength(1)
    }
  })

  test.each(types)('%s: an object of a large body has a limit of names', async (type) => {
    const text = (count: number) => {
      const names = Array.from({ length: count }, (_, i) => `"name-number-${i}-is-long-as-names-are":1`)
      return `[{${names}}, 1]`
    }
    const message = 'limit: an object has more than 10000 names'
    for (const [count, says] of [
      [LIMITS.objectNames + 1, true],
      [LIMITS.objectNames, false],
    ] as const) {
      const { answer } = await send(type, text(count))
      expect(JSON.stringify(answer).includes(message)).toBe(says)
    }
  })

  test.each(types)('%s: a body up to the limit is parsed in pieces, with pauses', async (type) => {
    const limit = Math.min(integrations.get(type)?.bodyBytes ?? 0, 4 * 1024 * 1024)
    const name = (place: number) => `"${1_000_000 + place}":${1_000_000 + place}`
    const part = (place: number) => `{${Array.from({ length: 1_000 }, (_, i) => name(1_000 * place + i)).join()}}`
    const parts = Array.from({ length: limit / 20_000 }, (_, i) => part(i)).join()
    const text = JSON.stringify(`{"eventID":"e","parts":[${parts}]}`)
    const bodies = [
      `[{"eventID":"e","parts":[${parts}]}]`,
      `{"detail-type":"AWS API Call via CloudTrail","detail":${text}}`,
    ]
    for (const body of gives(type) === 'records' ? bodies : bodies.slice(0, 1)) {
      const parse = vi.spyOn(JSON, 'parse')
      let turns = 0
      const count = (): void => {
        turns++
        waiting = setImmediate(count)
      }
      let waiting = setImmediate(count)
      await send(type, body)
      clearImmediate(waiting)
      const largest = parse.mock.calls.map(([part]) => part.length).sort((a, b) => b - a)
      parse.mockRestore()
      expect(turns).toBeGreaterThanOrEqual(Math.floor(body.length / (256 * 1024)))
      // A text inside of a value is parsed once as a text, and its own content in pieces.
      expect(largest.filter((chars) => chars > 100 * 1024).length).toBeLessThanOrEqual(body === bodies[1] ? 1 : 0)
    }
  })

  test.each(types.filter((type) => gives(type) === 'alerts'))(
    '%s: takes at most 20,000 alerts in a body',
    async (type) => {
      const answered = await send(type, `[${'1,'.repeat(20_000)}1]`)
      expect(answered.status).toBe(400)
      const why = type === 'alertmanager' ? 'expected an object' : 'the body has 20001 items, at most 20000 are allowed'
      expect(JSON.stringify(answered.answer)).toContain(why)
    },
  )

  test.each(['alertmanager', 'arms', 'custom', 'prometheus'])(
    '%s: a clock that is an hour ahead loses no alert',
    async (type) => {
      const later = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString()
      const one = { ...firing, startsAt: later(1), endsAt: later(1.1) }
      const alerts =
        type === 'prometheus' ? [one] : [one, { ...firing, labels: { alertname: 'Y' }, startsAt: later(1) }]
      const custom = {
        items: 'alerts',
        labels: { alertname: 'labels.alertname' },
        startsAt: 'startsAt',
        endsAt: 'endsAt',
      }
      const body = type === 'prometheus' || type === 'arms' ? alerts : { version: '4', status: 'firing', alerts }
      const settings = type === 'custom' ? { custom } : {}
      const answered = await send(type, JSON.stringify(body), {}, { integration: { settings } })
      expect([answered.status, answered.answer.accepted]).toEqual([202, alerts.length])
    },
  )

  test.each(types)('%s: never answers 5xx, whatever the JSON is, and takes no more than it says', async (type) => {
    const keys = fc.constantFrom(
      'alerts',
      'labels',
      'annotations',
      'status',
      'startsAt',
      'endsAt',
      'data',
      'specversion',
      'id',
      'source',
      'type',
      'hops',
      'v',
      'event',
      'eventId',
      'eventID',
      'eventTime',
      'Records',
      'detail',
      'detail-type',
      'origin',
      '__proto__',
      'constructor',
      'generatorURL',
      'subject',
      'time',
      'data_base64',
      'severity',
    )
    const values = fc.constantFrom<unknown>(
      'firing',
      'resolved',
      '2026-11-20T23:59:00Z',
      '1.0',
      'aliyun:arms:alarm:close',
      'x',
      '',
      0,
      -1,
      1e300,
      null,
      true,
      1795219200000,
      'AWS API Call via CloudTrail',
      [],
    )
    const { thing } = fc.letrec<{ thing: unknown }>((tie) => ({
      thing: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        values,
        fc.array(tie('thing'), { maxLength: 3 }),
        fc.dictionary(keys, tie('thing'), { maxKeys: 6 }),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(thing, async (value) => {
        const { status, answer, alerts, records } = await send(type, JSON.stringify(value))
        expect(status).toBeLessThan(500)
        for (const message of alerts())
          for (const alert of message.alerts) expect(Object.keys(alert.labels)).not.toEqual([])
        const stored = alerts().length + records().length
        if (status === 202 && answer.accepted === 0) expect(stored).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  test('that this version does not know is for a newer one to answer', async () => {
    const { status } = await send('pigeon', '[]')
    expect(status).toBe(503)
  })
})

describe('alertmanager', () => {
  test('one alert that is broken is named, the others are taken', async () => {
    const { status, answer, alerts } = await send(
      'alertmanager',
      JSON.stringify({ alerts: [firing, { ...firing, labels: {} }] }),
    )
    expect([status, answer.error.details]).toEqual([
      400,
      [{ path: '[1]', message: 'at least one label pair required' }],
    ])
    expect(alerts()[0]?.alerts).toHaveLength(1)
  })

  test('its path is the URL itself and JSON its only type', async () => {
    const { ingest } = bench({ integration: { type: 'alertmanager' } })
    expect((await ingest(post('{"alerts":[]}'))).status).toBe(404)
    expect((await send('alertmanager', '{"alerts":[]}', { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

describe('CloudEvents', () => {
  const ce = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'com.example.t' }

  test('in binary mode are their headers and their body', async () => {
    const { status, answer, alerts } = await send('cloudevents', '{"severity":"error"}', {
      ...ce,
      'ce-time': '2026-11-20T23:59:00Z',
      'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80',
      'ce-comacmetag': '100%',
      'content-type': 'application/json; charset=utf-8',
    })
    expect([status, answer]).toEqual([202, { accepted: 1 }])
    expect(alerts()[0]?.alerts).toEqual([
      {
        labels: { alertname: 'com.example.t', source: '/s', id: '1', subject: 'Euro € 😀', severity: 'error' },
        annotations: {
          comacmetag: '100%',
          datacontenttype: 'application/json; charset=utf-8',
          data: '{"severity":"error"}',
        },
        startsAt: Date.UTC(2026, 10, 20, 23, 59),
      },
    ])
  })

  test.each([
    ['text', 'text/plain', 'out of space', { data: 'out of space' }],
    ['bytes', 'application/octet-stream', new Uint8Array([0, 255]), {}],
    ['nothing', 'application/json', undefined, {}],
    ['JSON by another name', 'application/vnd.x+json', '[1]', { data: '[1]' }],
  ])('in binary mode may hold %s', async (_title, type, body, annotations) => {
    const { status, alerts } = await send('cloudevents', body, { ...ce, 'content-type': type })
    expect([status, alerts()[0]?.alerts[0]?.annotations]).toEqual([202, { datacontenttype: type, ...annotations }])
  })

  test('in binary mode are refused when a header is missing or the JSON is none', async () => {
    const { 'ce-type': _type, ...without } = ce
    expect((await send('cloudevents', '{}', without)).answer.error.details).toEqual([
      { path: '[0]', message: 'type is missing' },
    ])
    expect((await send('cloudevents', '{', ce)).answer.error.code).toBe('invalid_json')
  })

  test('cannot bring their data in by a header', async () => {
    const { alerts } = await send('cloudevents', '', { ...ce, 'ce-data': '{}', 'ce-data_base64': 'e30=' })
    expect(alerts()[0]?.alerts[0]?.annotations).toEqual({ datacontenttype: 'application/json' })
  })

  test('of an incident, in binary mode, are what ARMS sends', async () => {
    const data = {
      data: {
        status: 'firing',
        alerts: [{ labels: { alertname: 'X', _aliyun_arms_userid: '1', _aliyun_arms_integration_id: '2' } }],
      },
    }
    const { answer, alerts } = await send('arms', JSON.stringify(data), {
      ...ce,
      'ce-type': 'aliyun:arms:alarm:create',
    })
    expect(answer).toEqual({ accepted: 1 })
    expect(alerts()[0]?.alerts[0]).toMatchObject({
      labels: { alertname: 'X' },
      origin: { account: '1', integration: '2' },
    })
  })

  test('an empty batch is fine, and so is one event of a kind that says nothing of alerts', async () => {
    expect((await send('cloudevents', '[]', { 'content-type': 'application/cloudevents-batch+json' })).answer).toEqual({
      accepted: 0,
    })
    const claim = {
      specversion: '1.0',
      id: '1',
      source: 'arms',
      type: 'aliyun:arms:alarm:claim',
      data: { data: { alerts: [firing] } },
    }
    const { answer, sent } = await send('arms', JSON.stringify(claim), {
      'content-type': 'application/cloudevents+json',
    })
    expect([answer, sent]).toEqual([{ accepted: 1 }, []])
  })

  test('one with an alert that is too large is named; what else it has is taken', async () => {
    const large = { ...firing, annotations: { text: 'x'.repeat(330_000) } }
    const event = (...alerts: unknown[]) => ({ specversion: '1.0', id: '1', source: 's', type: 'x', data: { alerts } })
    const body = [
      event(firing),
      event({ ...firing, labels: { alertname: 'Y' } }, large, large),
      event(firing, { labels: {} }, large),
    ]
    const { status, answer, alerts } = await send('arms', JSON.stringify(body))
    expect([status, answer.error.message, answer.error.details.map(({ path }: { path: string }) => path)]).toEqual([
      400,
      '2 of 3 alerts are not valid; the others were accepted',
      ['[1]', '[2]'],
    ])
    expect(alerts()[0]?.alerts.map(({ labels }) => labels.alertname)).toEqual(['X', 'Y', 'X'])
  })
})

test('nobody who posts to an integration can speak for its account', async () => {
  const labels = {
    alertname: 'X',
    _aliyun_arms_userid: 'acme',
    _aliyun_arms_integration_id: 'default',
    _aliyun_arms_alert_rule_id: 'r',
  }
  const { alerts } = await send('arms', JSON.stringify({ labels }))
  expect(alerts()[0]?.alerts[0]).toMatchObject({ labels: { alertname: 'X' } })
  expect(alerts()[0]?.alerts[0]).not.toHaveProperty('origin')
})
