import { afterEach, beforeEach, expect, test } from 'vitest'
import { DAY, MINUTE, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

interface Event {
  subject: string
  data: { data: { externalURL: string } }
}

let stage: Stage
let linked: Webhook
let plain: Webhook

beforeEach(async () => {
  stage = await openStage()
  // The first answer is lost, so the event is sent twice.
  linked = await stage.webhook({ status: [[stage.start + 10 * SECOND, 503]] })
  plain = await stage.webhook()
  const channels = [
    { id: 'linked', type: 'cloudevents', url: linked.url, links: true },
    { id: 'plain', type: 'cloudevents', url: plain.url },
  ]
  const policies = [{ id: 'all', groupWait: '0s', lifecycle: ['linked', 'plain'] }]
  expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
  const endsAt = new Date(stage.start + 30 * DAY).toISOString()
  expect((await stage.integration('POST', '', [{ labels: { alertname: 'Down' }, endsAt }])).status).toBe(202)
  await stage.clock.advanceTo(stage.start + 10 * MINUTE)
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const follow = (url: string, method = 'GET') => fetch(url, { method, headers: { accept: 'application/json' } })

test('the link in an event shows the incident without a key, and allows no action', async () => {
  const [event] = linked.received.map(({ body }) => body as Event)
  const { externalURL } = event!.data.data
  expect(externalURL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/l\/tsl_/)
  const answer = await follow(externalURL)
  expect(await answer.json()).toMatchObject({
    state: 'open',
    labels: {},
    alerts: [{ labels: { alertname: 'Down' } }],
    link: { rights: [], endsAt: new Date(stage.start + 7 * DAY).toISOString() },
  })
  expect((await follow(`${externalURL}/claim`, 'POST')).status).toBe(403)
  // Values that stay the same for the whole life of an incident.
  expect(event!.subject).toBe((plain.received[0]!.body as Event).subject)
})

test('the list of events shows the same link', async () => {
  const [event] = linked.received.map(({ body }) => body as Event)
  const { items } = (await (await stage.api('GET', '/api/v1/events')).json()) as {
    items: { channel: string; event: Event }[]
  }
  expect(items.find(({ channel }) => channel === 'linked')?.event).toEqual(event)
})

test('events of a channel without `links` have no link', () => {
  const event = plain.received[0]!.body as Event
  expect(event.data.data.externalURL).toBe(event.subject)
  expect(event.subject).toMatch(/\/incidents\/[0-9a-f]{32}-/)
})
