import { afterEach, describe, expect, test } from 'vitest'
import { providerOutcome } from '../../../../shared/channels/http/provider-answer.ts'
import { opsgenieKind } from '../../../../shared/channels/opsgenie/kind.ts'
import { opsgenieAnswers, sendOpsgenie } from '../../../../shared/channels/opsgenie/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { OutboundRequest } from '../../../../shared/outbound/request.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { type Opsgenie, startOpsgenie } from '../../../fakes/opsgenie.ts'
import type { ProviderBehaviour } from '../../../fakes/provider.ts'
import { alert, NOW, notification } from '../email/story.ts'
import { clock, sendTo } from '../events/bus-send.ts'
import { PUBLIC_URL, PUBLISHED } from '../events/story.ts'

const KEY = 'eb243592-faa2-4ba2-a551-1afdf565c889'

let service: Opsgenie
afterEach(async () => await service?.stop())

async function open(behaviour: ProviderBehaviour & { requestsAMinute?: number } = {}): Promise<void> {
  service = await startOpsgenie({ clock, apiKey: KEY, ...behaviour })
}

function settings(given: Settings = {}) {
  const read = opsgenieKind.parse({ apiKey: KEY, url: service.url, ...given })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

const send = (told: Notification = notification(), given: Settings = {}) => sendTo(sendOpsgenie, settings(given), told)
const taken = () => service.received.map(({ what, alias }) => `${what} ${alias}`)

const resolved = (more: Partial<Notification> = {}) =>
  notification({ reason: 'all-resolved', alerts: [alert({ endsAt: NOW })], ...more })
const MEI = { id: 'inc-1', openedAt: NOW, handler: 'mei' }

describe('an incident', () => {
  test('is created, acknowledged and closed under one alias', async () => {
    await open()
    for (const told of [notification(), notification({ reason: 'claim', incident: MEI }), resolved()]) {
      expect(await send(told)).toEqual({ kind: 'arrived', at: PUBLISHED })
    }
    expect(taken()).toEqual(['create inc-1', 'acknowledge inc-1', 'close inc-1'])
    expect(service.alerts).toMatchObject([{ alias: 'inc-1', state: 'closed', owner: 'mei', count: 1 }])
  })

  test('has the newest words', async () => {
    await open()
    await send()
    await send(
      notification({
        reason: 'new-alerts',
        alerts: [alert(), alert({ labels: { alertname: 'HostDown', instance: 'db-2' } })],
      }),
    )
    expect(taken()).toEqual(['create inc-1', 'create inc-1', 'message inc-1', 'description inc-1'])
    const [only] = service.alerts
    expect(only).toMatchObject({ message: '[FIRING:2] P1 HostDown (Databases)', state: 'open', count: 2 })
    expect(only?.description).toContain('db-2')
  })

  test('that is over and may still be open there is closed before the next is created', async () => {
    await open()
    await send()
    await send(notification({ incident: { id: 'inc-2', openedAt: NOW }, ended: ['inc-1'] }))
    expect(service.alerts.map(({ alias, state }) => `${alias} ${state}`)).toEqual(['inc-1 closed', 'inc-2 open'])
  })

  test('of which only the first request was taken may be known there', async () => {
    await open({ requestsAMinute: 2 })
    const outcome = await send(notification({ reason: 'new-alerts' }))
    expect(taken()).toEqual(['create inc-1', 'message inc-1'])
    expect(outcome).toMatchObject({ kind: 'ambiguous', reason: 'rateLimited', detail: '127.0.0.1: status 429' })
  })

  test('of which no request was taken is surely not known there', async () => {
    await open({ requestsAMinute: 0 })
    expect(await send(notification({ reason: 'new-alerts' }))).toMatchObject({ kind: 'refused', reason: 'rateLimited' })
  })
})

describe('an alert', () => {
  test('says what fires, how bad it is and where to look', async () => {
    await open()
    await send()
    const { body } = service.received[0]!
    expect(body).toMatchObject({
      message: '[FIRING:1] P1 HostDown (Databases)',
      alias: 'inc-1',
      priority: 'P1',
      source: 'Tocsin',
      entity: 'db-1',
      tags: ['Databases', 'critical'],
    })
    expect(body.description).toContain(`${PUBLIC_URL}l/`)
    expect(body.description).toContain('db-1 is down')
  })

  test('of many large alerts has room, and counts the alerts that it leaves out', async () => {
    await open()
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, place) => [`l${place}`, '磁'.repeat(900)]))
    const alerts = Array.from({ length: 60 }, (_, place) =>
      alert({ labels: { alertname: '磁'.repeat(500), instance: `db-${place}`, severity: 'x'.repeat(99), ...labels } }),
    )
    expect(await send(notification({ alerts, groupLabels: {} }))).toMatchObject({ kind: 'arrived' })
    expect(service.alerts[0]?.description).toMatch(/\d+ more alerts are not shown\./)
    expect(service.alerts[0]?.description).toContain(`${PUBLIC_URL}l/`)
  })

  test.each([
    [undefined, 'https://api.opsgenie.com/v2/alerts'],
    ['https://api.eu.opsgenie.com', 'https://api.eu.opsgenie.com/v2/alerts'],
    ['https://api.eu.opsgenie.com/v2/alerts', 'https://api.eu.opsgenie.com/v2/alerts'],
    ['https://api.atlassian.com/jsm/ops/integration/', 'https://api.atlassian.com/jsm/ops/integration/v2/alerts'],
  ])('with the URL %s goes to %s, never in the clear', async (url, to) => {
    await open()
    const asked: OutboundRequest[] = []
    const request = async (sent: OutboundRequest) => {
      asked.push(sent)
      return { kind: 'answer' as const, status: 202, headers: {}, body: '{"result":"x","requestId":"1"}' }
    }
    const { url: _url, ...usual } = settings()
    await sendTo(sendOpsgenie, { ...usual, url }, notification(), { request })
    expect(asked).toMatchObject([{ url: to, secure: true, headers: { authorization: `GenieKey ${KEY}` } }])
  })
})

test.each([
  [202, '{"result":"Request will be processed","took":0.3,"requestId":"r1"}', { kind: 'arrived' }],
  [202, '{"message":"no"}', { kind: 'ambiguous' }],
  [200, '', { kind: 'ambiguous' }],
  [401, '{"message":"Could not authenticate"}', { kind: 'dead', reason: 'authError' }],
  [403, '{}', { kind: 'dead', reason: 'authError' }],
  [422, `{"message":"${KEY}"}`, { kind: 'dead', reason: 'clientError', detail: 'h: status 422' }],
  [429, '{}', { kind: 'refused', reason: 'rateLimited' }],
  [503, '{}', { kind: 'refused', reason: 'serverError' }],
])('an answer of %i %s is yes only where it says yes', (status, body, expected) => {
  expect(providerOutcome({ kind: 'answer', status, headers: {}, body }, 'h', NOW, opsgenieAnswers)).toMatchObject(
    expected,
  )
})

test.each<[Settings, string[]]>([
  [{ apiKey: KEY }, []],
  [{}, ['apiKey']],
  [{ apiKey: '' }, ['apiKey']],
  [{ apiKey: 'a b\r\nx: y' }, ['apiKey']],
  [{ apiKey: KEY, url: 'mailto:x' }, ['url']],
])('settings %j are refused at %j', (given, paths) => {
  const read = opsgenieKind.parse(given)
  expect(read.ok ? [] : read.problems.map(({ path }) => path)).toEqual(paths)
})
