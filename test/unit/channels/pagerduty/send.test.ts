import { afterEach, describe, expect, test } from 'vitest'
import { providerOutcome } from '../../../../shared/channels/http/provider-answer.ts'
import { pagerDutyKind } from '../../../../shared/channels/pagerduty/kind.ts'
import { pagerDutyAnswers, sendPagerDuty } from '../../../../shared/channels/pagerduty/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { OutboundRequest } from '../../../../shared/outbound/request.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { type PagerDuty, startPagerDuty } from '../../../fakes/pagerduty.ts'
import type { ProviderBehaviour } from '../../../fakes/provider.ts'
import { alert, NOW, notification } from '../email/story.ts'
import { clock, sendTo } from '../events/bus-send.ts'
import { PUBLISHED } from '../events/story.ts'

const KEY = 'a1b2c3d4e5f6a7b8a1b2c3d4e5f6a7b8'

let service: PagerDuty
afterEach(async () => await service?.stop())

async function open(behaviour: ProviderBehaviour = {}): Promise<void> {
  service = await startPagerDuty({ clock, routingKeys: [KEY], ...behaviour })
}

function settings(given: Settings = {}) {
  const read = pagerDutyKind.parse({ routingKey: KEY, url: service.url, ...given })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

const send = (told: Notification = notification(), given: Settings = {}) => sendTo(sendPagerDuty, settings(given), told)

const resolved = (more: Partial<Notification> = {}) =>
  notification({ reason: 'all-resolved', alerts: [alert({ endsAt: NOW })], ...more })
const MEI = { id: 'inc-1', openedAt: NOW, handler: 'mei' }

describe('an incident', () => {
  test('is triggered, acknowledged and resolved under one key', async () => {
    await open()
    for (const told of [notification(), notification({ reason: 'claim', incident: MEI }), resolved()]) {
      expect(await send(told)).toEqual({ kind: 'arrived', at: PUBLISHED })
    }
    expect(service.received.map(({ event_action, dedup_key }) => [event_action, dedup_key])).toEqual([
      ['trigger', 'inc-1'],
      ['acknowledge', 'inc-1'],
      ['resolve', 'inc-1'],
    ])
    expect(service.incidents).toEqual([{ key: 'inc-1', state: 'resolved', openedAt: PUBLISHED, events: 1 }])
  })

  test('stays one while further alerts come and some resolve', async () => {
    await open()
    await send()
    await send(notification({ reason: 'new-alerts', alerts: [alert(), alert({ endsAt: NOW })] }))
    expect(service.incidents).toMatchObject([{ key: 'inc-1', state: 'triggered', events: 2 }])
  })

  test('that is over and may still be open there is resolved before the next is triggered', async () => {
    await open()
    await send()
    await send(notification({ incident: { id: 'inc-2', openedAt: NOW }, ended: ['inc-1'] }))
    expect(service.incidents.map(({ key, state }) => `${key} ${state}`)).toEqual(['inc-1 resolved', 'inc-2 triggered'])
  })

  test('is not triggered when the end of an earlier one is not taken', async () => {
    await open({ down: [[PUBLISHED + 1, 503]] })
    expect(await send(notification({ ended: ['inc-0'] }))).toMatchObject({ kind: 'refused', reason: 'serverError' })
    expect(service.attempts).toHaveLength(1)
  })

  test('that a group never had has a key of the group', async () => {
    await open()
    await send(resolved({ incident: undefined }))
    expect(service.received[0]?.dedup_key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('an event', () => {
  test('says what fires, how bad it is, since when and where to look', async () => {
    await open()
    await send()
    const [event] = service.received
    const url = expect.stringMatching(/^https:\/\/tocsin\.example\.com\/l\//)
    expect(event).toMatchObject({
      payload: {
        summary: '[FIRING:1] P1 HostDown (Databases)',
        source: 'db-1',
        severity: 'critical',
        timestamp: new Date(NOW - 300_000).toISOString(),
        group: 'Databases',
        class: 'HostDown',
        custom_details: { summary: 'db-1 is down', Level: 'P1', Alerts: '1' },
      },
      client: 'Tocsin',
      client_url: url,
      links: [{ href: url, text: 'Open the incident' }],
    })
  })

  test.each([
    ['P1', 'critical'],
    ['P2', 'error'],
    ['P3', 'warning'],
    ['P4', 'info'],
  ] as const)('of level %s has the severity %s', async (level, severity) => {
    await open()
    await send(notification({ level }))
    expect(service.received[0]?.payload?.severity).toBe(severity)
  })

  test('of large alerts is no larger than PagerDuty takes, and counts the alerts that it leaves out', async () => {
    await open()
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, place) => [`l${place}`, '磁'.repeat(1000)]))
    const alerts = Array.from({ length: 60 }, (_, place) =>
      alert({ labels: { alertname: 'HostDown', instance: `db-${place}`, ...labels, [`own${place}`]: 'x' } }),
    )
    expect(await send(notification({ alerts, truncated: 40 }))).toMatchObject({ kind: 'arrived' })
    const { more, alerts: shown } = service.received[0]!.payload!.custom_details as { more: string; alerts: unknown[] }
    expect(more).toBe(`${100 - shown.length} more alerts are not shown.`)
  })

  test('is in Chinese where the channel says so', async () => {
    await open()
    await send(notification(), { language: 'zh', timeZone: 'Asia/Shanghai' })
    expect(service.received[0]?.payload?.custom_details).toMatchObject({
      开始时间: '2026-01-14 15:59:30 Asia/Shanghai',
    })
  })

  test('goes to PagerDuty itself and over https when no URL is given', async () => {
    await open()
    const asked: OutboundRequest[] = []
    const request = async (sent: OutboundRequest) => {
      asked.push(sent)
      return { kind: 'answer' as const, status: 202, headers: {}, body: '{"status":"success"}' }
    }
    const { url: _url, ...usual } = settings()
    await sendTo(sendPagerDuty, usual, notification(), { request })
    expect(asked).toMatchObject([{ url: 'https://events.pagerduty.com/v2/enqueue', secure: true }])
  })
})

describe('an answer', () => {
  test('of 429 above the rate is tried again, and no event beyond it is taken', async () => {
    await open()
    for (let count = 0; count < 120; count++) expect((await send()).kind).toBe('arrived')
    expect(await send()).toMatchObject({
      kind: 'refused',
      reason: 'rateLimited',
      detail: '127.0.0.1: status 429 throttle exceeded',
    })
  })

  test('to an unknown key is dead, and repeats no key', async () => {
    await open()
    const outcome = await send(notification(), { routingKey: KEY.replaceAll('a', 'f') })
    expect(outcome).toMatchObject({
      kind: 'dead',
      reason: 'clientError',
      detail: '127.0.0.1: status 400 invalid event',
    })
    expect(JSON.stringify(outcome)).not.toMatch(/a1b2|f1b2/)
  })

  test.each([
    [202, '{"status":"success"}', { kind: 'arrived' }],
    [200, '{"status":"success"}', { kind: 'arrived' }],
    [202, '{"status":"invalid event"}', { kind: 'dead', detail: 'h: status 202 invalid event' }],
    [202, '{"status":"ok"}', { kind: 'ambiguous' }],
    [202, '', { kind: 'ambiguous' }],
    [200, '<html>', { kind: 'ambiguous' }],
    [400, `{"status":"invalid event","errors":["${KEY}"]}`, { kind: 'dead', reason: 'clientError' }],
    [400, `{"status":"${KEY}"}`, { kind: 'dead', detail: 'h: status 400' }],
    [403, '{}', { kind: 'dead', reason: 'authError' }],
    [408, '{}', { kind: 'refused', reason: 'timeout' }],
    [429, '{"status":"throttle exceeded"}', { kind: 'refused', reason: 'rateLimited' }],
    [500, '{}', { kind: 'refused', reason: 'serverError' }],
  ])('of %i %s is yes only where it says yes', (status, body, expected) => {
    const outcome = providerOutcome({ kind: 'answer', status, headers: {}, body }, 'h', NOW, pagerDutyAnswers)
    expect(outcome).toMatchObject(expected)
    expect(JSON.stringify(outcome)).not.toContain(KEY)
  })
})

test.each<[Settings, string[]]>([
  [{ routingKey: KEY }, []],
  [{ routingKey: KEY, url: 'https://events.eu.pagerduty.com/v2/enqueue' }, []],
  [{}, ['routingKey']],
  [{ routingKey: 'short' }, ['routingKey']],
  [{ routingKey: `${KEY}x` }, ['routingKey']],
  [{ routingKey: KEY, url: 'ftp://events.pagerduty.com' }, ['url']],
  [{ routingKey: KEY, timeZone: 'Mars' }, ['timeZone']],
  [{ routingKey: KEY, to: 'x' }, ['to']],
])('settings %j are refused at %j', (given, paths) => {
  const read = pagerDutyKind.parse(given)
  expect(read.ok ? [] : read.problems.map(({ path }) => path)).toEqual(paths)
})
