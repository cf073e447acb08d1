import { afterEach, beforeEach, expect, test } from 'vitest'
import { createNotify } from '../../../functions/notify/handler.ts'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { createConnect } from '../../../shared/outbound/mail.ts'
import type { User } from '../../../shared/people/user.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { readConfig, saveConfig } from '../../../shared/store/whole-config.ts'
import { handClock } from '../../contract/hand-clock.ts'
import { startSmtp } from '../../fakes/smtp.ts'
import type { MemoryTable } from '../../sim/table.ts'
import { type Api, START, startApi } from '../api/harness.ts'

/* The people of ActionTrail's documentation: imported from a table, told by mail and in the message centre. */

const PERSONAL = /Kumer|Alice|13811110001|13811110002|kumer@|alice@/
/** The order of the header is not the order of the rows. */
const USERS = `# ID, Name, Mobile phone number, Receive text messages, Receive voice calls, Mailbox, Enable
test01,Kumer,true,86-13811110001,true,true,kumer@example.net
test02,Alice,true,86-13811110002,true,true,alice@example.net
`
const GROUPS = 'ID,Group name,Added members,Enable\ngroup-01,ActionTrail O&M Group,test01;test02,true\n'
const key = 'a-owner'

let api: Api
let mail: Awaited<ReturnType<typeof startSmtp>>
let logged: unknown[]
beforeEach(async () => {
  api = await startApi()
  mail = await startSmtp()
  logged = []
  for (const [path, body] of [
    ['users', USERS],
    ['user-groups', GROUPS],
  ] as const) {
    const taken = await api.ask('POST', `/api/v1/${path}/import`, { key, body, type: 'text/csv' })
    expect([taken.status, taken.json.refused]).toEqual([200, []])
  }
  const channels = [
    { id: 'mail', type: 'email', host: 'mail.test', port: mail.port, tls: 'none', from: 'tocsin@example.com' },
    { id: 'inbox', type: 'inbox' },
  ]
  const policies = [{ id: 'audit', groupBy: ['alertname'], groupWait: '0s' }]
  expect((await api.ask('PUT', '/api/v1/config', { key, body: { channels, policies } })).status).toBe(200)
  const { config, version } = await readConfig(api.deps, 'a')
  const targets = ['mail', 'inbox'].flatMap((channel) =>
    config.userGroups[0]!.members.map((user) => ({ ...notificationTarget(channel), user })),
  )
  const next = { ...config, policies: config.policies.map((policy) => ({ ...policy, targets })) }
  const { revision: _, since: __, ...sections } = next
  expect(await saveConfig(api.deps, 'a', sections, { now: START, expectVersion: version })).toMatchObject({ ok: true })
})
afterEach(async () => await mail.stop())

/** A user as an editor changes the user. */
async function change(id: string, more: Partial<User>): Promise<void> {
  const { config, version } = await readConfig(api.deps, 'a')
  const { revision: _, since: __, ...sections } = config
  const users = config.users.map((user) => (user.id === id ? { ...user, ...more } : user))
  const saved = await saveConfig(api.deps, 'a', { ...sections, users }, { now: START, expectVersion: version })
  expect(saved).toEqual({ ok: true, revision: config.revision })
}

/** Makes the attempts that are due, and hands their outcomes to dispatch. */
async function deliver(): Promise<void> {
  const { table, secrets } = api.deps
  const clock = handClock(api.time.now)
  const outcomes: string[] = []
  const lookup = async () => ({ ok: true as const, addresses: ['127.0.0.1'] })
  const notify = createNotify({
    ...{ table, clock, secrets, chance: () => 0.5, publicUrl: 'https://tocsin.example', request: api.deps.request },
    configs: createConfigs({ table, clock, secrets }),
    connect: createConnect({ clock, allow: ['127.0.0.0/8'], lookup }),
    metrics: api.metrics,
    log: (entry) => logged.push(entry),
    deliveries: { send: async () => ({ failed: [] }) },
    dispatchQueue: {
      send: async (batch) => {
        outcomes.push(...batch.map(({ body }) => body))
        return { failed: [] }
      },
    },
  })
  const due = api.due.splice(0)
  const messages = due.map(({ body }, index) => ({ id: `n${index}`, body, receives: 1, sentAt: api.time.now }))
  expect(await notify(messages)).toEqual({ failed: [] })
  messagesSeen.push(...due.map(({ body }) => body), ...outcomes)
  await api.run(outcomes)
}
const messagesSeen: string[] = []

test('two people get a mail and a line of the message centre each, and no trace of them is left anywhere', async () => {
  await api.post('a', [{ labels: { alertname: 'VPC Network Route Change', region: 'cn-hangzhou' } }], { rule: 'vpc' })
  await deliver()
  expect(mail.taken.map(({ to }) => to).sort()).toEqual([['alice@example.net'], ['kumer@example.net']])
  for (const id of ['test01', 'test02']) {
    const { items } = (await api.ask('GET', `/api/v1/users/${id}/inbox`, { key })).json
    expect(items).toMatchObject([{ status: 'firing', read: false }])
    expect(items[0].title).toMatch(/^\[FIRING:1\] .*VPC Network Route Change/)
  }
  const [incident] = (await api.ask('GET', '/api/v1/incidents', { key })).json.items
  const timeline = (await api.ask('GET', `/api/v1/incidents/${incident.id}`, { key })).json.timeline
  const told = timeline.filter(({ kind }: { kind: string }) => kind === 'told')
  expect(told.map(({ target }: { target: string }) => target).sort()).toEqual([
    ...['inbox@test01', 'inbox@test02', 'mail@test01', 'mail@test02'],
  ])

  const stored = (api.table as MemoryTable).everything().map((item) => JSON.stringify(item))
  const traces = [...stored, ...messagesSeen, ...[...api.sent, ...api.logged, logged].map((one) => JSON.stringify(one))]
  expect(traces.length).toBeGreaterThan(20)
  expect(traces.filter((one) => PERSONAL.test(one))).toEqual([])
  expect(JSON.stringify(timeline)).not.toMatch(PERSONAL)
})

test('who is disabled between the decision and the attempt is not sent to', async () => {
  await api.post('a', [{ labels: { alertname: 'Route' } }])
  await change('test02', { enabled: false })
  await deliver()
  expect(mail.taken.map(({ to }) => to)).toEqual([['kumer@example.net']])
  expect((await api.ask('GET', '/api/v1/users/test02/inbox', { key })).json.items).toEqual([])
})

test('who has another mailbox since the decision is sent to there', async () => {
  await api.post('a', [{ labels: { alertname: 'Route' } }])
  await change('test02', { emails: ['alice@new.example'] })
  await deliver()
  expect(mail.taken.flatMap(({ to }) => to).sort()).toEqual(['alice@new.example', 'kumer@example.net'])
})

test('a change of people restarts no timer, and a user whose mailbox came later is told soon', async () => {
  await change('test02', { emails: [] })
  await api.post('a', [{ labels: { alertname: 'Route' } }])
  const [alert] = (await api.ask('GET', '/api/v1/alerts', { key })).json.items
  await deliver()
  expect(mail.taken.map(({ to }) => to)).toEqual([['kumer@example.net']])
  await api.later(5 * SECOND, 'a', [alert.groups[0].id])
  expect(api.due).toEqual([])
  await change('test02', { emails: ['alice@example.net'] })
  await api.later(SECOND, 'a', [alert.groups[0].id])
  await deliver()
  expect(mail.taken.map(({ to }) => to)).toEqual([['kumer@example.net'], ['alice@example.net']])
  await api.later(MINUTE, 'a', [alert.groups[0].id])
  expect(api.due).toEqual([])
})
