import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/**
 * A receiver keeps a ticket for each `groupKey`, as receivers of Alertmanager do. The policy is edited while two alerts
 * fire, and then the alerts end: each ticket that was opened is closed under its own key, and no other.
 */
let stage: Stage
let hook: Webhook
let desk: Webhook

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
  desk = await stage.webhook()
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const POLICY = {
  id: 'all',
  groupBy: ['alertname'],
  groupWait: '0s',
  groupInterval: '30s',
  notify: [{ channel: 'hook' }],
}
const advance = (seconds: number): Promise<void> => stage.clock.advanceTo(stage.clock.now() + seconds * SECOND)

async function configure(policies: object[]): Promise<void> {
  const channels = [
    { id: 'hook', type: 'webhook', url: hook.url },
    { id: 'desk', type: 'webhook', url: desk.url },
  ]
  const put = await stage.api('PUT', '/api/v1/config', { policies, channels })
  expect([put.status, put.status === 200 ? '' : await put.text()]).toEqual([200, ''])
}

async function post(endsInMs: number, hosts = ['a', 'b']): Promise<void> {
  const endsAt = new Date(stage.clock.now() + endsInMs).toISOString()
  const alerts = hosts.map((host) => ({ labels: { alertname: 'X', host }, endsAt }))
  expect((await stage.integration('POST', '', alerts)).status).toBe(202)
}

interface Body {
  groupKey: string
  status: 'firing' | 'resolved'
  alerts: { status: string; labels: { host: string } }[]
}

/** `{}/{all}:{alertname="X"} a firing`: each alert of each message, in order. */
function heard({ received }: Webhook): string[] {
  return received.flatMap(({ body }) => {
    const { groupKey, alerts } = body as Body
    return alerts.map(({ status, labels }) => `${groupKey} ${labels.host} ${status}`).sort()
  })
}

/** What a receiver with a ticket for each group key has open, and the ends that it cannot place. */
function tickets(hook: Webhook): { open: string[]; unknown: string[] } {
  const open = new Set<string>()
  const opened = new Set<string>()
  const unknown: string[] = []
  for (const text of heard(hook)) {
    const ticket = text.slice(0, text.lastIndexOf(' '))
    if (text.endsWith('firing')) {
      open.add(ticket)
      opened.add(ticket)
    } else if (opened.has(ticket)) open.delete(ticket)
    else unknown.push(ticket)
  }
  return { open: [...open], unknown }
}

/** What fires for a receiver with one ticket for each group key, which the status of a message opens and closes. */
function firingByStatus({ received }: Webhook): string[] {
  const tickets = new Map<string, Set<string>>()
  for (const { body } of received) {
    const { groupKey, status, alerts } = body as Body
    const ticket = (status === 'firing' && tickets.get(groupKey)) || new Set<string>()
    tickets.set(groupKey, ticket)
    for (const { status, labels } of alerts) ticket[status === 'firing' ? 'add' : 'delete'](labels.host)
  }
  return [...new Set([...tickets.values()].flatMap((ticket) => [...ticket]))]
}

/** What the timelines of all incidents say: `not-told not-named hook`. */
async function said(): Promise<string[]> {
  const read = async <Answer>(path: string) => (await (await stage.api('GET', path)).json()) as Answer
  const { items } = await read<{ items: { id: string }[] }>('/api/v1/incidents?state=closed')
  const timelines = await Promise.all(
    items.map(({ id }) =>
      read<{ timeline: { kind: string; why: { code: string }; target?: string }[] }>(`/api/v1/incidents/${id}`),
    ),
  )
  return timelines.flatMap(({ timeline }) => timeline.map(({ kind, why, target }) => `${kind} ${why.code} ${target}`))
}

const CLEAN = { open: [], unknown: [] }

const EDITS: [name: string, policies: object[]][] = [
  ['grouped finer', [{ ...POLICY, groupBy: ['alertname', 'host'] }]],
  ['grouped coarser', [{ ...POLICY, groupBy: [] }]],
  ['renamed', [{ ...POLICY, id: 'other' }]],
  ['narrowed', [{ ...POLICY, match: [{ label: 'host', value: 'z' }] }]],
  [
    'narrowed before a policy that names another channel',
    [
      { ...POLICY, match: [{ label: 'host', value: 'z' }] },
      { ...POLICY, id: 'rest', notify: [{ channel: 'desk' }] },
    ],
  ],
  [
    'divided into two policies with the same channel',
    [
      { ...POLICY, match: [{ label: 'host', value: 'a' }] },
      { ...POLICY, id: 'rest', match: [{ label: 'host', value: 'b' }] },
    ],
  ],
  [
    'given a second policy that takes the same alerts',
    [
      { ...POLICY, groupBy: [] },
      { ...POLICY, id: 'second' },
    ],
  ],
]

const ENDS = ['before the next flush', 'after the next flush'] as const
const AFTERWARDS = ['left so', 'put back'] as const

describe.each(EDITS)('a policy that is %s while its alerts fire', (_, edited) => {
  describe.each(AFTERWARDS)('and %s', (afterwards) => {
    test.each(ENDS)('closes each ticket under its own key, with ends %s', async (ends) => {
      await configure([POLICY])
      await advance(1)
      await post(10 * HOUR)
      await advance(60)
      expect(heard(hook)).toEqual(['{}/{all}:{alertname="X"} a firing', '{}/{all}:{alertname="X"} b firing'])
      for (const policies of afterwards === 'put back' ? [edited, [POLICY]] : [edited]) {
        await configure(policies)
        if (ends === 'after the next flush') await advance(60)
      }
      const before = heard(hook).length
      await post(0)
      await advance(300)
      expect(heard(hook).slice(0, before).join()).not.toContain('resolved')
      expect(tickets(hook)).toEqual(CLEAN)
      // Where the policy of the desk was removed again, the desk is told nothing more.
      const desks = tickets(desk)
      expect(afterwards === 'put back' ? desks.unknown : desks).toEqual(afterwards === 'put back' ? [] : CLEAN)
      // Nothing is told twice: each ticket is opened once, and closed once.
      expect(new Set(heard(hook)).size).toBe(heard(hook).length)
    })
  })
})

describe.each(EDITS.filter(([name]) => !name.includes('narrowed')))('a policy that is %s', (_, edited) => {
  test('leaves an open ticket for the alert that fires on, and none when it is over', async () => {
    await configure([POLICY])
    await advance(1)
    await post(10 * HOUR)
    await advance(60)
    await configure(edited)
    await advance(60)
    await post(0, ['a'])
    await advance(120)
    expect(firingByStatus(hook)).toEqual(['b'])
    await post(0, ['b'])
    await advance(300)
    expect(firingByStatus(hook)).toEqual([])
  })
})

test('an end of an alert that a narrowed policy left does not close the ticket of the alerts that stay', async () => {
  await configure([POLICY])
  await advance(1)
  await post(10 * HOUR)
  await advance(60)
  await configure([{ ...POLICY, match: [{ label: 'host', value: 'b' }] }])
  await advance(60)
  await post(0, ['a'])
  await advance(400)
  expect(heard(hook).at(-1)).toBe('{}/{all}:{alertname="X"} a resolved')
  expect(firingByStatus(hook)).toEqual(['b'])
})

test('an end under an earlier key waits for the end of a silence', async () => {
  await configure([POLICY])
  await advance(1)
  await post(10 * HOUR)
  await advance(60)
  await configure([{ ...POLICY, groupBy: [] }])
  const [startsAt, endsAt] = [0, HOUR].map((ms) => new Date(stage.clock.now() + ms).toISOString())
  const matchers = [{ name: 'alertname', value: 'X', isRegex: false, isEqual: true }]
  await stage.api('POST', '/api/v2/silences', { matchers, startsAt, endsAt, createdBy: 'mei', comment: 'x' })
  await advance(60)
  await post(0)
  await advance(600)
  expect(heard(hook)).toHaveLength(2)
  await advance(3600)
  expect(tickets(hook)).toEqual(CLEAN)
})

test('an end under an earlier key has the names of the beginning', async () => {
  await configure([POLICY])
  await advance(1)
  await post(10 * HOUR)
  await advance(60)
  await configure([{ ...POLICY, id: 'other', groupBy: [] }])
  await advance(60)
  await post(0)
  await advance(120)
  const names = { receiver: 'all', groupKey: '{}/{all}:{alertname="X"}', groupLabels: { alertname: 'X' } }
  expect(hook.received.map(({ body }) => body)).toMatchObject([
    { ...names, status: 'firing' },
    { ...names, status: 'resolved' },
  ])
})

describe('a policy that tells its channel no longer while its alerts fire', () => {
  test.each<[string, object[]]>([
    ['has another channel', [{ ...POLICY, notify: [{ channel: 'desk' }] }]],
    ['has another grouping and another channel', [{ ...POLICY, groupBy: [], notify: [{ channel: 'desk' }] }]],
    ['is removed', []],
  ])('tells the first channel nothing more, and closes every ticket of the other, when it %s', async (_, edited) => {
    await configure([POLICY])
    await advance(1)
    await post(10 * HOUR)
    await advance(60)
    const before = heard(hook)
    await configure(edited)
    await advance(60)
    await post(0)
    await advance(300)
    expect(heard(hook)).toEqual(before)
    expect(tickets(desk)).toEqual(CLEAN)
    expect(await said()).toContain('not-told not-named hook')
  })
})

test('an alert that fires anew after a regrouping opens a ticket under the key of its new group alone', async () => {
  await configure([POLICY])
  await advance(1)
  await post(10 * HOUR)
  await advance(60)
  await configure([{ ...POLICY, groupBy: [] }])
  await advance(60)
  await post(0)
  await advance(60)
  await post(10 * HOUR)
  await advance(60)
  expect(tickets(hook)).toEqual({ open: ['{}/{all}:{} a', '{}/{all}:{} b'], unknown: [] })
})

test('several regroupings in a row leave the end to the key that was told', async () => {
  await configure([POLICY])
  await advance(1)
  await post(10 * HOUR)
  await advance(60)
  for (const groupBy of [[], ['alertname', 'host'], ['host']]) {
    await configure([{ ...POLICY, groupBy }])
    await advance(60)
  }
  await post(0)
  await advance(300)
  expect(tickets(hook)).toEqual(CLEAN)
})
