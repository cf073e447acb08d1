import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HostClock, systemClock } from '../../infra/clock.ts'
import type { Host } from '../../infra/machine/host.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/base/time.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { OWNER_KEY, temporaryDirectory } from '../fault/host-process.ts'
import { startHostHere } from './host-here.ts'
import { until } from './wait.ts'

/*
 * The whole host in real time, with a wall clock that the test sets. Steps are longer than the test may take, so
 * whatever waited for the wall clock to come back would not be told.
 */

const LIMIT_MS = 60_000

let data: ReturnType<typeof temporaryDirectory>
let hook: Webhook
let host: Host
let steppedMs = 0
const listeners = new Set<(byMs: number) => void>()
const clock: HostClock = {
  ...systemClock,
  now: () => Date.now() + steppedMs,
  onStep(then) {
    listeners.add(then)
    return () => listeners.delete(then)
  },
}

beforeEach(async () => {
  steppedMs = 0
  data = temporaryDirectory()
  hook = await startWebhook()
  host = await start()
})
afterEach(async () => {
  await Promise.all([host.stop(), hook.stop()])
  data.remove()
})

async function start(): Promise<Host> {
  return await startHostHere({ clock, dataDir: data.path, allowTargets: ['127.0.0.0/8'], apiKey: OWNER_KEY })
}

async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${OWNER_KEY}`, 'content-type': 'application/json' }
  const text = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(new URL(path, host.url), { method, headers, ...text })
  expect([answer.status < 300, answer.ok ? '' : await answer.text()]).toEqual([true, ''])
  return (await answer.json()) as Record<string, unknown>
}

async function configure(): Promise<void> {
  const policy = (id: string, groupWait: string) => ({
    id,
    groupBy: ['alertname'],
    groupWait,
    groupInterval: '1s',
    match: [{ label: 'wait', op: '=', value: id }],
    notify: [{ channel: 'hook' }],
  })
  await ask('PUT', '/api/v1/config', {
    channels: [{ id: 'hook', type: 'webhook', url: hook.url }],
    policies: [policy('none', '0s'), policy('some', '3s')],
  })
}

async function post(alertname: string, wait: string, more: object = {}): Promise<void> {
  const { url } = await ask('GET', '/api/v1/integrations/default')
  const { pathname } = new URL(String(url))
  const body = JSON.stringify([{ labels: { alertname, wait }, ...more }])
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(new URL(pathname, host.url), { method: 'POST', headers, body })
  expect(answer.status).toBe(202)
}

const told = (): string[] =>
  hook.received.map(({ body }) => {
    const { status, groupLabels } = body as { status: string; groupLabels: { alertname: string } }
    return `${status} ${groupLabels.alertname}`
  })

const heard = (line: string) => until(line, () => told().includes(line), LIMIT_MS)

test.each([
  ['back by two minutes', -2 * MINUTE],
  ['back by an hour', -HOUR],
  ['back by 400 days', -400 * DAY],
  ['forward by three minutes', 3 * MINUTE],
])('a clock that is set %s: everything is told, resolves too', { timeout: 4 * LIMIT_MS }, async (_what, byMs) => {
  await configure()
  await post('First', 'none')
  await heard('firing First')
  await post('Waits', 'some')
  steppedMs += byMs
  for (const then of listeners) then(byMs)
  await post('After', 'none')
  await heard('firing After')
  await heard('firing Waits')
  await post('First', 'none', { endsAt: new Date(clock.now()).toISOString() })
  await heard('resolved First')
  await post('First', 'none', { endsAt: new Date(clock.now() + MINUTE).toISOString() })
  await until('firing again', () => told().filter((line) => line === 'firing First').length === 2, LIMIT_MS)
})

test('a clock that was set back while nothing ran', { timeout: 4 * LIMIT_MS }, async () => {
  await configure()
  await post('Waits', 'some')
  await host.stop()
  steppedMs -= HOUR + SECOND
  host = await start()
  await post('After', 'none')
  await heard('firing After')
  await heard('firing Waits')
})
