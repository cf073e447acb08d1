import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../shared/base/time.ts'
import { startSlack } from '../fakes/slack.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** Tests of channels, over HTTP and through the queue, as every message goes. */
let stage: Stage
let hook: Webhook

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
  const put = await stage.api('PUT', '/api/v1/config', {
    users: [
      { id: 'alice', name: 'Alice', emails: ['alice@example.com'] },
      { id: 'nobody', name: 'Nobody' },
      { id: 'gone1', name: 'Gone', emails: ['gone@example.com'], enabled: false },
    ],
    templates: [{ id: 'short', name: 'Short', webhook: { mode: 'batch', content: '{"name": "{{ alert_name }}"}' } }],
    channels: [
      { id: 'hook', type: 'webhook', url: hook.url },
      { id: 'own-words', type: 'webhook', url: hook.url, template: 'short' },
      { id: 'bus', type: 'cloudevents', url: hook.url },
      { id: 'inbox', type: 'inbox' },
      { id: 'mail', type: 'email', from: 'a@example.com', host: '127.0.0.1', port: 9, tls: 'none' },
    ],
    policies: [],
  })
  expect([put.status, put.ok ? '' : await put.text()]).toEqual([200, ''])
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const ask = async (channel: string, body?: object) => {
  const answer = await stage.api('POST', `/api/v1/channels/${channel}/test`, body)
  return {
    status: answer.status,
    headers: answer.headers,
    ...((await answer.json()) as { delivery?: string; error?: { message: string; details?: unknown } }),
  }
}
/** A test, and what its delivery says once it was sent. */
const tested = async (channel: string, body?: object) => {
  const { status, delivery } = await ask(channel, body)
  expect(status).toBe(202)
  await stage.clock.advanceTo(stage.clock.now() + SECOND)
  return (await (await stage.api('GET', `/api/v1/deliveries/${delivery}`)).json()) as Record<string, unknown>
}

describe('a test of a channel', () => {
  test('arrives as a message that says what it is, and its delivery says that it arrived', async () => {
    expect(await tested('hook')).toMatchObject({ state: 'arrived', attempts: 1, target: 'hook', reason: 'test' })
    expect(hook.received.map(({ body }) => body)).toMatchObject([
      {
        status: 'firing',
        receiver: '_test',
        groupLabels: { alertname: 'TocsinTest', channel: 'hook' },
        alerts: [
          { labels: { severity: 'info' }, annotations: { summary: 'Test of the channel hook: nothing is wrong' } },
        ],
      },
    ])
  })

  test('says the end of a test under the same group key', async () => {
    await tested('hook')
    await tested('hook', { status: 'resolved' })
    const [begun, ended] = hook.received.map(({ body }) => body as { status: string; groupKey: string })
    expect([begun?.status, ended?.status]).toEqual(['firing', 'resolved'])
    expect(ended?.groupKey).toBe(begun?.groupKey)
  })

  test("is in the words of the channel's template", async () => {
    expect(await tested('own-words')).toMatchObject({ state: 'arrived' })
    expect(hook.received.map(({ body }) => body)).toEqual([[{ name: 'TocsinTest' }]])
  })

  test('is an event where the channel is sent events', async () => {
    expect(await tested('bus')).toMatchObject({ state: 'arrived', target: 'lifecycle:bus' })
    expect(await tested('bus', { status: 'resolved' })).toMatchObject({ state: 'arrived' })
    const types = hook.received.map(({ body }) => (body as { type: string }).type)
    expect(types).toEqual([expect.stringMatching(/:create$/), expect.stringMatching(/:close$/)])
  })

  test('reaches a user', async () => {
    expect(await tested('inbox', { user: 'alice' })).toMatchObject({ state: 'arrived', target: 'inbox@alice' })
    const inbox = await (await stage.api('GET', '/api/v1/users/alice/inbox')).json()
    expect(JSON.stringify(inbox)).toContain('TocsinTest')
  })

  test('that fails says why, and is not tried again', async () => {
    hook.behave({ status: [[Number.POSITIVE_INFINITY, 503]] })
    expect(await tested('hook')).toMatchObject({ state: 'failed', outcome: { reason: 'serverError' } })
    await stage.clock.advanceTo(stage.clock.now() + 10 * MINUTE)
    expect(hook.attempts).toHaveLength(1)
  })

  test('to an address that Tocsin may not call is dead', async () => {
    expect(await tested('mail', { user: 'alice' })).toMatchObject({ state: 'failed' })
  })

  test('opens no group and no incident', async () => {
    await tested('hook')
    for (const list of ['groups', 'incidents', 'alerts']) {
      expect(await (await stage.api('GET', `/api/v1/${list}`)).json()).toMatchObject({ items: [] })
    }
    const { items } = (await (await stage.api('GET', '/api/v1/deliveries')).json()) as { items: unknown[] }
    expect(items).toMatchObject([{ reason: 'test', state: 'arrived' }])
  })

  test('is asked for five times a minute at most, each channel by itself', async () => {
    for (let count = 0; count < 5; count++) expect((await ask('hook')).status).toBe(202)
    const { status, headers } = await ask('hook')
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await ask('own-words')).status).toBe(202)
    await stage.clock.advanceTo(stage.clock.now() + MINUTE)
    expect((await ask('hook')).status).toBe(202)
    await stage.clock.advanceTo(stage.clock.now() + SECOND)
    expect(new Set(hook.received.map(({ headers: { 'webhook-id': id } }) => id)).size).toBe(7)
  })

  test.each<[channel: string, body: object | undefined, status: number, message: string]>([
    ['nope', undefined, 404, 'channel not found'],
    ['inbox', undefined, 422, 'user: is required: the channel reaches users only'],
    ['inbox', { user: 'somebody' }, 422, 'user: the user is gone'],
    ['mail', { user: 'nobody' }, 422, 'user: the user has no mailbox'],
    ['mail', { user: 'gone1' }, 422, 'user: the user is disabled'],
    ['hook', { user: 'alice' }, 422, 'user: this kind of channel reaches no users'],
    ['hook', { status: 'maybe' }, 422, 'status'],
    ['hook', { foo: 1 }, 422, 'foo'],
  ])('of %s with %j is refused: %i', async (channel, body, status, message) => {
    const refused = await ask(channel, body)
    expect(refused.status).toBe(status)
    expect(JSON.stringify(refused.error)).toContain(status === 404 ? message : message.split(': ').at(-1))
    expect(hook.received).toEqual([])
  })

  test.each(['x', encodeURIComponent('../x'), `${'0'.repeat(32)}-${'0'.repeat(24)}`])(
    '%s is no delivery',
    async (id) => {
      expect((await stage.api('GET', `/api/v1/deliveries/${id}`)).status).toBe(404)
    },
  )
})

test('tests at once keep the rate of the provider, and all arrive', async () => {
  const slack = await startSlack({ clock: stage.clock })
  const channel = { id: 'chat', type: 'slack', token: 'xoxb-1', channel: '#alerts', endpoint: slack.url }
  expect((await stage.api('POST', '/api/v1/channels', channel)).status).toBe(201)
  const asked = [await ask('chat'), await ask('chat'), await ask('chat')]
  await stage.clock.advanceTo(stage.clock.now() + 30 * SECOND)
  for (const { delivery } of asked) {
    const shown = await (await stage.api('GET', `/api/v1/deliveries/${delivery}`)).json()
    expect(shown).toMatchObject({ state: 'arrived', reason: 'test' })
  }
  expect(slack.attempts.map(({ came }) => came)).toEqual(['taken', 'taken', 'taken'])
  await slack.stop()
})

test('a channel of an imported receiver is tested in the words of the receiver', async () => {
  const yml = `
route: {receiver: team}
receivers:
  - name: team
    webhook_configs: [{url: '${hook.url}', payload: {says: '{{ .CommonLabels.alertname }} {{ .Status }}'}}]`
  const put = await stage.api('PUT', '/api/v1/config/alertmanager', yml, 'application/yaml')
  expect([put.status, put.ok ? '' : await put.text()]).toEqual([200, ''])
  expect(await tested(encodeURIComponent('team/webhook/0'))).toMatchObject({
    ...{ state: 'arrived', target: 'team/webhook/0' },
  })
  expect(hook.received.map(({ body }) => body)).toEqual([{ says: 'TocsinTest firing' }])
  const { items } = (await (await stage.api('GET', '/api/v1/channels:health')).json()) as { items: unknown[] }
  expect(items).toContainEqual(expect.objectContaining({ channel: 'team/webhook/0', state: 'working' }))
})

test('the health of the channels says what arrived last and what failed, to viewers too', async () => {
  await tested('hook')
  hook.behave({ status: [[Number.POSITIVE_INFINITY, 503]] })
  await tested('own-words')
  const { items } = (await (await stage.api('GET', '/api/v1/channels:health')).json()) as { items: unknown[] }
  expect(items).toMatchObject([
    { channel: 'hook', state: 'working', lastArrivedAt: expect.any(String) },
    { channel: 'own-words', state: 'failing', lastFailure: { kind: 'refused', reason: 'serverError' } },
    { channel: 'bus', state: 'unknown' },
    { channel: 'inbox', state: 'unknown' },
    { channel: 'mail', state: 'unknown' },
  ])
})

test('a delivery of an alert is found by its id, too', async () => {
  await stage.api('PUT', '/api/v1/config', {
    policies: [{ id: 'all', groupWait: '1s', notify: [{ channel: 'hook' }] }],
  })
  const endsAt = new Date(stage.clock.now() + MINUTE).toISOString()
  expect((await stage.integration('POST', '', [{ labels: { alertname: 'A' }, endsAt }])).status).toBe(202)
  await stage.clock.advanceTo(stage.clock.now() + 5 * SECOND)
  const { items } = (await (await stage.api('GET', '/api/v1/deliveries')).json()) as { items: { id: string }[] }
  expect(items).toMatchObject([{ state: 'arrived', reason: 'first' }])
  expect(await (await stage.api('GET', `/api/v1/deliveries/${items[0]?.id}`)).json()).toEqual(items[0])
})
