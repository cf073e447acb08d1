import { beforeEach, describe, expect, test } from 'vitest'
import { createDispatch } from '../../../../functions/dispatch/handler.ts'
import { fingerprint } from '../../../../shared/alert/fingerprint.ts'
import { HOUR, MINUTE, toRfc3339 } from '../../../../shared/base/time.ts'
import { createKeptHeads } from '../../../../shared/group-store/heads.ts'
import { type Api, CONFIG, START, startApi } from '../harness.ts'
import { silence } from './posted-silence.ts'

/* Alertmanager's answers (facts from prometheus/alertmanager, Apache-2.0), texts of 0.34. */

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
    - {receiver: other, matchers: ['team="a"'], labels: {tier: b}}
receivers: [{name: default}, {name: team X-pager, labels: {owner: x}}, {name: other}]
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
    ['active=', ['A', 'B']],
    ['active=false&active=true', ['A', 'B']],
    ['receiver=team&receiver=default', ['B']],
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

  test.each([
    ['outside all of its active intervals', { activeTimes: ['past', 'gone'] }, ['past', 'gone']],
    ['inside several of its mute intervals', { muteTimes: ['past', 'always', 'year'] }, ['always', 'year']],
  ])('a policy %s names each of them by itself', async (_, times, mutedBy) => {
    const timeIntervals = [
      { name: 'always', time_intervals: [{ months: ['1:12'] }] },
      { name: 'year', time_intervals: [{ days_of_month: ['1:31'] }] },
      { name: 'past', time_intervals: [{ years: ['1999'] }] },
      { name: 'gone', time_intervals: [{ years: ['2001'] }] },
    ]
    const body = { ...CONFIG, timeIntervals, policies: [{ ...CONFIG.policies[0], ...times }], route: null }
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
    await api.post('a', [{ labels: B }])
    const { json } = await api.ask('GET', '/api/v2/alerts/groups', { key })
    expect(json[0].alerts[0].status).toMatchObject({ state: 'suppressed', mutedBy })
    const own = await api.ask('GET', '/api/v1/alerts', { key })
    expect(own.json.items[0]).toMatchObject({ state: 'suppressed', mutedBy })
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

describe('api: groups that dispatch keeps in the same process', () => {
  const many = Array.from({ length: 40 }, (_, n) => ({
    labels: { ...B, n: String(n) },
    annotations: { text: 'x'.repeat(100) },
  }))
  let reads: string[]
  let one: Api
  beforeEach(async () => {
    reads = []
    one = await startApi(
      (table) => ({
        ...table,
        get: (key) => {
          reads.push(key.sort)
          return table.get(key)
        },
      }),
      createKeptHeads(),
    )
    expect((await one.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })).status).toBe(200)
    await one.post('a', many)
  })
  const ends = async (): Promise<Set<string>> => {
    reads = []
    const { json } = await one.ask('GET', '/api/v2/alerts', { key })
    expect(json).toHaveLength(many.length)
    return new Set(json.map(({ endsAt }: { endsAt: string }) => endsAt))
  }

  test('are shown without a read of their alerts, and their heads are read', async () => {
    expect(await ends()).toEqual(new Set([at(5 * MINUTE)]))
    expect(reads.filter((sort) => sort === 'head')).toHaveLength(1)
    expect(reads.filter((sort) => /^(texts|rows)#/.test(sort))).toEqual([])
  })

  test('are read anew after the save of another worker', async () => {
    const { keptGroups: _, ...deps } = one.deps
    const other = createDispatch({ ...deps, chance: () => 0.1, forwards: deps.deliveries })
    const alerts = many.map((alert) => ({ ...alert, startsAt: START, endsAt: START + HOUR }))
    const from = { account: 'a', integration: 'default', receivedAt: START + 1, recoverAfterMs: 0 }
    const body = JSON.stringify({ v: 1, kind: 'alerts', ...from, alerts })
    expect(await other([{ id: 'other', body, receives: 1, sentAt: START }])).toEqual({ failed: [] })
    expect(await ends()).toEqual(new Set([at(HOUR)]))
  })

  test('are read after the process has forgotten them', async () => {
    one.deps.keptGroups = createKeptHeads()
    expect(await ends()).toEqual(new Set([at(5 * MINUTE)]))
    expect(reads.some((sort) => sort.startsWith('texts#'))).toBe(true)
  })
})
