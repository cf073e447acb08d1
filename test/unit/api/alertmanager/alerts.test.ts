import { beforeEach, describe, expect, test } from 'vitest'
import { fingerprint } from '../../../../shared/alert/fingerprint.ts'
import { HOUR, MINUTE, toRfc3339 } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, START, startApi } from '../harness.ts'

/* Answers that Alertmanager gives (facts from prometheus/alertmanager, Apache-2.0), texts of 0.34. */

const key = 'a-responder'
const at = (ms: number): string => toRfc3339(START + ms)

const A = { alertname: 'A', instance: 'i1', sev: 'crit', team: 'a' }
const B = { alertname: 'B' }

const ROUTES = `
route:
  receiver: default
  group_by: [alertname]
  routes:
    - {receiver: team X-pager, matchers: ['sev="crit"'], continue: true, group_by: ['...']}
    - {receiver: other, matchers: ['team="a"']}
receivers: [{name: default}, {name: team X-pager}, {name: other}]
inhibit_rules:
  - {source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: [alertname]}
time_intervals:
  - {name: always, time_intervals: [{months: ['1:12']}]}
`

let api: Api
beforeEach(async () => {
  api = await startApi()
  const put = { key: 'a-owner', body: ROUTES, type: 'application/yaml' }
  expect((await api.ask('PUT', '/api/v1/config/alertmanager', put)).status).toBe(200)
})

async function names(path: string): Promise<string[]> {
  const { status, json } = await api.ask('GET', path, { key })
  expect(status).toBe(200)
  return json.map(({ labels }: { labels: { alertname: string } }) => labels.alertname)
}

describe('api: GET /api/v2/alerts', () => {
  test('shows an alert once, with every receiver in the order of the routes', async () => {
    await api.post('a', [{ labels: A, annotations: { summary: 's' }, generatorURL: 'http://prom/graph' }])
    const { json } = await api.ask('GET', '/api/v2/alerts', { key })
    expect(json).toEqual([
      {
        annotations: { summary: 's' },
        endsAt: at(5 * MINUTE),
        fingerprint: fingerprint(A),
        receivers: [{ name: 'team X-pager' }, { name: 'other' }],
        startsAt: at(0),
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
        updatedAt: at(0),
        generatorURL: 'http://prom/graph',
        labels: A,
      },
    ])
  })

  test('is sorted by fingerprint and hides what has ended and what is another account’s', async () => {
    const labels = ['C', 'D', 'E', 'F'].map((alertname) => ({ alertname }))
    await api.post('a', [...labels.map((labels) => ({ labels })), { labels: B, endsAt: START + MINUTE }])
    await api.post('b', [{ labels: { alertname: 'Theirs' } }])
    expect(await names('/api/v2/alerts')).toContain('B')
    api.time.now += 2 * MINUTE
    const { json } = await api.ask('GET', '/api/v2/alerts', { key })
    const shown = json.map((alert: { fingerprint: string }) => alert.fingerprint)
    expect(shown).toEqual(labels.map((one) => fingerprint(one)).sort())
  })

  test.each([
    ['filter=alertname%3DA', ['A']],
    ['filter=alertname%3DA&filter=team%3Db', []],
    ['filter=team%3D%22%22', ['B']],
    ['filter=team!%3D%22%22', ['A']],
    ['filter=instance%3D~%22i%22', []],
    ['filter=instance%3D~%22i.%22', ['A']],
    ['receiver=team.*', ['A']],
    ['receiver=team', []],
    ['receiver=default', ['B']],
    ['active=false', []],
    ['active=notbool', []],
    ['active=TRUE', ['A', 'B']],
    ['silenced=false&inhibited=false&unprocessed=false&active=true', ['A', 'B']],
  ])('?%s shows %j', async (query, expected) => {
    await api.post('a', [{ labels: A }, { labels: B }])
    expect((await names(`/api/v2/alerts?${query}`)).sort()).toEqual(expected)
  })

  test.each([
    ['filter=foo', 'bad matcher format: foo'],
    ['receiver=(', 'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`'],
    ['filter=%7Balertname%3D%22A%22%7D', 'unexpected open or close brace: {alertname="A"}'],
  ])('?%s is a 400 whose body is a JSON string', async (query, message) => {
    for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups']) {
      const { status, json } = await api.ask('GET', `${path}?${query}`, { key })
      expect([status, json]).toEqual([400, message])
    }
  })

  test('what holds an alert back is computed when it is asked, not at the last flush', async () => {
    const warning = { alertname: 'T', severity: 'warning' }
    const critical = { alertname: 'T', severity: 'critical' }
    await api.post('a', [{ labels: warning }])
    const state = async (): Promise<Record<string, unknown>> => {
      const { json } = await api.ask('GET', '/api/v2/alerts', { key })
      return Object.fromEntries(
        json.map((alert: { labels: typeof warning; status: unknown }) => [alert.labels.severity, alert.status]),
      )
    }
    const free = { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] }
    expect(await state()).toEqual({ warning: free })
    const body = silence([['alertname', 'T']], { startsAt: at(0), endsAt: at(HOUR) })
    const id = (await api.ask('POST', '/api/v2/silences', { key, body })).json.silenceID
    expect(await state()).toEqual({ warning: { ...free, state: 'suppressed', silencedBy: [id] } })
    await api.post('a', [{ labels: critical }])
    const inhibitedBy = [fingerprint(critical)]
    expect(await state()).toEqual({
      critical: { ...free, state: 'suppressed', silencedBy: [id] },
      warning: { ...free, state: 'suppressed', silencedBy: [id], inhibitedBy },
    })
    api.time.now += 1
    await api.ask('DELETE', `/api/v2/silence/${id}`, { key })
    expect(await state()).toEqual({ critical: free, warning: { ...free, state: 'suppressed', inhibitedBy } })
    expect(await names('/api/v2/alerts?inhibited=false')).toEqual(['T'])
    expect(await names('/api/v2/alerts?active=false')).toEqual(['T'])
  })

  test('a label called __proto__ is a label', async () => {
    const labels = JSON.parse('{"alertname":"P","__proto__":"x"}')
    await api.post('a', [{ labels }])
    const { text } = await api.ask('GET', '/api/v2/alerts?filter=__proto__%3Dx', { key })
    expect(text).toContain('"__proto__":"x"')
  })
})

describe('api: GET /api/v2/alerts/groups', () => {
  test('shows groups by labels and receiver, from their first alert on', async () => {
    await api.post('a', [{ labels: A }, { labels: B }])
    const { json } = await api.ask('GET', '/api/v2/alerts/groups', { key })
    const shown = json.map((group: { receiver: { name: string }; labels: unknown }) => [
      group.receiver.name,
      group.labels,
    ])
    expect(shown).toEqual([
      ['other', { alertname: 'A' }],
      ['default', { alertname: 'B' }],
      ['team X-pager', A],
    ])
    expect(json[0].alerts[0].receivers).toEqual([{ name: 'other' }, { name: 'team X-pager' }])
    expect(await api.ask('GET', '/api/v2/alerts/groups?receiver=other', { key }).then(({ json }) => json)).toHaveLength(
      1,
    )
  })

  test('alerts of a policy that a time interval mutes are suppressed there', async () => {
    const body = { ...CONFIG, policies: [{ ...CONFIG.policies[0], muteTimes: ['always'] }], route: null }
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
    await api.post('a', [{ labels: B }])
    const { json } = await api.ask('GET', '/api/v2/alerts/groups', { key })
    expect(json[0].alerts[0].status).toMatchObject({ state: 'suppressed', mutedBy: ['always'] })
    expect((await api.ask('GET', '/api/v2/alerts/groups?muted=false', { key })).json).toEqual([])
    const own = await api.ask('GET', '/api/v1/alerts?state=suppressed', { key })
    expect(own.json.items[0].mutedBy).toEqual(['always'])
  })
})

describe('api: what a rule with a policy of its own raised', () => {
  const raised = { alertname: 'R', team: 'a' }
  beforeEach(async () => {
    const policies = [{ id: 'soc', match: [{ label: 'team', value: 'soc' }], groupBy: ['alertname'] }]
    const rules = [{ id: 'root', template: 'cloudtrail/root-login', policy: 'soc' }]
    const body = { policies, rules, forwarding: { url: 'https://hub.example/i/acme.from-here.0.token' } }
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
    await api.post('a', [{ labels: raised }], { rule: 'root' })
  })

  test('is shown with the receiver that takes it: neither those of its labels nor forwarding', async () => {
    const { json } = await api.ask('GET', '/api/v2/alerts', { key })
    expect(json.map((alert: { receivers: object[] }) => alert.receivers)).toEqual([[{ name: 'soc' }]])
    expect(await names('/api/v2/alerts?receiver=other')).toEqual([])
    expect(await names('/api/v2/alerts?receiver=_forward')).toEqual([])
    const groups = await api.ask('GET', '/api/v2/alerts/groups', { key })
    expect(groups.json).toMatchObject([{ receiver: { name: 'soc' }, alerts: [{ receivers: [{ name: 'soc' }] }] }])
    expect(groups.json).toHaveLength(1)
  })

  test('is one alert of one group in the list of our own', async () => {
    const { json } = await api.ask('GET', '/api/v1/alerts', { key })
    const groups = json.items.map((alert: { groups: { policy: string }[] }) => alert.groups.map(({ policy }) => policy))
    expect(groups).toEqual([['soc']])
  })
})

interface Times {
  startsAt: string
  endsAt: string
}

function silence(matchers: [string, string][], times: Times, more: object = {}): Record<string, unknown> {
  const full = matchers.map(([name, value]) => ({ name, value, isRegex: false }))
  return { matchers: full, createdBy: 'me', comment: 'c', ...times, ...more }
}

describe('api: silences', () => {
  const HOURLY = { startsAt: at(-10_000), endsAt: at(HOUR) }
  const post = (body: unknown) => api.ask('POST', '/api/v2/silences', { key, body })
  const UNKNOWN = '00000000-0000-4000-8000-000000000000'

  test('a silence that is posted can be read; a start that has passed is now', async () => {
    const made = await post(silence([['alertname', 'A']], HOURLY))
    expect(made.status).toBe(200)
    const id = made.json.silenceID
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const { json } = await api.ask('GET', `/api/v2/silence/${id}`, { key })
    const shown = {
      id,
      status: { state: 'active' },
      updatedAt: at(0),
      comment: 'c',
      createdBy: 'me',
      endsAt: at(HOUR),
      matchers: [{ isEqual: true, isRegex: false, name: 'alertname', value: 'A' }],
      startsAt: at(0),
    }
    expect(json).toEqual(shown)
    expect((await api.ask('GET', '/api/v2/silences', { key })).json).toEqual([shown])
    expect((await api.ask('GET', '/api/v2/silences', { key: 'b-owner' })).json).toEqual([])
    expect((await api.ask('GET', `/api/v2/silence/${id}`, { key: 'b-owner' })).status).toBe(404)
    expect((await api.ask('DELETE', `/api/v2/silence/${id}`, { key: 'b-owner' })).status).toBe(404)
  })

  test('another end keeps the id, other matchers make another silence and expire the old', async () => {
    const id = (await post(silence([['a', 'x']], HOURLY))).json.silenceID
    const later = silence([['a', 'x']], { startsAt: at(0), endsAt: at(2 * HOUR) }, { id })
    expect((await post(later)).json.silenceID).toBe(id)
    api.time.now += 1000
    const other = (await post(silence([['a', 'y']], HOURLY, { id }))).json.silenceID
    expect(other).not.toBe(id)
    const { json } = await api.ask('GET', '/api/v2/silences', { key })
    const states = json.map((one: { id: string; status: { state: string } }) => [one.id, one.status.state])
    expect(states).toEqual([
      [other, 'active'],
      [id, 'expired'],
    ])
    const filtered = await api.ask('GET', '/api/v2/silences?filter=a%3Dy', { key })
    expect(filtered.json.map((one: { id: string }) => one.id)).toEqual([other])
    const living = await api.ask('GET', '/api/v2/silences?expired=false', { key })
    expect(living.json.map((one: { id: string }) => one.id)).toEqual([other])
  })

  const ok = silence([['a', 'b']], HOURLY)
  const without = (name: string): unknown => ({ ...ok, [name]: undefined })
  const matcher = (more: object): unknown => ({ ...ok, matchers: [{ name: 'a', value: 'b', isRegex: false, ...more }] })
  test.each([
    ['an unknown id', { ...ok, id: UNKNOWN }, 404, 'silence not found'],
    [
      'no matchers',
      { ...ok, matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    ['no comment', without('comment'), 422, { code: 602, message: 'comment in body is required' }],
    ['no createdBy', without('createdBy'), 422, { code: 602, message: 'createdBy in body is required' }],
    ['a null end', { ...ok, endsAt: null }, 422, { code: 602, message: 'endsAt in body is required' }],
    ['nothing', {}, 422, { code: 602, message: 'comment in body is required' }],
    [
      'a matcher without a name',
      matcher({ name: undefined }),
      422,
      { code: 602, message: 'matchers.0.name in body is required' },
    ],
    [
      'a matcher without isRegex',
      matcher({ isRegex: undefined }),
      422,
      { code: 602, message: 'matchers.0.isRegex in body is required' },
    ],
    [
      'only what matches everything',
      matcher({ value: '.*', isRegex: true }),
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      'an end before the start',
      { ...ok, startsAt: at(HOUR), endsAt: at(0) },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'an end in the past',
      { ...ok, startsAt: at(-HOUR), endsAt: at(-1000) },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      'zero times',
      { ...ok, startsAt: '0001-01-01T00:00:00.000Z', endsAt: '0001-01-01T00:00:00.000Z' },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'a bad expression',
      matcher({ value: '(', isRegex: true }),
      400,
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      'a time that is none',
      { ...ok, startsAt: 'yesterday' },
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because parsing time "yesterday" as "2006-01-02 15:04:05": cannot parse "yesterday" as "2006"',
      },
    ],
    [
      'a list',
      [],
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because json: cannot unmarshal array into Go value of type models.PostableSilence',
      },
    ],
    [
      'half of it',
      '{"matchers',
      400,
      { code: 400, message: 'parsing silence body from "" failed, because unexpected EOF' },
    ],
    [
      'a number for a value',
      matcher({ value: 5 }),
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because json: cannot unmarshal number into Go struct field PostableSilence.matchers.value of type string',
      },
    ],
  ])('refuses %s', async (_what, body, status, answer) => {
    const posted = await post(body)
    expect([posted.status, posted.json]).toEqual([status, answer])
    expect((await api.ask('GET', '/api/v2/silences', { key })).json).toEqual([])
  })

  test.each([
    ['empty comment and author', { ...ok, comment: '', createdBy: '' }],
    ['only a negative matcher', matcher({ isEqual: false })],
    ['a pending one', { ...ok, startsAt: at(HOUR), endsAt: at(2 * HOUR) }],
    ['UTF-8', silence([['fooΣ', 'bar🙂']], HOURLY)],
    ['fields nobody knows', { ...ok, status: { state: 'active' }, updatedAt: 'x' }],
  ])('takes %s', async (_what, body) => {
    expect((await post(body)).status).toBe(200)
  })

  test('another media type is 415', async () => {
    const { status, json } = await api.ask('POST', '/api/v2/silences', { key, body: ok, type: 'text/plain' })
    const message = 'unsupported media type "text/plain", only [application/json] are allowed'
    expect([status, json]).toEqual([415, { code: 415, message }])
  })

  test('deleting twice is deleting once; what is unknown is 404, what is no UUID 422', async () => {
    const id = (await post(ok)).json.silenceID
    for (let times = 0; times < 2; times++) {
      const { status, text } = await api.ask('DELETE', `/api/v2/silence/${id}`, { key })
      expect([status, text]).toEqual([200, ''])
    }
    expect((await api.ask('GET', `/api/v2/silence/${id}`, { key })).json.status.state).toBe('expired')
    for (const method of ['GET', 'DELETE']) {
      const { status, text } = await api.ask(method, `/api/v2/silence/${UNKNOWN}`, { key })
      expect([status, text]).toEqual([404, ''])
      for (const wrong of ['foo', '%00', '..%2F..', 'x'.repeat(2000)]) {
        const none = await api.ask(method, `/api/v2/silence/${wrong}`, { key })
        expect([none.status, none.json.code]).toEqual([422, 601])
      }
    }
  })

  test('silences that are posted at once are all kept', async () => {
    const posts = Array.from({ length: 8 }, (_, index) => post(silence([['n', `${index}`]], HOURLY)))
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect((await api.ask('GET', '/api/v2/silences', { key })).json).toHaveLength(8)
  })
})
