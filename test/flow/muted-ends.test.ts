import { afterEach, beforeEach, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** An alert that is told, silenced and resolved, and a silence that runs out or is ended by a person. */
let stage: Stage
let webhook: Webhook

beforeEach(async () => {
  stage = await openStage()
  webhook = await stage.webhook()
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const timing = { groupWait: '0s', groupInterval: '30s' }
const after = (ms: number): string => new Date(stage.clock.now() + ms).toISOString()
const advance = (seconds: number): Promise<void> => stage.clock.advanceTo(stage.clock.now() + seconds * SECOND)
const told = (): string[] => webhook.received.map(({ body }) => (body as { status: string }).status)

async function configure(policy: object): Promise<void> {
  const channels = [{ id: 'hook', type: 'webhook', url: webhook.url }]
  const policies = [{ id: 'all', ...timing, groupBy: ['alertname'], notify: [{ channel: 'hook' }], ...policy }]
  expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
}

async function post(more: object): Promise<void> {
  const alert = { labels: { alertname: 'DiskFull' }, ...more }
  expect((await stage.integration('POST', '', [alert])).status).toBe(202)
  await advance(1)
}

/** Told as firing, silenced for so long, and resolved under the silence; the id of the silence. */
async function resolveUnderSilence(silenceMs: number): Promise<string> {
  await post({ endsAt: after(10 * HOUR) })
  await advance(60)
  const matchers = [{ name: 'alertname', value: 'DiskFull', isRegex: false, isEqual: true }]
  const silence = {
    matchers,
    startsAt: after(0),
    endsAt: after(silenceMs),
    createdBy: 'mei',
    comment: 'swapping disks',
  }
  const answer = await stage.api('POST', '/api/v2/silences', silence)
  expect(answer.status).toBe(200)
  await advance(60)
  await post({ endsAt: after(0) })
  await advance(120)
  return ((await answer.json()) as { silenceID: string }).silenceID
}

async function incidents(): Promise<{ id: string; state: string }[]> {
  const answer = await stage.api('GET', '/api/v1/incidents')
  return ((await answer.json()) as { items: { id: string; state: string }[] }).items
}

test('an alert that resolves under a silence is told as resolved when the silence runs out', async () => {
  await configure({})
  await resolveUnderSilence(HOUR)
  expect(told()).toEqual(['firing'])
  const [incident] = await incidents()
  expect(incident?.state).toBe('closed')
  await advance(HOUR / SECOND)
  expect(told()).toEqual(['firing', 'resolved'])
  const shown = (await (await stage.api('GET', `/api/v1/incidents/${incident!.id}`)).json()) as {
    timeline: { kind: string; why: { code: string } }[]
  }
  expect(shown.timeline.map(({ kind, why }) => `${kind} ${why.code}`)).toEqual([
    'opened alerts-fire',
    'telling first',
    'told first',
    'not-told silenced',
    'not-told end-waits',
    'closed alerts-resolved',
    'telling all-resolved',
    'told all-resolved',
  ])
  await advance(HOUR / SECOND)
  expect(told()).toEqual(['firing', 'resolved'])
})

test('and when a person ends the silence', async () => {
  await configure({})
  const silence = await resolveUnderSilence(10 * HOUR)
  expect((await stage.api('DELETE', `/api/v2/silence/${silence}`)).status).toBe(200)
  await advance(30)
  expect(told()).toEqual(['firing', 'resolved'])
})

test('a policy may drop such ends', async () => {
  await configure({ silencedEnds: 'dropped' })
  await resolveUnderSilence(HOUR)
  await advance((2 * HOUR) / SECOND)
  expect(told()).toEqual(['firing'])
})

test('imported routes drop such ends, as Alertmanager does, until the tree says otherwise', async () => {
  const file = `
route: {receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 30s}
receivers: [{name: hook, webhook_configs: [{url: '${webhook.url}'}]}]
`
  expect((await stage.api('PUT', '/api/v1/config/alertmanager', file, 'application/yaml')).status).toBe(200)
  await resolveUnderSilence(HOUR)
  await advance((2 * HOUR) / SECOND)
  expect(told()).toEqual(['firing'])
  const { route } = (await (await stage.api('GET', '/api/v1/config')).json()) as { route: object }
  expect(route).toMatchObject({ silencedEnds: 'dropped' })
  const changed = { route: { ...route, silencedEnds: 'told' } }
  expect((await stage.api('PUT', '/api/v1/config', changed)).status).toBe(200)
  // The new firing is not told: the target was told of no end.
  await resolveUnderSilence(HOUR)
  await advance(HOUR / SECOND)
  expect(told()).toEqual(['firing', 'resolved'])
})
