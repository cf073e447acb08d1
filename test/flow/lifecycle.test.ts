import { HTTP, type CloudEvent as SdkEvent } from 'cloudevents'
import { afterEach, describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Webhook, WebhookBehaviour } from '../fakes/webhook.ts'
import { at, fireAndResolve, post } from './one-alert.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

interface Play {
  /** By id. */
  buses: Map<string, Webhook>
  hook: Webhook
}

/** A policy with one webhook for notifications, and buses for life-cycle events. */
async function open(buses: Record<string, WebhookBehaviour & { settings?: object }>): Promise<Play> {
  stage = await openStage({ publicUrl: 'https://tocsin.example' })
  const hook = await stage.webhook()
  const play: Play = { buses: new Map(), hook }
  const channels: object[] = [{ id: 'hook', type: 'webhook', url: hook.url }]
  for (const [id, { settings, ...behaviour }] of Object.entries(buses)) {
    const bus = await stage.webhook(behaviour)
    play.buses.set(id, bus)
    channels.push({ id, type: 'cloudevents', url: `${bus.url}/events`, ...settings })
  }
  const policies = [
    {
      id: 'databases',
      name: 'Databases & caches',
      owner: 'storage',
      // Tocsin's own alert about a paused bus is tested elsewhere (`paused.test.ts`).
      match: [{ label: 'alertname', op: '=', value: 'DiskFull' }],
      groupBy: ['alertname'],
      groupWait: '5s',
      groupInterval: '30s',
      repeatInterval: '4h',
      notify: [{ channel: 'hook' }],
      lifecycle: Object.keys(buses),
    },
  ]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
  return play
}

interface Heard {
  afterMs: Millis
  type: string
  id: string
}

function heardBy({ received }: Webhook): Heard[] {
  return received.map(({ at, body }) => {
    const { type, id } = body as { type: string; id: string }
    return { afterMs: at - stage.start, type: type.replace('aliyun:arms:alarm:', ''), id }
  })
}

const INCIDENT = /^[0-9a-f]{32}-[0-9a-z]+$/

/** Types and times of the events of a bus, and the incident of these events. */
function story(bus: Webhook): { heard: [string, Millis][]; incident: string } {
  const heard = heardBy(bus)
  const incidents = new Set(heard.map(({ id }) => id.replace(/_(create|close)$/, '')))
  expect(incidents.size).toBe(1)
  const [incident = ''] = incidents
  expect(incident).toMatch(INCIDENT)
  expect(heard.map(({ id }) => id)).toEqual(heard.map(({ type }) => `${incident}_${type}`))
  return { heard: heard.map(({ type, afterMs }) => [type, afterMs]), incident }
}

const toldAt = ({ received }: Webhook): [string, Millis][] =>
  received.map(({ at, body }) => [(body as { status: string }).status, at - stage.start])

const ON_TIME: [string, Millis][] = [
  ['firing', 6 * SECOND],
  ['resolved', 66 * SECOND],
]

describe("an incident's life", () => {
  test('reaches the bus as two events', async () => {
    const { buses, hook } = await open({ bus: {} })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 20 * MINUTE)
    const bus = buses.get('bus')!
    expect(story(bus).heard).toEqual([
      ['create', 6 * SECOND],
      ['close', 66 * SECOND],
    ])
    expect(toldAt(hook)).toEqual(ON_TIME)
    const incidents = (await (await stage.api('GET', '/api/v1/incidents')).json()) as { items: { id: string }[] }
    expect(incidents.items.map(({ id }) => id)).toEqual([story(bus).incident])
  })

  test.each(['structured', 'binary', 'batch'])('is understood by the CloudEvents library in %s mode', async (mode) => {
    const { buses } = await open({ bus: { settings: { mode, secret: 's3cret' } } })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 2 * MINUTE)
    const events = buses.get('bus')!.received.flatMap(({ headers, text }) => {
      expect(headers['webhook-signature']).toMatch(/^v1,/)
      return HTTP.toEvent({ headers, body: text }) as SdkEvent<{ data: { status: string } }>
    })
    expect(events.map((event) => [event.validate(), event.type, event.data?.data.status])).toEqual([
      [true, 'aliyun:arms:alarm:create', 'firing'],
      [true, 'aliyun:arms:alarm:close', 'resolved'],
    ])
  })

  test('begins again with another id when the alert fires again', async () => {
    const { buses } = await open({ bus: {} })
    await fireAndResolve(stage)
    await post(stage, 10 * MINUTE, { startsAt: at(stage, 10 * MINUTE), endsAt: at(stage, 11 * MINUTE) })
    await stage.clock.advanceTo(stage.start + 20 * MINUTE)
    const heard = heardBy(buses.get('bus')!)
    expect(heard.map(({ type }) => type)).toEqual(['create', 'close', 'create', 'close'])
    expect(new Set(heard.map(({ id }) => id)).size).toBe(4)
  })
})

describe('a bus that is down', () => {
  const down = (until: Millis): WebhookBehaviour => ({ status: [[Date.UTC(2026, 0, 5) + until, 503]] })

  test('gets both events later, in order, each once under one id, and delays no notification', async () => {
    const { buses, hook } = await open({ bus: down(3 * MINUTE), other: {} })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 20 * MINUTE)
    const [bus, other] = [buses.get('bus')!, buses.get('other')!]
    const { heard, incident } = story(bus)
    expect(heard.map(([type]) => type)).toEqual(['create', 'close'])
    expect(heard[0]![1]).toBeGreaterThanOrEqual(3 * MINUTE)
    expect(bus.attempts.length).toBeGreaterThan(4)
    // Every attempt before was for the create event: the close event never overtakes the create event.
    const [create, close] = bus.received.map(({ headers }) => headers['webhook-id'])
    expect(bus.attempted).toEqual([...bus.attempted.slice(0, -1).map(() => create), close])
    expect(toldAt(hook)).toEqual(ON_TIME)
    expect(story(other)).toEqual({
      incident,
      heard: [
        ['create', 6 * SECOND],
        ['close', 66 * SECOND],
      ],
    })
  })

  test('gets both events after a restart in between', async () => {
    const { buses } = await open({ bus: down(3 * MINUTE) })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 2 * MINUTE)
    await stage.restart()
    await stage.clock.advanceTo(stage.start + 20 * MINUTE)
    expect(story(buses.get('bus')!).heard.map(([type]) => type)).toEqual(['create', 'close'])
  })

  test('answers 429 with Retry-After: the next attempt waits as long', async () => {
    const until = Date.UTC(2026, 0, 5) + 30 * SECOND
    const { buses } = await open({ bus: { status: [[until, 429]], headers: { 'retry-after': '300' } } })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 20 * MINUTE)
    const bus = buses.get('bus')!
    expect(story(bus).heard[0]![1]).toBeGreaterThanOrEqual(306 * SECOND)
    expect(bus.attempts).toHaveLength(3)
  })

  test('whose answer was lost is sent the event again under the same id', async () => {
    const { buses } = await open({ bus: { resetFirst: 1 } })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 10 * MINUTE)
    const bus = buses.get('bus')!
    expect(story(bus).heard.map(([type]) => type)).toEqual(['create', 'close'])
    const [create, close] = bus.received.map(({ headers }) => headers['webhook-id'])
    expect(bus.attempted).toEqual([create, create, close])
  })

  test('answers 410: gets no event until a reload, and webhooks are still notified', async () => {
    const { buses, hook } = await open({ bus: { status: [[Date.UTC(2026, 0, 5) + 10 * MINUTE, 410]] } })
    await fireAndResolve(stage)
    await stage.clock.advanceTo(stage.start + 11 * MINUTE)
    const bus = buses.get('bus')!
    expect(bus.attempts).toHaveLength(1)
    expect(toldAt(hook)).toEqual(ON_TIME)
    expect((await stage.api('POST', '/-/reload')).status).toBe(200)
    await stage.clock.advanceTo(stage.start + 20 * MINUTE)
    expect(story(bus).heard.map(([type]) => type)).toEqual(['create', 'close'])
    expect(toldAt(hook)).toEqual(ON_TIME)
  })
})
