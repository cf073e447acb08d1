import { afterEach, beforeEach, expect, test } from 'vitest'
import { HOUR, MINUTE, type Millis } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/*
 * Senders that tell the beginning and the end of an alert, and are silent for hours in between: an Alertmanager
 * repeats a notification every four hours. Their alerts fire until the senders say otherwise.
 */

let stage: Stage
let hook: Webhook
let start: Millis

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
  start = stage.start
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

async function configure(integration: object): Promise<string> {
  const answer = await stage.api('PUT', '/api/v1/config', {
    integrations: [{ id: 'in', ...integration }],
    channels: [{ id: 'hook', type: 'webhook', url: hook.url }],
    policies: [
      {
        ...{ id: 'all', groupBy: ['...'], groupWait: '0s', groupInterval: '30m', repeatInterval: '4h' },
        notify: [{ channel: 'hook' }],
      },
    ],
    // A promise of senders that repeat what fires: no other alert ends by it.
    resolveTimeout: '2m',
  })
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, ''])
  return ((await (await stage.api('GET', '/api/v1/integrations/in')).json()) as { url: string }).url
}

async function post(url: string, body: object): Promise<void> {
  const answer = await stage.api('POST', new URL(url).pathname, body)
  expect(answer.status).toBe(202)
  await stage.clock.settle()
}

/** Whole hours since the start, and the status. */
function told(): string[] {
  return hook.received.map(
    ({ at, body }) => `${Math.floor((at - start) / HOUR)} ${(body as { status: string }).status}`,
  )
}

const labels = { alertname: 'Down', host: 'db-1' }
const webhook = (status: string) => ({
  version: '4',
  status,
  alerts: [{ status, labels, startsAt: '2026-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' }],
})
const lifeCycle = (type: string, status: string, more = {}) => ({
  specversion: '1.0',
  ...{ id: type, source: 'arms', type: `aliyun:arms:alarm:${type}` },
  data: { data: { status, alerts: [{ status, labels, ...more }] } },
})
const validFor = (minutes: number) => ({ endsAt: new Date(start + minutes * MINUTE).toISOString() })

test.each<[string, object, () => [object, object]]>([
  ["Alertmanager's webhook", { type: 'alertmanager' }, () => [webhook('firing'), webhook('resolved')]],
  [
    'the life cycle of an incident, with the time until which ARMS expects the alert to fire',
    { type: 'arms' },
    () => [lifeCycle('create', 'firing', validFor(5)), lifeCycle('close', 'resolved')],
  ],
  ["ARMS's webhook", { type: 'arms' }, () => [webhook('firing'), webhook('resolved')]],
  [
    'the life cycle on a bus',
    { type: 'cloudevents' },
    () => [lifeCycle('create', 'firing', validFor(5)), lifeCycle('close', 'resolved')],
  ],
  [
    'a mapping with a word for the end',
    { type: 'custom', custom: { labels: { alertname: 'what' }, recovery: { field: 'state', value: 'ok' } } },
    () => [
      { what: 'Down', state: 'bad' },
      { what: 'Down', state: 'ok' },
    ],
  ],
  [
    'JSON with a status, without a mapping',
    { type: 'custom' },
    () => [
      { labels, status: 'firing' },
      { labels, status: 'resolved' },
    ],
  ],
])('%s: fires, is repeated, and ends when the sender says so', async (_what, integration, bodies) => {
  const url = await configure(integration)
  const [firing, resolved] = bodies()
  await post(url, firing)
  await stage.clock.advanceTo(start + 10 * HOUR)
  expect(told()).toEqual(['0 firing', '4 firing', '9 firing'])
  await post(url, resolved)
  await stage.clock.advanceTo(start + 11 * HOUR)
  expect(told().slice(3)).toEqual(['10 resolved'])
})

test.each<[string, object, object]>([
  ['what the user says', { type: 'alertmanager', autoRecoverAfter: '5m' }, webhook('firing')],
  ['what the user says of a life cycle', { type: 'arms', autoRecoverAfter: '5m' }, lifeCycle('create', 'firing')],
  ['five minutes, of JSON that has no word for the end', { type: 'custom' }, { labels }],
  ["five minutes, of ARMS's own JSON", { type: 'arms' }, { labels }],
])('an alert ends after %s', async (_what, integration, firing) => {
  await post(await configure(integration), firing)
  await stage.clock.advanceTo(start + HOUR)
  expect(told()).toEqual(['0 firing', '0 resolved'])
})
