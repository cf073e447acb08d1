import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import {
  claimAttempt,
  listDeliveries,
  putDelivery,
  readDelivery,
  recordOutcome,
} from '../../../shared/store/deliveries.ts'
import type { Table } from '../../../shared/store/port.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 0, 5)
const EXPIRES = { expiresAt: NOW + 86_400_000 }
const clock = { now: () => NOW, at: () => () => undefined }

const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  id: 'g1-d1',
  account: 'acme',
  group: 'g1',
  policy: 'everything',
  target: 'ops-hook',
  openedAt: NOW,
  notification: {
    receiver: 'everything',
    groupKey: '{}:{}',
    groupLabels: {},
    reason: 'first',
    alerts: [{ fingerprint: 'f1', labels: JSON.parse('{"__proto__":"x"}'), annotations: {}, startsAt: NOW }],
    truncated: 0,
  },
  firing: ['f1'],
  resolved: [],
  ...more,
})

async function opened(): Promise<Table> {
  const table = memoryTable(clock)
  await putDelivery(table, delivery(), EXPIRES)
  return table
}
const claim = (table: Table, attempt: number) => claimAttempt(table, 'acme', 'g1', 'g1-d1', attempt, NOW + attempt)
const progress = async (table: Table) => (await readDelivery(table, 'acme', 'g1', 'g1-d1'))?.progress

describe('a delivery', () => {
  test('is kept as it was frozen, labels of any name included', async () => {
    const table = await opened()
    expect(await readDelivery(table, 'acme', 'g1', 'g1-d1')).toEqual({
      delivery: delivery(),
      progress: { begun: 0 },
      version: 1,
    })
    expect(await readDelivery(table, 'acme', 'g1', 'other')).toBeUndefined()
    expect(await readDelivery(table, 'other', 'g1', 'g1-d1')).toBeUndefined()
  })

  test('that is there already keeps its progress', async () => {
    const table = await opened()
    await claim(table, 1)
    await putDelivery(table, delivery(), EXPIRES)
    expect(await progress(table)).toEqual({ begun: 1, begunAt: NOW + 1 })
  })

  test('is listed in its account, newest first, page by page, also after it was claimed', async () => {
    const table = await opened()
    await putDelivery(table, delivery({ id: 'g1-d2', openedAt: NOW + 5 }), EXPIRES)
    await putDelivery(table, delivery({ id: 'g1-d3', openedAt: NOW + 9, account: 'other' }), EXPIRES)
    await claim(table, 1)
    const first = await listDeliveries(table, 'acme', { limit: 1 })
    expect(first.items.map((item) => item.delivery.id)).toEqual(['g1-d2'])
    const second = await listDeliveries(table, 'acme', { limit: 1, after: first.next! })
    expect(second.items).toEqual([{ delivery: delivery(), progress: { begun: 1, begunAt: NOW + 1 } }])
  })

  test('expires as its opener wanted, whatever was written to it since', async () => {
    const table = await opened()
    await claim(table, 1)
    const [item] = (await table.query('a#acme#g#g1', 'to#', { limit: 10 })).items
    expect(item).toMatchObject(EXPIRES)
  })
})

describe('an attempt', () => {
  test('is claimed once', async () => {
    const table = await opened()
    expect(await claim(table, 1)).toEqual({ kind: 'claimed', delivery: delivery() })
    expect(await claim(table, 1)).toEqual({ kind: 'taken' })
  })

  test('that was overtaken is taken', async () => {
    const table = await opened()
    await claim(table, 2)
    expect(await claim(table, 1)).toEqual({ kind: 'taken' })
    expect(await claim(table, 3)).toMatchObject({ kind: 'claimed' })
  })

  test('of a delivery that is gone is missing', async () => {
    expect(await claim(memoryTable(clock), 1)).toEqual({ kind: 'missing' })
  })

  test('has one winner among many at once', async () => {
    const table = await opened()
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(table, 1)))
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1)
    expect(claims.filter(({ kind }) => kind === 'taken')).toHaveLength(7)
  })

  test('is claimed though another write came in between', async () => {
    const table = await opened()
    await claim(table, 1)
    let raced = false
    const racing: Table = {
      ...table,
      put: async (item, when) => {
        if (!raced) {
          raced = true
          await recordOutcome(table, 'acme', 'g1', 'g1-d1', 1, { kind: 'arrived', at: NOW })
        }
        return await table.put(item, when)
      },
    }
    expect(await claim(racing, 2)).toMatchObject({ kind: 'claimed' })
    expect(await progress(table)).toEqual({ begun: 2, begunAt: NOW + 2 })
  })
})

describe('an outcome', () => {
  const arrived = { kind: 'arrived', at: NOW } as const
  const dead = { kind: 'dead', at: NOW, reason: 'gone', detail: 'h: status 410' } as const

  test('is kept beside its attempt, and the first one stays', async () => {
    const table = await opened()
    await claim(table, 1)
    await recordOutcome(table, 'acme', 'g1', 'g1-d1', 1, arrived)
    await recordOutcome(table, 'acme', 'g1', 'g1-d1', 1, dead)
    expect(await progress(table)).toEqual({ begun: 1, begunAt: NOW + 1, last: arrived })
  })

  test('of an overtaken attempt leaves no trace', async () => {
    const table = await opened()
    await claim(table, 2)
    await recordOutcome(table, 'acme', 'g1', 'g1-d1', 1, dead)
    expect(await progress(table)).toEqual({ begun: 2, begunAt: NOW + 2 })
  })

  test('of a delivery that is gone is no error', async () => {
    await recordOutcome(memoryTable(clock), 'acme', 'g1', 'g1-d1', 1, dead)
  })
})
