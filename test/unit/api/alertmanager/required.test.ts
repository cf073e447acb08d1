import { beforeEach, expect, test } from 'vitest'
import { HOUR, toRfc3339 } from '../../../../shared/base/time.ts'
import { type Api, START, startApi } from '../harness.ts'
import { silence } from './posted-silence.ts'

/*
 * Clients that are generated from Alertmanager's own description refuse an answer without a required field
 * (facts from prometheus/alertmanager 0.34, `api/v2/openapi.yaml`, Apache-2.0). This is what their check does.
 */

const key = 'a-responder'

type Check = (value: unknown) => string[]

const text: Check = (value) => (typeof value === 'string' ? [] : ['no text'])
const flag: Check = (value) => (typeof value === 'boolean' ? [] : ['no boolean'])
const list =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) ? value.flatMap((one, index) => inside(`[${index}]`, item(one))) : ['no list']
const word =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string) ? [] : [`${String(value)} is none of ${words.join()}`]
const time: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? [] : ['no time']
const object =
  (required: Record<string, Check>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['no object']
    return Object.entries(required).flatMap(([name, check]) =>
      Object.hasOwn(value, name) ? inside(`.${name}`, check((value as Record<string, unknown>)[name])) : [`no ${name}`],
    )
  }
const inside = (path: string, problems: string[]): string[] => problems.map((problem) => `${path}: ${problem}`)

const labelSet: Check = (value) =>
  object(Object.fromEntries(Object.keys(value ?? {}).map((name) => [name, text])))(value)
const reference = object({ name: text })
const alert = object({
  ...{ labels: labelSet, annotations: labelSet, receivers: list(reference), fingerprint: text },
  ...{ startsAt: time, updatedAt: time, endsAt: time },
  status: object({
    state: word('unprocessed', 'active', 'suppressed'),
    ...{ silencedBy: list(text), inhibitedBy: list(text), mutedBy: list(text) },
  }),
})
const group = object({ labels: labelSet, routeLabels: labelSet, receiver: reference, alerts: list(alert) })
const posted = object({
  ...{ id: text, status: object({ state: word('expired', 'active', 'pending') }), updatedAt: time },
  ...{ startsAt: time, endsAt: time, createdBy: text, comment: text },
  matchers: list(object({ name: text, value: text, isRegex: flag })),
})
const status = object({
  cluster: object({ status: word('ready', 'settling', 'disabled') }),
  versionInfo: object({
    ...{ version: text, revision: text, branch: text, buildUser: text, buildDate: text, goVersion: text },
  }),
  config: object({ original: text }),
  uptime: time,
})

const ROUTES = `
route: {receiver: default, routes: [{receiver: other, matchers: ['team="a"'], labels: {tier: b}}]}
receivers: [{name: default}, {name: other, labels: {owner: x}}]
`

let api: Api
beforeEach(async () => {
  api = await startApi()
  const put = { key: 'a-owner', body: ROUTES, type: 'application/yaml' }
  expect((await api.ask('PUT', '/api/v1/config/alertmanager', put)).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'A', team: 'a' } }, { labels: { alertname: 'B' } }])
  const times = { startsAt: toRfc3339(START), endsAt: toRfc3339(START + HOUR) }
  const body = silence([['alertname', 'B']], times)
  expect((await api.ask('POST', '/api/v2/silences', { key, body })).status).toBe(200)
})

test.each<[string, Check, number]>([
  ['/api/v2/alerts', list(alert), 2],
  ['/api/v2/alerts/groups', list(group), 2],
  ['/api/v2/receivers', list(object({ name: text, labels: labelSet })), 2],
  ['/api/v2/silences', list(posted), 1],
  ['/api/v2/status', status, 1],
])('%s has what generated clients require', async (path, check, entries) => {
  const { json } = await api.ask('GET', path, { key })
  expect(check(json)).toEqual([])
  expect(Array.isArray(json) ? json : [json]).toHaveLength(entries)
})

test('one silence, too', async () => {
  const { json } = await api.ask('GET', '/api/v2/silences', { key })
  expect(posted((await api.ask('GET', `/api/v2/silence/${json[0].id}`, { key })).json)).toEqual([])
})

test('labels of a route are with its groups, labels of receivers select', async () => {
  const groups = async (query = ''): Promise<unknown[]> => {
    const { json } = await api.ask('GET', `/api/v2/alerts/groups${query}`, { key })
    return json.map((one: { receiver: object; routeLabels: object }) => [one.receiver, one.routeLabels])
  }
  const other = [{ name: 'other' }, { tier: 'b' }]
  expect(await groups()).toEqual([[{ name: 'default' }, {}], other])
  expect(await groups('?receiver_matchers=owner%3D%22x%22')).toEqual([other])
  const { json } = await api.ask('GET', '/api/v2/alerts?receiver_matchers=owner!%3D%22x%22', { key })
  expect(json.map(({ labels }: { labels: object }) => labels)).toEqual([{ alertname: 'B' }])
})
