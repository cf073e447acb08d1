import { afterEach, describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type Opsgenie, startOpsgenie } from '../fakes/opsgenie.ts'
import { type PagerDuty, startPagerDuty } from '../fakes/pagerduty.ts'
import type { ProviderBehaviour } from '../fakes/provider.ts'
import { at, post } from './one-alert.ts'
import { openStage, type Stage } from './stage.ts'

const KEY = 'a1b2c3d4e5f6a7b8a1b2c3d4e5f6a7b8'

let stage: Stage
let duty: PagerDuty
let genie: Opsgenie
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
  await duty.stop()
  await genie.stop()
})

/** A policy that tells a service of PagerDuty and one of Opsgenie. */
async function open(behaviour: ProviderBehaviour = {}): Promise<void> {
  stage = await openStage({ publicUrl: 'https://tocsin.example' })
  const { clock } = stage
  duty = await startPagerDuty({ clock, routingKeys: [KEY], ...behaviour })
  genie = await startOpsgenie({ clock, apiKey: KEY, ...behaviour })
  const channels = [
    { id: 'duty', type: 'pagerduty', url: duty.url, routingKey: KEY },
    { id: 'genie', type: 'opsgenie', url: genie.url, apiKey: KEY },
  ]
  const notify = channels.map(({ id }) => ({ channel: id }))
  const policies = [{ id: 'databases', groupBy: ['alertname'], groupWait: '5s', groupInterval: '30s', notify }]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
}

const pass = (when: Millis): Promise<void> => stage.clock.advanceTo(stage.start + when)
const until = (ms: Millis): Millis => Date.UTC(2026, 0, 5) + ms

async function act(action: string, body: object): Promise<void> {
  const { items } = (await (await stage.api('GET', '/api/v1/incidents?state=open')).json()) as {
    items: { id: string }[]
  }
  expect((await stage.api('POST', `/api/v1/incidents/${items[0]!.id}/${action}`, body)).status).toBe(202)
  await stage.clock.settle()
}

const states = (): string[] => [
  ...duty.incidents.map(({ state }) => `duty ${state}`),
  ...genie.alerts.map(({ state }) => `genie ${state}`),
]

describe('an incident at PagerDuty and Opsgenie', () => {
  test('is opened, acknowledged at the claim, and resolved at the end, once each', async () => {
    await open()
    await post(stage, SECOND, {})
    await pass(20 * SECOND)
    expect(states()).toEqual(['duty triggered', 'genie open'])
    await act('claim', { by: 'mei' })
    await pass(21 * SECOND)
    expect(states()).toEqual(['duty acknowledged', 'genie acknowledged'])
    expect(genie.alerts[0]?.owner).toBe('mei')
    await post(stage, 60 * SECOND, { endsAt: at(stage, 60 * SECOND) })
    await pass(10 * MINUTE)
    expect(states()).toEqual(['duty resolved', 'genie closed'])
    expect(duty.received.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve'])
    expect(genie.received.map(({ what }) => what)).toEqual(['create', 'acknowledge', 'close'])
    expect(new Set([...duty.incidents.map(({ key }) => key), ...genie.alerts.map(({ alias }) => alias)]).size).toBe(1)
  })

  test('is resolved when a person closes it, and the next episode is another', async () => {
    await open()
    await post(stage, SECOND, {})
    await pass(20 * SECOND)
    await act('close', { by: 'mei', solution: 'restarted' })
    await pass(40 * SECOND)
    expect(states()).toEqual(['duty resolved', 'genie closed'])
    await post(stage, 60 * SECOND, { endsAt: at(stage, 60 * SECOND) })
    await post(stage, 100 * SECOND, { startsAt: at(stage, 100 * SECOND) })
    await pass(5 * MINUTE)
    expect(states()).toEqual(['duty resolved', 'duty triggered', 'genie closed', 'genie open'])
  })

  test('is acknowledged although the claim came while the service was down', async () => {
    await open({ down: [[until(2 * MINUTE), 503]] })
    await post(stage, SECOND, { endsAt: at(stage, 60 * MINUTE) })
    await pass(20 * SECOND)
    await act('claim', { by: 'mei' })
    await pass(30 * MINUTE)
    expect(states()).toEqual(['duty acknowledged', 'genie acknowledged'])
  })
})
