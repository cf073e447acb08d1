import { describe, expect, test } from 'vitest'
import type { Delivery, NotifiedAlert } from '../../../shared/delivery/delivery.ts'
import {
  claimAttempt,
  putDeliveries,
  readDelivery,
  recordOutcome,
  wholeDelivery,
} from '../../../shared/group-store/deliveries.ts'
import { type DeliveryFilter, listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import type { Page, Table } from '../../../shared/table/port.ts'
import { type MemoryTable, memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 0, 5)
const EXPIRES = { expiresAt: NOW + 86_400_000 }
const clock = { now: () => NOW, elapsed: () => 0, after: () => () => undefined }

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
  await putDeliveries(table, [delivery()], EXPIRES)
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
    })
    expect(await readDelivery(table, 'acme', 'g1', 'other')).toBeUndefined()
    expect(await readDelivery(table, 'other', 'g1', 'g1-d1')).toBeUndefined()
  })

  test('that is there already keeps its progress', async () => {
    const table = await opened()
    await claim(table, 1)
    await putDeliveries(table, [delivery()], EXPIRES)
    expect(await progress(table)).toEqual({ begun: 1, begunAt: NOW + 1 })
  })

  test('is listed in its account, newest first, page by page, also after it was claimed', async () => {
    const table = await opened()
    await putDeliveries(table, [delivery({ id: 'g1-d2', openedAt: NOW + 5 })], EXPIRES)
    await putDeliveries(table, [delivery({ id: 'g1-d3', openedAt: NOW + 9, account: 'other' })], EXPIRES)
    await claim(table, 1)
    const first = await listDeliveries(table, 'acme', { limit: 1 })
    expect(first.items.map((item) => item.delivery.id)).toEqual(['g1-d2'])
    const second = await listDeliveries(table, 'acme', { limit: 1, after: first.next! })
    expect(second.items).toEqual([{ delivery: delivery(), progress: { begun: 1, begunAt: NOW + 1 } }])
  })

  test('is found by its group and from a moment on, and the list ends where that is over', async () => {
    const table = memoryTable(clock)
    for (const minute of [0, 1, 2, 3, 4]) {
      const group = minute % 2 === 0 ? 'g1' : 'g2'
      await putDeliveries(table, [delivery({ id: `${group}-d${minute}`, group, openedAt: NOW + minute })], EXPIRES)
    }
    const read: string[] = []
    const get: Table['get'] = async (key) => {
      read.push(key.sort)
      return await table.get(key)
    }
    const counting: Table = { ...table, get }
    const ids = async (...args: [Page, DeliveryFilter]) => {
      const { items, next } = await listDeliveries(counting, 'acme', ...args)
      return [items.map((item) => item.delivery.id), next !== undefined]
    }
    expect(await ids({ limit: 9 }, { group: 'g1' })).toEqual([['g1-d4', 'g1-d2', 'g1-d0'], false])
    expect(await ids({ limit: 9 }, { from: NOW + 1, group: 'g2' })).toEqual([['g2-d3', 'g2-d1'], false])
    expect(await ids({ limit: 2 }, { from: NOW + 3 })).toEqual([['g1-d4', 'g2-d3'], true])
    expect(await ids({ limit: 3 }, { from: NOW + 3 })).toEqual([['g1-d4', 'g2-d3'], false])
    expect(read.filter((sort) => sort.startsWith('to#'))).toHaveLength(9)
  })

  test('expires as its opener wanted, whatever was written to it since', async () => {
    const table = await opened()
    await claim(table, 1)
    const { items } = await table.query('a#acme#g#g1', 't', { limit: 10 })
    expect(items).toMatchObject([EXPIRES, EXPIRES])
  })
})

/** Alerts of a size in KiB each. */
const alerts = (count: number, kib: number): NotifiedAlert[] =>
  Array.from({ length: count }, (_, index) => {
    const over = index % 3 === 0 ? { endsAt: NOW } : {}
    return {
      fingerprint: String(index).padStart(16, '0'),
      labels: {},
      annotations: { a: 'x'.repeat(kib * 1024) },
      startsAt: NOW,
      ...over,
    }
  })
const saying = (said: NotifiedAlert[], ...ids: string[]): Delivery[] => {
  const notification = { ...delivery().notification, alerts: said }
  const prints = (ends: boolean) =>
    said.filter(({ endsAt }) => ends === (endsAt !== undefined)).map((one) => one.fingerprint)
  const [firing, resolved] = [prints(false), prints(true)]
  return ids.map((id) => delivery({ id, target: `hook-${id}`, notification, firing, resolved }))
}
const itemsIn = (table: MemoryTable, prefix: string) => table.everything().filter(({ sort }) => sort.startsWith(prefix))

describe('words', () => {
  const CASES: [what: string, said: NotifiedAlert[], deliveries: number, items: number][] = [
    ['of a small delivery lie in its item', alerts(3, 1), 1, 0],
    ['of a delivery that just fits lie in its item', alerts(37, 10), 1, 0],
    ['of a delivery that does not fit lie apart', alerts(39, 10), 1, 2],
    ['of a few bytes lie in the item of each delivery', alerts(3, 2), 2, 0],
    ['that several deliveries share lie apart once', alerts(9, 1), 600, 1],
    ['of 4 MiB lie in as many items as needed', alerts(400, 10), 2, 11],
    ['of the largest alerts lie in an item each', alerts(4, 320), 1, 4],
    ['of many fingerprints leave room for the largest alert', [...alerts(2, 320), ...alerts(6000, 0)], 1, 5],
  ]
  test.each(CASES)('%s', async (_, said, count, items) => {
    const table = memoryTable(clock)
    const ids = Array.from({ length: count }, (_, index) => `g1-d${index}`)
    const deliveries = saying(said, ...ids)
    await putDeliveries(table, deliveries, EXPIRES)
    expect([itemsIn(table, 'to#').length, itemsIn(table, 'words#').length]).toEqual([count, items])
    expect(table.everything().every(({ expiresAt }) => expiresAt === EXPIRES.expiresAt)).toBe(true)
    for (const one of deliveries.slice(0, 3)) {
      const cut = { ...one, firing: one.firing.slice(0, 5000), resolved: one.resolved.slice(0, 5000) }
      const stored = await readDelivery(table, 'acme', 'g1', one.id)
      expect(stored?.delivery).toMatchObject({
        id: one.id,
        target: one.target,
        firing: cut.firing,
        resolved: cut.resolved,
      })
      expect(await wholeDelivery(table, stored!.delivery)).toEqual(cut)
      expect(await claimAttempt(table, 'acme', 'g1', one.id, 1, NOW)).toMatchObject({ kind: 'claimed', delivery: cut })
    }
  })

  test('that are written again are the same items, and expire later', async () => {
    const table = memoryTable(clock)
    await putDeliveries(table, saying(alerts(400, 10), 'g1-d1'), EXPIRES)
    const before = itemsIn(table, 'words#')
    const later = { expiresAt: EXPIRES.expiresAt + 1 }
    await putDeliveries(table, saying(alerts(400, 10), 'g1-d2'), later)
    const after = itemsIn(table, 'words#')
    expect(after.map(({ sort, body }) => [sort, body])).toEqual(before.map(({ sort, body }) => [sort, body]))
    expect(after.every(({ expiresAt }) => expiresAt === later.expiresAt)).toBe(true)
  })

  test('of an attempt that is made again are not written again', async () => {
    const table = memoryTable(clock)
    const [one, two] = saying(alerts(40, 10), 'g1-d1', 'g1-d2') as [Delivery, Delivery]
    await putDeliveries(table, [one, two], EXPIRES)
    const written: string[] = []
    const put: Table['put'] = (item, when) => {
      written.push(item.sort)
      return table.put(item, when)
    }
    await putDeliveries({ ...table, put }, [one, two], EXPIRES)
    expect(written).toEqual([])
    const third = { ...two, id: 'g1-d3' }
    await putDeliveries({ ...table, put }, [one, third], EXPIRES)
    expect(written.map((sort) => sort.replace(/#.*#/, '#'))).toEqual(['words#0', 'words#1', 'to#g1-d3'])
  })

  test('are there before a delivery that names them', async () => {
    const table = memoryTable(clock)
    const put: Table['put'] = (item, when) => {
      const apart = item.sort.startsWith('words#') && item.sort.endsWith('#7')
      return apart ? Promise.reject(new Error('throttled')) : table.put(item, when)
    }
    await expect(putDeliveries({ ...table, put }, saying(alerts(400, 10), 'g1-d1'), EXPIRES)).rejects.toThrow(
      'throttled',
    )
    expect(itemsIn(table, 'to#')).toEqual([])
  })

  test('that are gone make their delivery missing, and the list still has the delivery', async () => {
    const table = memoryTable(clock)
    await putDeliveries(table, saying(alerts(400, 10), 'g1-d1'), EXPIRES)
    const [gone] = itemsIn(table, 'words#').slice(-1)
    await table.remove(gone!)
    expect(await claim(table, 1)).toEqual({ kind: 'missing' })
    expect(await progress(table)).toEqual({ begun: 0 })
    const { items } = await listDeliveries(table, 'acme', { limit: 9 })
    expect(items.map(({ delivery: { id, resolved } }) => [id, resolved.length])).toEqual([['g1-d1', 134]])
    expect(await wholeDelivery(table, items[0]!.delivery)).toBeUndefined()
  })

  test('a list reads one item of them for each delivery', async () => {
    const table = memoryTable(clock)
    await putDeliveries(table, saying(alerts(400, 10), 'g1-d1', 'g1-d2'), EXPIRES)
    let reads = 0
    const get: Table['get'] = (key) => {
      if (key.sort.startsWith('words#')) reads++
      return table.get(key)
    }
    await listDeliveries({ ...table, get }, 'acme', { limit: 9 })
    expect(reads).toBe(2)
  })
})

describe('an attempt', () => {
  test('keeps how it wrote its event, until the next one', async () => {
    const table = await opened()
    const as = { source: 'arms', typePrefix: 'aliyun:arms:alarm', timeZone: 'UTC', publicUrl: 'https://tocsin.example' }
    await claimAttempt(table, 'acme', 'g1', 'g1-d1', 1, NOW, as)
    await recordOutcome(
      table,
      { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 },
      { kind: 'arrived', at: NOW },
    )
    expect(await progress(table)).toEqual({ begun: 1, begunAt: NOW, as, last: { kind: 'arrived', at: NOW } })
    await claimAttempt(table, 'acme', 'g1', 'g1-d1', 2, NOW)
    expect(await progress(table)).toEqual({ begun: 2, begunAt: NOW })
  })

  test('is claimed once', async () => {
    const table = await opened()
    expect(await claim(table, 1)).toMatchObject({ kind: 'claimed', delivery: delivery() })
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
          await recordOutcome(
            table,
            { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 },
            { kind: 'arrived', at: NOW },
          )
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
    await recordOutcome(table, { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 }, arrived)
    await recordOutcome(table, { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 }, dead)
    expect(await progress(table)).toEqual({ begun: 1, begunAt: NOW + 1, last: arrived })
  })

  test('of an overtaken attempt leaves no trace', async () => {
    const table = await opened()
    await claim(table, 2)
    await recordOutcome(table, { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 }, dead)
    expect(await progress(table)).toEqual({ begun: 2, begunAt: NOW + 2 })
  })

  test('of a delivery that is gone is no error', async () => {
    await recordOutcome(memoryTable(clock), { account: 'acme', group: 'g1', delivery: 'g1-d1', attempt: 1 }, dead)
  })
})
