import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let hook: Webhook
let bus: Webhook
let start: Millis

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
  bus = await stage.webhook()
  start = stage.start
  const channels = [
    { id: 'hook', type: 'webhook', url: hook.url },
    { id: 'bus', type: 'cloudevents', url: bus.url, source: 'arms' },
  ]
  const timing = { groupWait: '0s', groupInterval: '30s', repeatInterval: '5m', groupBy: ['alertname'] }
  const policies = [{ id: 'all', ...timing, notify: [{ channel: 'hook' }], lifecycle: ['bus'] }]
  expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

async function fire(name: string): Promise<void> {
  const alert = {
    labels: { alertname: name, severity: 'error' },
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(stage.clock.now() + HOUR).toISOString(),
  }
  expect((await stage.integration('POST', '', [alert])).status).toBe(202)
  await stage.clock.settle()
}

async function incident(): Promise<string> {
  const answer = await stage.api('GET', '/api/v1/incidents')
  return ((await answer.json()) as { items: { id: string }[] }).items[0]!.id
}

async function act(id: string, action: string, body?: object): Promise<number> {
  const answer = await stage.api('POST', `/api/v1/incidents/${id}/${action}`, body)
  await stage.clock.settle()
  return answer.status
}

type Shown = Record<string, unknown> & { timeline: { kind: string; by?: string }[] }

async function show(id: string): Promise<Shown> {
  return (await (await stage.api('GET', `/api/v1/incidents/${id}`)).json()) as Shown
}

const told = (): string[] =>
  hook.received.map(({ at, body }) => {
    const { status, notification_reason: reason } = body as { status: string; notification_reason: string }
    return `${(at - start) / SECOND} ${status}: ${reason}`
  })
const events = (): { id: string; type: string; data: Record<string, unknown> }[] =>
  bus.received.map(({ body }) => body as ReturnType<typeof events>[number])

describe('people and an incident', () => {
  test("a claim stops no repeats of a policy that a dead man's switch listens to", async () => {
    const timing = { groupWait: '0s', groupInterval: '30s', repeatInterval: '5m', groupBy: ['alertname'] }
    const policies = [{ id: 'all', ...timing, repeatWhileClaimed: true, notify: [{ channel: 'hook' }] }]
    expect((await stage.api('PUT', '/api/v1/config', { policies })).status).toBe(200)
    await fire('Watchdog')
    expect(await act(await incident(), 'claim', { by: 'ada' })).toBe(202)
    await stage.clock.advanceTo(start + 20 * MINUTE)
    const repeat = expect.stringMatching(/ firing: repeat interval elapsed$/)
    expect(told()).toEqual(['0 firing: first notification', repeat, repeat, repeat])
  })

  test('claim, comment and close; later resends reopen nothing', async () => {
    await fire('Down')
    const id = await incident()
    expect(await act(id, 'claim', { by: 'ada' })).toBe(202)
    await stage.clock.advanceTo(start + 20 * MINUTE)
    expect(told()).toEqual(['0 firing: first notification'])
    expect(await act(id, 'comment', { by: 'ada', comment: 'the disk is full' })).toBe(202)
    expect(await act(id, 'close', { by: 'ada', solution: 'a larger disk' })).toBe(202)
    for (let minutes = 21; minutes < 30; minutes++) {
      await stage.clock.advanceTo(start + minutes * MINUTE)
      await fire('Down')
    }
    expect(told()).toEqual(['0 firing: first notification', '1200 resolved: closed by a person'])
    expect(
      events().map(({ id, type }) => [type.split(':').at(-1), id.endsWith('_create') || id.endsWith('_close')]),
    ).toEqual([
      ['create', true],
      ['claim', false],
      ['comment', false],
      ['close', true],
    ])
    const shown = await show(id)
    expect(shown).toMatchObject({
      state: 'closed',
      closedBecause: 'closed',
      closedBy: 'ada',
      solution: 'a larger disk',
      handler: 'ada',
      comments: [{ by: 'ada', text: 'the disk is full' }],
    })
    expect(shown.alerts).toHaveLength(1)
    expect(shown.timeline.flatMap(({ kind, by }) => (by === undefined ? [] : [`${by} ${kind}`]))).toEqual([
      'ada claimed',
      'ada commented',
      'ada closed',
    ])
  })

  test('explain has a reason for every target at every moment', async () => {
    await fire('Down')
    const id = await incident()
    await act(id, 'claim', { by: 'ada' })
    await stage.clock.advanceTo(start + 20 * MINUTE)
    await fire('Down')
    const decisions = async (query: string): Promise<{ target?: string; kind: string; reason: string }[]> => {
      const answer = await stage.api('GET', `/api/v1/incidents/${id}/explain?${query}`)
      return ((await answer.json()) as { why: { target?: string; kind: string; reason: string }[] }).why
    }
    const why = async (query: string): Promise<string[]> =>
      (await decisions(query)).map(({ target, kind, reason }) => `${target ?? 'all'}: ${kind}, ${reason}`)
    expect(await why('target=hook')).toEqual(['hook: told, first'])
    const claim = (await decisions('')).find(({ kind }) => kind === 'claimed')
    expect(claim).toMatchObject({ by: 'ada', why: { code: 'action', action: 'claim', handler: 'ada' } })
    expect(await why('')).toEqual(expect.arrayContaining(['all: claimed, claimed', 'lifecycle:bus: told, claim']))
    expect(await why(`at=${new Date(start - SECOND).toISOString()}`)).toEqual([])
    expect((await stage.api('GET', `/api/v1/incidents/${id}/explain?at=never`)).status).toBe(422)
  })

  test('an incident closed by hand can be reopened while its alerts fire, and is listed once', async () => {
    await fire('Down')
    const id = await incident()
    expect(await act(id, 'reopen')).toBe(409)
    expect(await act(id, 'close')).toBe(202)
    expect((await show(id)).closedBy).toBe('TOCSIN_API_KEY')
    expect(await act(id, 'close')).toBe(409)
    expect(await act(id, 'reopen', { by: 'grace' })).toBe(202)
    const list = (await (await stage.api('GET', '/api/v1/incidents')).json()) as {
      items: { id: string; state: string }[]
    }
    expect(list.items.map((item) => [item.id, item.state])).toEqual([[id, 'open']])
    await stage.clock.advanceTo(start + MINUTE)
    expect(told().map((line) => line.split(' ')[1])).toEqual(['firing:', 'resolved:', 'firing:'])
  })

  test('an action requested twice under one key is done once', async () => {
    await fire('Down')
    const id = await incident()
    for (let times = 0; times < 3; times++) {
      const answer = await fetch(new URL(`/api/v1/incidents/${id}/comment`, stage.host().url), {
        method: 'POST',
        headers: {
          authorization: 'Bearer the-owner-of-the-stage',
          'content-type': 'application/json',
          'idempotency-key': 'one',
        },
        body: JSON.stringify({ comment: 'once' }),
      })
      expect(answer.status).toBe(202)
    }
    await stage.clock.settle()
    expect((await show(id)).comments).toHaveLength(1)
  })

  test.each([
    ['no comment', 'comment', {}, 422],
    ['an empty comment', 'comment', { comment: ' ' }, 422],
    ['no assignee', 'assign', {}, 422],
    ['an unknown field', 'claim', { who: 'ada' }, 422],
    ['too long a comment', 'comment', { comment: 'x'.repeat(4001) }, 422],
  ])('%s is refused', async (_, action, body, status) => {
    await fire('Down')
    expect(await act(await incident(), action, body)).toBe(status)
  })

  test('an incident of another account is 404', async () => {
    expect(await act(`${'0'.repeat(32)}-abc`, 'claim')).toBe(404)
    expect(await act('nonsense', 'claim')).toBe(404)
  })
})
