import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { openStage, type Stage } from './stage.ts'

/** The batch of Prometheus 3. */
const BATCH = 256
const BODY_BYTES = 4 * 1024 * 1024
const FRAME_BYTES = 1024

interface Told {
  status: string
  alerts: { status: string; fingerprint: string; labels: { instance: string } }[]
  truncatedAlerts: number
  notification_reason: string
}

let stage: Stage
let webhook: Webhook
const data = temporaryDirectory()
beforeAll(async () => {
  stage = await openStage({ dataDir: data.path })
  webhook = await stage.webhook()
  const timing = { groupWait: '30s', groupInterval: '5m', repeatInterval: '4h' }
  const policies = ['some', 'many'].map((id) => {
    return {
      id,
      match: [{ label: 'size', op: '=', value: id }],
      groupBy: ['size'],
      ...timing,
      notify: [{ channel: id }, { channel: 'ten' }],
    }
  })
  const channels = [
    ...['some', 'many'].map((id) => ({ id, type: 'webhook', url: `${webhook.url}/${id}`, secret: 'a secret' })),
    { id: 'ten', type: 'webhook', url: `${webhook.url}/ten`, maxAlerts: 10 },
  ]
  expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
})
afterAll(async () => {
  await stage.close()
  data.remove()
})

/** Alerts of 500 bytes each. */
async function post(size: string, count: number, more: object): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    const alerts = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => ({
      labels: { alertname: 'TargetDown', size, instance: `host-${first + i}`, job: 'node', severity: 'critical' },
      annotations: { summary: `host-${first + i} does not answer`, description: 'x'.repeat(290) },
      ...more,
    }))
    expect((await stage.integration('POST', '', alerts)).status).toBe(202)
  }
  await stage.clock.settle()
}

/** The bodies that a channel got since the last look. */
function bodiesOf(channel: string): Told[] {
  const found = webhook.received.filter(({ path }) => path === `/${channel}`)
  for (const { text } of found) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BODY_BYTES + FRAME_BYTES)
  return found.map(({ body }) => body as Told)
}

/** The number of times that each instance was told with a status. */
function timesTold(bodies: readonly Told[], status: string): Map<string, number> {
  const times = new Map<string, number>()
  for (const { alerts } of bodies) {
    for (const alert of alerts) {
      const { instance } = alert.labels
      if (alert.status === status) times.set(instance, (times.get(instance) ?? 0) + 1)
    }
  }
  return times
}

const once = (count: number) => new Map(Array.from({ length: count }, (_, index) => [`host-${index}`, 1]))
const reasons = (bodies: readonly Told[]) => new Set(bodies.map((body) => body.notification_reason))
const largestItem = (): number => {
  const db = new DatabaseSync(`${data.path}/tocsin.db`, { readOnly: true })
  const [row] = db.prepare('SELECT max(length(body)) AS bytes FROM items').all() as { bytes: number }[]
  db.close()
  return row!.bytes
}

describe.each([
  ['some', 3000, 1],
  ['many', 12_000, 2],
])('a group of %s alerts, %i in all', (size, count, bodies) => {
  test(`is told whole in ${bodies} bodies: each alert once as firing, each once as resolved`, async () => {
    const from = stage.clock.now()
    await post(size, count, {
      startsAt: new Date(from).toISOString(),
      endsAt: new Date(from + 120 * MINUTE).toISOString(),
    })
    await stage.clock.advanceTo(from + 2 * MINUTE)
    const firing = bodiesOf(size)
    expect([firing.length, reasons(firing)]).toEqual([bodies, new Set(['first notification'])])
    expect(timesTold(firing, 'firing')).toEqual(once(count))
    expect(firing.every(({ alerts, truncatedAlerts }) => alerts.length + truncatedAlerts === count)).toBe(true)
    expect(firing.every(({ status }) => status === 'firing')).toBe(true)
    expect(largestItem()).toBeLessThan(400 * 1024)

    webhook.received.length = 0
    await post(size, count, { endsAt: new Date(stage.clock.now()).toISOString() })
    await stage.clock.advanceTo(stage.clock.now() + 10 * MINUTE)
    const over = bodiesOf(size)
    expect([over.length, reasons(over)]).toEqual([bodies, new Set(['all alerts resolved'])])
    expect(timesTold(over, 'resolved')).toEqual(once(count))
    expect(over.every(({ status }) => status === 'resolved')).toBe(true)
    expect(stage.logged).toEqual([])
  })

  test('counts for a channel with a limit of its own what the limit cuts off as told', async () => {
    expect(
      bodiesOf('ten').map(({ alerts, truncatedAlerts, status }) => [alerts.length, truncatedAlerts, status]),
    ).toEqual([[10, count - 10, 'resolved']])
    webhook.received.length = 0
  })

  test('is in the list of deliveries with what each delivery told', async () => {
    const answer = await stage.api('GET', '/api/v1/deliveries?limit=100')
    const { items } = (await answer.json()) as { items: { target: string; firing: string[]; resolved: string[] }[] }
    const told = items.filter(({ target }) => target === size)
    expect(told.map(({ firing, resolved }) => [firing.length > 0, resolved.length > 0])).toEqual([
      ...Array(bodies).fill([false, true]),
      ...Array(bodies).fill([true, false]),
    ])
  })
})
