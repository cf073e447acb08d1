import { describe, expect, type onTestFinished, test } from 'vitest'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { startHostHere } from './host-here.ts'
import {
  type Exporter,
  type Prometheus,
  prometheusMissing,
  startExporter,
  startPrometheus,
} from './prometheus-process.ts'
import { until } from './wait.ts'

const missing = prometheusMissing()
if (missing) console.warn(`test/e2e/prometheus.test.ts is skipped: ${missing}`)

const API_KEY = 'end-to-end'
const GROUP_WAIT_MS = 1000

const TOCSIN_YML = (webhook: string): object => ({
  channels: [{ id: 'hook', type: 'webhook', url: webhook }],
  policies: [
    {
      id: 'everything',
      groupBy: ['alertname'],
      groupWait: `${GROUP_WAIT_MS}ms`,
      groupInterval: '1s',
      notify: [{ channel: 'hook' }],
    },
  ],
})

interface Stage {
  webhook: Webhook
  exporter: Exporter
  prometheus: Prometheus
}

/** A hub, a webhook for its notifications, and a Prometheus that posts to the integration of a new account. */
async function stage(resendDelay: string, finished: typeof onTestFinished): Promise<Stage> {
  const webhook = await startWebhook()
  finished(() => webhook.stop())
  const integrationUrl = await startHub(webhook, finished)
  const exporter = await startExporter()
  finished(() => exporter.stop())
  const prometheus = await startPrometheus({ integrationUrl, exporter: exporter.target, resendDelay })
  finished(() => prometheus.stop())
  return { webhook, exporter, prometheus }
}

/** The URL of the integration. */
async function startHub(webhook: Webhook, finished: typeof onTestFinished): Promise<string> {
  const data = temporaryDirectory()
  finished(() => data.remove())
  const allowTargets = [`127.0.0.1:${webhook.port}`]
  const host = await startHostHere({ dataDir: data.path, allowTargets, apiKey: API_KEY })
  finished(() => host.stop())
  const put = await fetch(`${host.url}/api/v1/config`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(TOCSIN_YML(webhook.url)),
  })
  expect([put.status, await put.text()]).toEqual([200, expect.any(String)])
  return host.made?.integrationUrl as string
}

const notification = (status: 'firing' | 'resolved'): object =>
  expect.objectContaining({
    version: '4',
    status,
    groupLabels: { alertname: 'ShopDown' },
    alerts: [
      expect.objectContaining({
        status,
        labels: expect.objectContaining({ alertname: 'ShopDown', cluster: 'test', severity: 'critical', job: 'shop' }),
        annotations: { summary: 'nobody can buy' },
      }),
    ],
  })

const bodies = ({ received }: Webhook): unknown[] => received.map(({ body }) => body)

function times(webhook: Webhook, index: number): { at: number; startsAt: number; endsAt: number } {
  const { at, body } = webhook.received[index] as Webhook['received'][number]
  const [alert] = (body as { alerts: { startsAt: string; endsAt: string }[] }).alerts
  return { at, startsAt: Date.parse(alert?.startsAt ?? ''), endsAt: Date.parse(alert?.endsAt ?? '') }
}

/** Prometheus repeats itself: the next three sendings bring no news and cause no notification. */
async function threeMoreSendings({ prometheus }: Stage): Promise<void> {
  const before = await prometheus.sent()
  await until('three more sendings', async () => (await prometheus.sent()) >= before + 3, 20_000)
}

describe.skipIf(missing !== undefined).concurrent('a real Prometheus', () => {
  test('that repeats an alert causes one firing and one resolved notification', async ({ onTestFinished }) => {
    const on = await stage('2s', onTestFinished)
    on.exporter.set(1)
    // Prometheus can take 5 s to find its own targets.
    await until('a firing webhook', () => on.webhook.received.length > 0, 20_000)
    const firing = times(on.webhook, 0)
    expect(firing.at - firing.startsAt).toBeGreaterThanOrEqual(GROUP_WAIT_MS)
    await threeMoreSendings(on)
    expect(bodies(on.webhook)).toEqual([notification('firing')])

    const stopped = Date.now()
    on.exporter.set(0)
    await until('a resolved webhook', () => on.webhook.received.length > 1)
    await threeMoreSendings(on)
    expect(bodies(on.webhook)).toEqual([notification('firing'), notification('resolved')])
    expect(times(on.webhook, 1).startsAt).toBe(firing.startsAt)
    // Resolved when Prometheus said so, not at the end in the last post of the firing alert.
    expect(times(on.webhook, 1).endsAt - stopped).toBeLessThan(5000)
  }, 55_000)

  test('that dies lets its alert end at the end time of its last post', async ({ onTestFinished }) => {
    const on = await stage('1s', onTestFinished)
    on.exporter.set(1)
    await until('a firing webhook', () => on.webhook.received.length > 0, 20_000)
    await on.prometheus.kill()
    const killed = Date.now()
    await until('a resolved webhook', () => on.webhook.received.length > 1, 15_000)
    expect(bodies(on.webhook)).toEqual([notification('firing'), notification('resolved')])
    const resolved = times(on.webhook, 1)
    expect(resolved.at).toBeGreaterThanOrEqual(resolved.endsAt)
    expect(resolved.endsAt).toBeGreaterThan(killed)
  }, 55_000)
})
