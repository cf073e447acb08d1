import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { openStage, type Stage } from './stage.ts'

const ALERTS = 10_000
const BATCH = 500

interface Told {
  status: string
  alerts: { labels: Record<string, string> }[]
  truncatedAlerts: number
}

const data = temporaryDirectory()
let stage: Stage
let webhook: Webhook
beforeAll(async () => {
  stage = await openStage({ dataDir: data.path })
  webhook = await stage.webhook()
  const common = { groupWait: '30s', groupInterval: '5m', repeatInterval: '1h' }
  const policies = [{ id: 'all', ...common, notify: [{ channel: 'hook' }, { channel: 'second' }] }]
  const channels = ['hook', 'second'].map((id) => ({ id, type: 'webhook', url: `${webhook.url}/${id}` }))
  expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
})
afterAll(async () => {
  await stage.close()
  data.remove()
})

async function post(more: object): Promise<void> {
  for (let first = 0; first < ALERTS; first += BATCH) {
    const alerts = Array.from({ length: BATCH }, (_, i) => ({
      labels: { alertname: 'Large', instance: `host-${first + i}` },
      annotations: { summary: `instance host-${first + i} does not answer` },
      ...more,
    }))
    expect((await stage.integration('POST', '', alerts)).status).toBe(202)
  }
  await stage.clock.settle()
}

/** Rows of the table; the table has one group. */
function rows(): { sort: string; bytes: number }[] {
  const db = new DatabaseSync(`${data.path}/tocsin.db`, { readOnly: true })
  const found = db.prepare('SELECT sort, length(body) AS bytes FROM items').all()
  db.close()
  return found as unknown as { sort: string; bytes: number }[]
}

const DYNAMODB_ITEM_BYTES = 400 * 1024

describe('a group of 10,000 alerts', () => {
  test('is one group over several items, told whole to each channel in one message', async () => {
    const start = stage.start
    await post({ startsAt: new Date(start).toISOString(), endsAt: new Date(start + 120 * MINUTE).toISOString() })
    await stage.clock.advanceTo(start + MINUTE)
    expect(webhook.received.map(({ path }) => path).sort()).toEqual(['/hook', '/second'])
    const told = webhook.received[0]!.body as Told
    expect(told.status).toBe('firing')
    expect([told.alerts.length, told.truncatedAlerts]).toEqual([ALERTS, 0])
    expect(Math.max(...rows().map(({ bytes }) => bytes))).toBeLessThan(DYNAMODB_ITEM_BYTES)
  })

  test('can be read in pages, each alert once, in one group', async () => {
    const seen = new Set<string>()
    const groups = new Set<string>()
    let after = ''
    do {
      const answer = await stage.api('GET', `/api/v1/alerts?limit=500${after && `&after=${encodeURIComponent(after)}`}`)
      const page = (await answer.json()) as {
        items: { fingerprint: string; groups: { id: string }[] }[]
        next?: string
      }
      for (const item of page.items) {
        expect(seen.has(item.fingerprint)).toBe(false)
        seen.add(item.fingerprint)
        for (const { id } of item.groups) groups.add(id)
      }
      after = page.next ?? ''
    } while (after !== '')
    expect([seen.size, groups.size]).toEqual([ALERTS, 1])
  })

  test('ends when its alerts resolve: one more message to each channel, no item left in the table, no complaint in the log', async () => {
    await post({ endsAt: new Date(stage.clock.now()).toISOString() })
    await stage.clock.advanceTo(stage.start + 15 * MINUTE)
    expect(webhook.received.map(({ body }) => (body as Told).status)).toEqual([
      'firing',
      'firing',
      'resolved',
      'resolved',
    ])
    const answer = await stage.api('GET', '/api/v1/alerts')
    expect(((await answer.json()) as { items: unknown[] }).items).toEqual([])
    // The group remembers what was told for twice the repeat interval, and then no item of the group is left.
    await stage.clock.advanceTo(stage.start + 200 * MINUTE)
    expect(rows().filter(({ sort }) => /^(head|texts#|rows#|targets#)/.test(sort))).toEqual([])
    expect(stage.logged).toEqual([])
  })
})
