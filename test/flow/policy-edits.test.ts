import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** A policy is edited while its alert fires, or while an attempt waits to be made again. */
let stage: Stage
let hook: Webhook
let bus: Webhook

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
  bus = await stage.webhook()
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const POLICY = { id: 'all', groupBy: ['team'], groupWait: '0s', groupInterval: '30s', notify: [{ channel: 'hook' }] }
const channels = () => [
  { id: 'hook', type: 'webhook', url: hook.url },
  { id: 'bus', type: 'cloudevents', url: bus.url },
]
const advance = (seconds: number): Promise<void> => stage.clock.advanceTo(stage.clock.now() + seconds * SECOND)

async function configure(policies: object[], more: object = { channels: channels() }): Promise<void> {
  const put = await stage.api('PUT', '/api/v1/config', { policies, ...more })
  expect([put.status, put.status === 200 ? '' : await put.text()]).toEqual([200, ''])
  await advance(1)
}

async function post(alertname: string, endsInMs = 10 * HOUR): Promise<void> {
  const endsAt = new Date(stage.clock.now() + endsInMs).toISOString()
  const alert = { labels: { alertname, team: 'shop' }, endsAt }
  expect((await stage.integration('POST', '', [alert])).status).toBe(202)
  await advance(2)
}

async function read<Answer>(path: string): Promise<Answer> {
  return (await (await stage.api('GET', path)).json()) as Answer
}

interface Shown {
  id: string
  state: string
  target: string
  dropped?: { reason: string; why: { code: string } }
}

/** `dropped not-named`: the state of each delivery of notifications, newest first, and why it was dropped. */
async function deliveries(query = ''): Promise<string[]> {
  const { items } = await read<{ items: Shown[] }>(`/api/v1/deliveries${query}`)
  const own = items.filter(({ target }) => target === 'hook')
  return own.map(({ state, dropped }) => [state, ...(dropped ? [dropped.why.code] : [])].join(' '))
}

async function timeline(state: 'open' | 'closed'): Promise<string[]> {
  const { items } = await read<{ items: { id: string }[] }>(`/api/v1/incidents?state=${state}`)
  const { timeline } = await read<{ timeline: { kind: string; why: { code: string }; target?: string }[] }>(
    `/api/v1/incidents/${items.at(-1)!.id}`,
  )
  return timeline.map(({ kind, why, target = '' }) => `${kind} ${why.code} ${target}`.trim())
}

const answer = (status: number): void => hook.behave({ status: [[Number.POSITIVE_INFINITY, status]] })

describe('a policy that no longer takes the alert that fires', () => {
  test('closes the incident as moved, and tells nobody that it is resolved', async () => {
    await configure([{ ...POLICY, lifecycle: ['bus'] }])
    await post('DiskFull')
    await advance(60)
    await configure([{ ...POLICY, lifecycle: ['bus'], match: [{ label: 'team', value: 'other' }] }])
    await advance(300)
    const { items } = await read<{ items: { closedBecause: string; alerts: { state: string }[] }[] }>(
      '/api/v1/incidents?state=closed',
    )
    expect(items).toMatchObject([{ closedBecause: 'moved', alerts: [{ state: 'firing' }] }])
    expect(bus.received.map(({ body }) => (body as { type: string }).type)).toEqual(['aliyun:arms:alarm:create'])
    expect(hook.received.map(({ body }) => (body as { status: string }).status)).toEqual(['firing'])
    expect((await timeline('closed')).slice(-1)).toEqual(['closed alerts-moved'])
  })

  test('closes the incident as resolved when the alert is over', async () => {
    await configure([{ ...POLICY, lifecycle: ['bus'] }])
    await post('DiskFull')
    await post('DiskFull', 0)
    await configure([{ ...POLICY, lifecycle: ['bus'], match: [{ label: 'team', value: 'other' }] }])
    await advance(300)
    const { items } = await read<{ items: { closedBecause: string }[] }>('/api/v1/incidents?state=closed')
    expect(items).toMatchObject([{ closedBecause: 'resolved' }])
  })
})

describe('an attempt that waits', () => {
  test('is dropped when the policy names its target no longer, and the timeline says so', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    await advance(20)
    expect(await deliveries()).toEqual(['failed'])
    await configure([{ ...POLICY, notify: [] }])
    expect(await deliveries()).toEqual(['dropped not-named'])
    expect([await deliveries('?state=failed'), await deliveries('?state=dropped')]).toEqual([[], ['dropped not-named']])
    expect((await timeline('open')).at(-1)).toBe('not-told not-named hook')
    const tried = hook.received.length
    await advance(3600)
    expect(hook.received).toHaveLength(tried)
  })

  test('is dropped when its channel is removed', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    await configure([{ ...POLICY, notify: [] }], { channels: [] })
    expect(await deliveries()).toEqual(['dropped channel-gone'])
  })

  test('is dropped when its policy is removed', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    await configure([])
    expect(await deliveries()).toEqual(['dropped policy-removed'])
  })

  test('is dropped when the policy takes its alerts no longer', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    await configure([{ ...POLICY, match: [{ label: 'team', value: 'other' }] }])
    expect(await deliveries()).toEqual(['dropped alerts-moved'])
  })

  test('is dropped when a newer message takes its place', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    await post('DiskSlow')
    await advance(60)
    expect(await deliveries()).toEqual(['failed', 'dropped superseded'])
    answer(200)
    await advance(3600)
    expect(await deliveries()).toEqual(['arrived', 'dropped superseded'])
  })

  test('is dropped when its alerts are over', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    await post('DiskFull', 0)
    await advance(3600)
    expect(await deliveries()).toEqual(['dropped nothing-told-fires'])
  })

  test('is dropped when a silence holds its alerts back', async () => {
    await configure([POLICY])
    answer(503)
    await post('DiskFull')
    const [startsAt, endsAt] = [0, HOUR].map((ms) => new Date(stage.clock.now() + ms).toISOString())
    const matchers = [{ name: 'team', value: 'shop', isRegex: false, isEqual: true }]
    await stage.api('POST', '/api/v2/silences', { matchers, startsAt, endsAt, createdBy: 'mei', comment: 'x' })
    await advance(600)
    expect(await deliveries()).toEqual(['dropped silenced'])
  })

  test('of a paused target is dropped, and the account hears no more of the pause', async () => {
    const desk = await stage.webhook()
    const more = { channels: [...channels(), { id: 'desk', type: 'webhook', url: desk.url }] }
    const shop = { ...POLICY, match: [{ label: 'team', value: 'shop' }] }
    const match = [{ label: 'alertname', value: 'TocsinTargetPaused' }]
    const own = { id: 'own', match, groupWait: '0s', groupInterval: '30s', notify: [{ channel: 'desk' }] }
    await configure([shop, own], more)
    answer(410)
    await post('DiskFull')
    await advance(60)
    await configure([{ ...shop, notify: [] }, own], more)
    await advance(60)
    expect(await deliveries()).toEqual(['dead not-named'])
    expect(desk.received.map(({ body }) => (body as { status: string }).status)).toEqual(['firing', 'resolved'])
  })

  test('of a life-cycle event is dropped when the policy names its channel no longer', async () => {
    await configure([{ ...POLICY, lifecycle: ['bus'] }])
    bus.behave({ status: [[Number.POSITIVE_INFINITY, 503]] })
    await post('DiskFull')
    const events = async () => {
      const { items } = await read<{ items: Shown[] }>('/api/v1/events')
      return items.map(({ state, dropped }) => [state, dropped?.why.code])
    }
    expect(await events()).toEqual([['failed', undefined]])
    await configure([POLICY])
    expect(await events()).toEqual([['dropped', 'not-a-lifecycle-channel']])
  })
})
