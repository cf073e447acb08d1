import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** A channel that will answer 410, and a channel whose policy takes Tocsin's own alerts. */
let stage: Stage
let start: Millis
let gone: Webhook
let desk: Webhook

const timing = { groupWait: '0s', groupInterval: '30s', repeatInterval: '24h' }

beforeEach(async () => {
  stage = await openStage()
  start = stage.start
  gone = await stage.webhook()
  desk = await stage.webhook()
  await put('/api/v1/config', config())
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const channel = (id: string, { url }: Webhook) => ({ id, type: 'webhook', url })
const config = () => ({
  channels: [channel('gone', gone), channel('desk', desk)],
  policies: [
    {
      id: 'apps',
      ...timing,
      groupBy: ['app'],
      match: [{ label: 'app', op: '!=', value: '' }],
      notify: [{ channel: 'gone' }],
    },
    {
      id: 'tocsin',
      ...timing,
      match: [{ label: 'alertname', op: '=', value: 'TocsinTargetPaused' }],
      notify: [{ channel: 'desk' }],
    },
  ],
})

async function put(path: string, body: object): Promise<void> {
  const answer = await stage.api('PUT', path, body)
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, ''])
}

async function fire(app: string): Promise<void> {
  const alert = { labels: { alertname: 'Down', app }, endsAt: new Date(start + 10 * DAY).toISOString() }
  expect((await stage.integration('POST', '', [alert])).status).toBe(202)
  await stage.clock.advanceTo(stage.clock.now() + SECOND)
}

/** Notifications of the desk: `status channel kind`, each at its second. */
const told = (): string[] =>
  desk.received.map(({ at, body }) => {
    const { status, alerts } = body as { status: string; alerts: { labels: Record<string, string> }[] }
    expect(alerts).toHaveLength(1)
    const { alertname, channel: of, kind, severity } = alerts[0]!.labels
    expect([alertname, severity]).toEqual(['TocsinTargetPaused', 'warning'])
    return `${Math.round((at - start) / SECOND)} ${status} ${of} ${kind}`
  })

const reload = async (): Promise<void> => {
  expect((await stage.api('POST', '/-/reload')).status).toBe(200)
}

describe('a target that is paused', () => {
  test('has one alert of the account, which resolves when the target works again', async () => {
    gone.behave({ status: [[start + 10 * MINUTE, 410]] })
    await fire('a')
    await fire('b')
    await stage.clock.advanceTo(start + 9 * MINUTE)
    expect(told()).toEqual(['0 firing gone webhook'])
    const [alert] = (desk.received[0]!.body as { alerts: { annotations: Record<string, string> }[] }).alerts
    expect(alert!.annotations.summary).toBe('Tocsin sends nothing more to gone: it said that it is gone (410)')
    await stage.clock.advanceTo(start + 15 * MINUTE)
    expect(told()).toHaveLength(1)

    await reload()
    await stage.clock.advanceTo(stage.clock.now() + MINUTE)
    expect(gone.received).toHaveLength(2)
    expect(told().slice(1)).toEqual([expect.stringMatching(/^9\d\d resolved gone webhook$/)])
  })

  test('keeps its alert while another group has the target paused', async () => {
    gone.behave({ status: [[start + 10 * MINUTE, 410]] })
    await fire('a')
    await fire('b')
    await stage.clock.advanceTo(start + 15 * MINUTE)
    const { items } = (await (await stage.api('GET', '/api/v1/deliveries?state=dead')).json()) as {
      items: { id: string; firing: string[] }[]
    }
    expect(items).toHaveLength(2)
    await stage.api('POST', `/api/v1/deliveries/${items[0]!.id}/replay`)
    await stage.clock.advanceTo(stage.clock.now() + MINUTE)
    expect(gone.received).toHaveLength(1)
    await fire('c')
    await stage.clock.advanceTo(stage.clock.now() + 10 * MINUTE)
    expect(gone.received).toHaveLength(2)
    expect(told()).toHaveLength(1)
    await stage.api('POST', `/api/v1/deliveries/${items[1]!.id}/replay`)
    await stage.clock.advanceTo(stage.clock.now() + MINUTE)
    expect(told()[1]).toMatch(/resolved gone webhook$/)
  })

  test('tells every group again when a person resumes its channel', async () => {
    gone.behave({ status: [[start + 10 * MINUTE, 410]] })
    for (const app of ['a', 'b', 'c']) await fire(app)
    await stage.clock.advanceTo(start + 5 * MINUTE)
    const health = async () => {
      const { items } = (await (await stage.api('GET', '/api/v1/channels:health')).json()) as {
        items: { channel: string; state: string; pauseReason?: string }[]
      }
      const { state, pauseReason } = items.find(({ channel }) => channel === 'gone')!
      return [state, pauseReason]
    }
    expect(await health()).toEqual(['paused', 'it said that it is gone (410)'])
    await stage.clock.advanceTo(start + 15 * MINUTE)
    expect(gone.received).toEqual([])
    const resume = async (channels: string[]) =>
      (await (await stage.api('POST', '/api/v1/channels:resume', { channels })).json()) as object
    expect(await resume(['gone', 'desk', 'none'])).toEqual({
      resumed: [{ channel: 'gone', messages: 3 }],
      left: [
        { channel: 'desk', code: 'not_paused', message: 'nothing is paused there' },
        { channel: 'none', code: 'not_found', message: 'there is no channel of that id' },
      ],
      partial: false,
    })
    await stage.clock.advanceTo(stage.clock.now() + 2 * MINUTE)
    expect(gone.received).toHaveLength(3)
    expect(told()[1]).toMatch(/resolved gone webhook$/)
    expect(await health()).toEqual(['working', undefined])
    expect(await resume(['gone'])).toMatchObject({ resumed: [], left: [{ channel: 'gone', code: 'not_paused' }] })
  })

  test('has no alert once its channel is removed', async () => {
    gone.behave({ status: [[start + 10 * MINUTE, 410]] })
    await fire('a')
    await stage.clock.advanceTo(start + MINUTE)
    const { channels, policies } = config()
    await put('/api/v1/config', { policies: policies.slice(1), channels: channels.slice(1) })
    await stage.clock.advanceTo(start + 3 * MINUTE)
    expect(told()[1]).toMatch(/resolved gone webhook$/)
  })

  test('and is itself the only channel for its alert comes to rest', async () => {
    gone.behave({ status: [[start + 10 * MINUTE, 410]] })
    await put('/api/v1/config', { policies: [{ id: 'all', ...timing, notify: [{ channel: 'gone' }] }] })
    await fire('a')
    await stage.clock.advanceTo(start + 30 * MINUTE)
    // One attempt for the firing alert, one attempt for the alert about the paused target.
    expect(gone.attempts.length).toBeLessThanOrEqual(2)
    const { items } = (await (await stage.api('GET', '/api/v1/alerts')).json()) as { items: object[] }
    expect(items).toHaveLength(2)
  })

  test('of forwarding has an alert until forwarding is stopped', async () => {
    gone.behave({ status: [[start + 10 * MINUTE, 410]] })
    await put('/api/v1/forwarding', { url: `http://127.0.0.1:${gone.port}/i/tsn_x`, sources: 'all' })
    await fire('')
    await stage.clock.advanceTo(start + 10 * MINUTE)
    expect(told()).toEqual(['0 firing forwarding forward'])
    // The alert about the paused target is not forwarded.
    expect(gone.attempts).toHaveLength(1)
    expect((await stage.api('DELETE', '/api/v1/forwarding')).status).toBe(200)
    await stage.clock.advanceTo(start + 12 * MINUTE)
    expect(told()[1]).toMatch(/resolved forwarding forward$/)
  })

  /** An alert whose life-cycle events go to a bus that is gone for ten minutes. */
  const fireBesideBus = async () => {
    const bus = await stage.webhook({ status: [[start + 10 * MINUTE, 410]] })
    const { channels, policies } = config()
    const [apps, tocsin] = policies
    await put('/api/v1/config', {
      channels: [...channels, { id: 'bus', type: 'cloudevents', url: bus.url }],
      policies: [{ ...apps, lifecycle: ['bus'] }, tocsin],
    })
    await fire('a')
    return bus
  }

  test('of life-cycle events has an alert too', async () => {
    const bus = await fireBesideBus()
    await stage.clock.advanceTo(start + 10 * MINUTE)
    expect(told()).toEqual(['0 firing bus cloudevents'])
    await stage.clock.advanceTo(start + 15 * MINUTE)
    await reload()
    await stage.clock.advanceTo(start + 17 * MINUTE)
    expect(bus.received).toHaveLength(1)
    expect(told()[1]).toMatch(/resolved bus cloudevents$/)
  })

  test('of life-cycle events sends its owed event when a person resumes the channel', async () => {
    const bus = await fireBesideBus()
    await stage.clock.advanceTo(start + 15 * MINUTE)
    await stage.api('POST', '/api/v1/channels:resume', { channels: ['bus'] })
    await stage.clock.advanceTo(start + 17 * MINUTE)
    expect(bus.received).toHaveLength(1)
  })
})
