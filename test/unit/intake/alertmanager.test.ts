import { describe, expect, test } from 'vitest'
import { bench, NOW, post } from '../ingest/setup.ts'

/*
 * Request and answer, as on Alertmanager (facts from prometheus/alertmanager, Apache-2.0, and from a running
 * Alertmanager). Times of the rows lie around NOW, 2026-11-21T00:00:00Z.
 */

const cannotParse = (why: string) => ({ code: 400, message: `parsing alerts body from "" failed, because ${why}` })
const cannotDecode = (what: string) => cannotParse(`json: cannot unmarshal ${what}`)
const L = '"labels":{"alertname":"Row"}'

const ANSWERS: [title: string, body: string, status: number, answer: unknown][] = [
  [
    'one alert',
    `[{${L},"annotations":{"note":"n","empty":""},"generatorURL":"http://p.test/graph?g0.expr=up"}]`,
    200,
    '',
  ],
  ['an empty list', '[]', 200, ''],
  ['null', 'null', 200, ''],
  ['a label without a value', '[{"labels":{"alertname":"Row","gone":""}}]', 200, ''],
  ['field names in another case', '[{"Labels":{"alertname":"Row"}}]', 200, ''],
  ['zero times', `[{${L},"startsAt":"0001-01-01T00:00:00.000Z","endsAt":"0001-01-01T00:00:00.000Z"}]`, 200, ''],
  ['only an end, passed', `[{${L},"endsAt":"2026-11-20T23:59:00Z"}]`, 200, ''],
  ['start and end at once', `[{${L},"startsAt":"2026-11-21T00:00:00Z","endsAt":"2026-11-21T00:00:00Z"}]`, 200, ''],
  ['UTF-8 names', '[{"labels":{"00":"b","Σ":"c","🙂":"dΘ","bad-name":"x"}}]', 200, ''],
  ['no labels', '[{"labels":{}}]', 400, 'at least one label pair required'],
  [
    'only empty labels, twice',
    '[{"labels":{"a":""}},{"labels":{"a":null}}]',
    400,
    'at least one label pair required\nat least one label pair required',
  ],
  ['an empty name', '[{"labels":{"":"x"}}]', 400, 'invalid label set: invalid name ""'],
  ['an empty annotation name', `[{${L},"annotations":{"":"x"}}]`, 400, 'invalid annotations: invalid name ""'],
  [
    'an end before the start',
    `[{${L},"startsAt":"2026-11-21T00:00:10Z","endsAt":"2026-11-21T00:00:05Z"}]`,
    400,
    'start time must be before end time',
  ],
  [
    'a start beyond the automatic end',
    `[{${L},"startsAt":"2026-11-21T00:05:01Z"}]`,
    400,
    'start time must be before end time',
  ],
  ['labels missing', '[{"annotations":{"note":"n"}}]', 422, { code: 602, message: '0.labels in body is required' }],
  ['labels null, second', `[{${L}},{"labels":null}]`, 422, { code: 602, message: '1.labels in body is required' }],
  [
    'a link that is none',
    `[{${L},"generatorURL":"nowhere at all"}]`,
    422,
    { code: 601, message: '0.generatorURL in body must be of type uri: "nowhere at all"' },
  ],
  [
    'link before labels',
    '[{"generatorURL":"q"}]',
    422,
    { code: 601, message: '0.generatorURL in body must be of type uri: "q"' },
  ],
  [
    'types before schema',
    '[{"generatorURL":"q"},5]',
    400,
    cannotDecode('number into Go value of type models.PostableAlert'),
  ],
  ['an item that is null', '[null]', 400, cannotDecode('null into Go value of type models.PostableAlert')],
  ['nothing', '', 422, { code: 602, message: 'alerts in body is required' }],
  ['half a body', '[{', 400, cannotParse('unexpected EOF')],
  ['half a string', '[{"labels":{"a', 400, cannotParse('unexpected EOF')],
  ['an object', `{${L}}`, 400, cannotDecode('object into Go value of type models.PostableAlerts')],
  ['a text', '"x"', 400, cannotDecode('string into Go value of type models.PostableAlerts')],
  ['a number', '5', 400, cannotDecode('number into Go value of type models.PostableAlerts')],
  ['a yes', 'true', 400, cannotDecode('bool into Go value of type models.PostableAlerts')],
  [
    'a label that is a number',
    '[{"labels":{"alertname":"Row","n":5}}]',
    400,
    cannotDecode('number into Go struct field Alert.labels of type string'),
  ],
  [
    'labels that are a list',
    '[{"labels":[]}]',
    400,
    cannotDecode('array into Go struct field Alert.labels of type models.LabelSet'),
  ],
  [
    'an annotation that is an object',
    `[{${L},"annotations":{"a":{}}}]`,
    400,
    cannotDecode('object into Go struct field .annotations of type string'),
  ],
  [
    'a time that is a number',
    `[{${L},"startsAt":5}]`,
    400,
    cannotDecode('number into Go struct field .startsAt of type string'),
  ],
  [
    'a link that is a number',
    `[{${L},"generatorURL":5}]`,
    400,
    cannotDecode('number into Go struct field Alert.generatorURL of type string'),
  ],
  [
    'a word for a time',
    `[{${L},"startsAt":"noon"}]`,
    400,
    cannotParse('parsing time "noon" as "2006-01-02 15:04:05": cannot parse "noon" as "2006"'),
  ],
  [
    'hour 25',
    `[{${L},"endsAt":"2026-11-21T25:00:00Z"}]`,
    400,
    cannotParse('parsing time "2026-11-21T25:00:00Z" as "2006-01-02 15:04:05": cannot parse "T25:00:00Z" as " "'),
  ],
]

describe('POST /api/v2/alerts answers as Alertmanager does', () => {
  test.each(ANSWERS)('%s', async (_title, body, status, answer) => {
    const { ingest } = bench()
    const response = await ingest(post(body))
    const text = await response.text()
    expect([response.status, text === '' ? '' : JSON.parse(text)]).toEqual([status, answer])
  })

  test('a text for an error has the newline that Go writes', async () => {
    const response = await bench().ingest(post('[{"labels":{}}]'))
    expect(await response.text()).toBe('"at least one label pair required"\n')
  })

  test('the valid ones of a batch are stored though the answer is 400', async () => {
    const { ingest, alerts, refused } = bench()
    const response = await ingest(post(`[{"labels":{}},{${L}}]`))
    expect(response.status).toBe(400)
    expect(alerts().flatMap((message) => message.alerts.map((alert) => alert.labels))).toEqual([{ alertname: 'Row' }])
    expect(refused()[0]!.reason).toBe('[0] at least one label pair required')
  })

  test('nothing of a body is stored when its form is wrong', async () => {
    const { ingest, alerts } = bench()
    await ingest(post(`[{${L}},{"annotations":{}}]`))
    expect(alerts()).toEqual([])
  })

  test.each([
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON', 200],
    ['text/plain', 415],
    ['application/json;charset=ISO-8859-1', 200],
    ['application/json; charset="windows-1252"', 200],
    ['application/json; charset=nobody-knows', 200],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=UTF-16LE', 415],
    ['application/json; charset=utf-32', 415],
    ['application/x-www-form-urlencoded', 415],
  ])('content type %s: %i', async (type, status) => {
    const response = await bench().ingest(post('[]', { headers: { 'content-type': type } }))
    expect(response.status).toBe(status)
  })

  test.each([
    ['iso-8859-1', Buffer.from('café', 'latin1'), 'café'],
    ['GBK', Buffer.from([0xb8, 0xe6, 0xbe, 0xaf]), '告警'],
    ['iso-8859-1', Buffer.from('café'), 'café'],
    ['nobody-knows', Buffer.from([0x78, 0xe9]), 'x\ufffd'],
  ])('letters of a body in %s are kept', async (charset, name, alertname) => {
    const { ingest, alerts } = bench()
    const body = Buffer.concat([Buffer.from('[{"labels":{"alertname":"'), name, Buffer.from('"}}]')])
    const response = await ingest(post(body, { headers: { 'content-type': `application/json; charset=${charset}` } }))
    expect([response.status, alerts()[0]?.alerts[0]?.labels]).toEqual([200, { alertname }])
  })

  test('names the content type that it does not take', async () => {
    const response = await bench().ingest(post('[]', { headers: { 'content-type': 'text/plain' } }))
    expect(await response.json()).toEqual({
      code: 415,
      message: 'unsupported media type "text/plain", only [application/json] are allowed',
    })
  })

  test('names the methods that there are', async () => {
    const response = await bench().ingest(post('[]', { method: 'PUT' }))
    expect([response.status, await response.json()]).toEqual([
      405,
      { code: 405, message: 'method PUT is not allowed, but [POST,GET] are' },
    ])
  })

  test('does not know other paths, and does not repeat the token', async () => {
    const response = await bench().ingest(post('[]', { path: '/api/v2/nope' }))
    expect([response.status, await response.json()]).toEqual([
      404,
      { code: 404, message: 'path /api/v2/nope was not found' },
    ])
  })
})

test('an alert that sent no end is left without one, and how long it lives goes along', async () => {
  for (const [given, expected] of [
    [{}, 300_000],
    [{ resolveTimeoutMs: 60_000 }, 60_000],
    [{ resolveTimeoutMs: 60_000, integration: { autoRecoverAfterMs: 0 } }, 0],
  ] as const) {
    const { ingest, alerts } = bench(given)
    await ingest(post(`[{${L}}]`))
    expect(alerts()).toMatchObject([
      { account: 'acme', integration: 'prom', receivedAt: NOW, recoverAfterMs: expected, alerts: [{ startsAt: NOW }] },
    ])
    expect(alerts()[0]!.alerts[0]).not.toHaveProperty('endsAt')
  }
})
