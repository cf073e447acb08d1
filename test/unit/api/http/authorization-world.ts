import { HOUR, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import { putInboxMessage } from '../../../../shared/store/inbox.ts'
import type { ItemKey, Table } from '../../../../shared/table/port.ts'
import { type Answered, type Api, START, startApi } from '../harness.ts'
import type { Thing } from './authorization-table.ts'

/** Part of every value of account `a`, so that a leak in an answer is visible. */
export const MARK = 'mark-of-a'

export const HOOK = { type: 'webhook', url: 'https://hooks.example/x' }

export const SIGMA = {
  title: 'Trail off',
  id: '7d1b6b7e-2f4f-4d7c-9f0a-0d8a6a3c1c11',
  logsource: { product: 'aws', service: 'cloudtrail' },
  detection: { selection: { eventName: 'StopLogging' }, condition: 'selection' },
  level: 'high',
}

export const POSTABLE = [{ labels: { alertname: 'Posted' } }]

export const SILENCE = {
  matchers: [{ name: 'alertname', value: 'Other', isRegex: false, isEqual: true }],
  startsAt: toRfc3339(START),
  endsAt: toRfc3339(START + HOUR),
  createdBy: 'me',
  comment: 'x',
}

const ROTATION = { start: '2026-01-05T09:00', every: '1w', order: ['user-in-group'] }

const CONFIG = {
  integrations: [
    { id: 'full', type: 'prometheus', name: MARK, access: 'full' },
    { id: 'post', type: 'prometheus', name: MARK },
  ],
  channels: [
    { ...HOOK, id: MARK },
    { ...HOOK, id: 'spare', basicAuth: { username: MARK, password: 'p4ss' } },
  ],
  templates: [{ id: MARK, name: MARK, email: { content: MARK } }],
  policies: [{ id: MARK, groupBy: ['alertname'], notify: [{ channel: MARK }] }],
  rules: [{ id: 'rule', sigma: { ...SIGMA, title: MARK } }],
  users: [
    { id: 'user-in-group', name: MARK },
    { id: 'user-alone', name: MARK },
  ],
  userGroups: [{ id: 'group-01', name: MARK, members: ['user-in-group'], rotation: ROTATION }],
  calendars: [{ id: MARK }],
  views: [{ id: MARK }],
  forwarding: { url: 'https://tocsin.example/i/tsn_x' },
}

export interface World {
  api: Api
  /** Paths of the account's integrations. */
  full: string
  post: string
  ids: Record<Thing, string>
  /** Writes since the world was made. */
  written: ItemKey[]
}

/** Account `a` with one entry of every kind, and account `b` with an integration only. */
export async function startWorld(): Promise<World> {
  const written: ItemKey[] = []
  const watched = (table: Table): Table => ({
    ...table,
    put: (item, when) => {
      written.push({ partition: item.partition, sort: item.sort })
      return table.put(item, when)
    },
    remove: (key, when) => {
      written.push(key)
      return table.remove(key, when)
    },
  })
  const api = await startApi(watched)
  const owner = { key: 'a-owner' }
  await done(api.ask('PUT', '/api/v1/config', { ...owner, body: CONFIG }))
  const integrations = [{ id: 'full', type: 'prometheus', access: 'full' }]
  await done(api.ask('PUT', '/api/v1/config', { key: 'b-owner', body: { integrations } }))
  const key = await done(api.ask('POST', '/api/v1/keys', { ...owner, body: { name: MARK, role: 'viewer' } }))
  const silence = await done(api.ask('POST', '/api/v2/silences', { ...owner, body: { ...SILENCE, comment: MARK } }))
  await api.post('a', [{ labels: { alertname: 'A', mark: MARK } }])
  const [alert] = (await done(api.ask('GET', '/api/v1/alerts', owner))).json.items
  await api.later(5 * SECOND, 'a', [alert.groups[0].id])
  const [incident] = (await done(api.ask('GET', '/api/v1/incidents', owner))).json.items
  const letter = { id: MARK, at: START, status: 'firing', level: 'P1', title: MARK, text: MARK } as const
  await putInboxMessage(api.deps.table, 'a', 'user-alone', letter)
  const ids: World['ids'] = {
    ...{ key: key.json.id, integration: 'post', channel: 'spare', template: MARK, policy: MARK, rule: 'rule' },
    ...{ user: 'user-alone', userGroup: 'group-01', calendar: MARK, view: MARK },
    ...{ incident: incident.id, delivery: JSON.parse(api.due.at(-1)!.body).delivery, silence: silence.json.silenceID },
  }
  const world = { api, ids, written, full: await urlOf(api, 'a', 'full'), post: await urlOf(api, 'a', 'post') }
  written.length = 0
  api.sent.length = 0
  return world
}

export async function urlOf(api: Api, account: string, id: string): Promise<string> {
  const { json } = await done(api.ask('GET', `/api/v1/integrations/${id}`, { key: `${account}-owner` }))
  return new URL(json.url).pathname
}

async function done(asked: Promise<Answered>): Promise<Answered> {
  const answer = await asked
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
  return answer
}
