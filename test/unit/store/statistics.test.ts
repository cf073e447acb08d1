import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../shared/base/time.ts'
import { createIntegrationCounts, readHours, readStatistics, ruleCounts } from '../../../shared/store/statistics.ts'
import type { Table } from '../../../shared/table/port.ts'
import { type MemoryTable, memoryTable } from '../../sim/table.ts'

/** The beginning of a cell. */
const NOW = Date.UTC(2026, 10, 21)

let table: MemoryTable
let now: number
let writes: number
let failing: boolean
beforeEach(() => {
  now = NOW
  writes = 0
  failing = false
  table = memoryTable({ now: () => now, elapsed: () => 0, after: () => () => {} })
})

const counted = (): Table => ({
  ...table,
  async put(item, when) {
    if (failing) throw new Error('away')
    writes++
    return table.put(item, when)
  },
})
const read = (integration = 'in', account = 'a', at = now) => readStatistics(table, account, integration, at)
const message = (id: string) => [{ id, receives: 1 }]

describe('statistics of an integration', () => {
  test('nothing came: nothing is said of when', async () => {
    expect(await read()).toEqual({ events: 0, failures: 0 })
  })

  test('what all workers counted in the last hour is added up', async () => {
    const [one, other] = [
      createIntegrationCounts(counted(), 'dispatch'),
      createIntegrationCounts(counted(), 'dispatch'),
    ]
    one.add('a', 'in', { events: 3 }, NOW)
    other.add('a', 'in', { events: 4, failures: 1 }, NOW + 1)
    await Promise.all([one.save(message('1')), other.save(message('2'))])
    one.add('a', 'in', { events: 5 }, NOW + 7 * MINUTE)
    await one.save(message('3'))
    expect(await read('in', 'a', NOW + 8 * MINUTE)).toEqual({ events: 12, failures: 1, lastSeenAt: NOW + 7 * MINUTE })
  })

  test('two functions that take up a message of the same id are two workers', async () => {
    const workers = ['dispatch', 'evaluate'].map((worker) => createIntegrationCounts(counted(), worker))
    for (const counts of workers) {
      counts.add('a', 'in', { events: 1 }, NOW)
      await counts.save(message('1'))
    }
    expect((await read()).events).toBe(2)
  })

  test('what is an hour old counts no more, but when it was stays known', async () => {
    const counts = createIntegrationCounts(counted(), 'dispatch')
    counts.add('a', 'in', { events: 1 }, NOW)
    await counts.save(message('1'))
    expect(await read('in', 'a', NOW + HOUR - 1)).toMatchObject({ events: 1 })
    now = NOW + HOUR + 5 * MINUTE
    expect(await read()).toEqual({ events: 0, failures: 0, lastSeenAt: NOW })
    now = NOW + 3 * HOUR
    await table.expire()
    expect(await read()).toEqual({ events: 0, failures: 0, lastSeenAt: NOW })
  })

  test('another integration, and another account’s of that name, have their own', async () => {
    const counts = createIntegrationCounts(counted(), 'dispatch')
    counts.add('a', 'in', { events: 1 }, NOW)
    counts.add('a', 'in/#', { events: 2 }, NOW)
    counts.add('b', 'in', { events: 4 }, NOW)
    await counts.save(message('1'))
    expect((await Promise.all([read(), read('in/#'), read('in', 'b'), read('i')])).map(({ events }) => events)).toEqual(
      [1, 2, 4, 0],
    )
  })

  test('a batch costs one write an integration, and one more every five minutes', async () => {
    const counts = createIntegrationCounts(counted(), 'dispatch')
    for (let batch = 0; batch < 10; batch++) {
      for (let alerts = 0; alerts < 50; alerts++) counts.add('a', 'in', { events: 1 }, NOW + batch)
      await counts.save(message(String(batch)))
    }
    await counts.save(message('idle'))
    expect(writes).toBe(11)
    expect((await read()).events).toBe(500)
  })

  test('what could not be written is written with what comes next', async () => {
    const counts = createIntegrationCounts(counted(), 'dispatch')
    failing = true
    counts.add('a', 'in', { events: 1 }, NOW)
    await counts.save(message('1'))
    failing = false
    counts.add('a', 'other', { events: 1 }, NOW)
    await counts.save(message('2'))
    expect(await read()).toEqual({ events: 1, failures: 0, lastSeenAt: NOW })
  })

  test('more cells than a page are read, and old ones that are still there are not', async () => {
    for (let worker = 0; worker < 300; worker++) {
      const counts = createIntegrationCounts(counted(), 'dispatch')
      counts.add('a', 'in', { events: 1 }, NOW - (worker % 24) * 5 * MINUTE)
      await counts.save(message(String(worker)))
    }
    expect((await read()).events).toBe(12 * 13)
  })
})

describe('the matches of a rule', () => {
  const hours = () => readHours(table, 'a', 'r', now)
  const filled = async () => [...(await hours()).entries()].filter(([, count]) => count > 0)

  test('are counted by the hour for a day, by all workers', async () => {
    for (const worker of ['one', 'other']) {
      const counts = createIntegrationCounts(counted(), worker)
      for (const [before, events] of [
        [26, 5],
        [23, 1],
        [2, 2],
        [0, 4],
      ] as const) {
        counts.add('a', ruleCounts('r'), { events }, NOW - before * HOUR)
        await counts.save(message(worker))
      }
    }
    expect(await filled()).toEqual([
      [0, 2],
      [21, 4],
      [23, 8],
    ])
    now = NOW + 24 * HOUR
    expect(await filled()).toEqual([])
  })

  test('cost one write a batch, and one more every five minutes for the time of the last', async () => {
    const counts = createIntegrationCounts(counted(), 'evaluate')
    for (let minute = 0; minute < 12; minute++) {
      counts.add('a', ruleCounts('r'), { events: 1 }, NOW + minute * MINUTE)
      await counts.save(message(String(minute)))
    }
    expect(writes).toBe(12 + 3)
    now = NOW + 12 * MINUTE
    expect([(await hours()).at(-1), (await read(ruleCounts('r'))).lastSeenAt]).toEqual([12, NOW + 10 * MINUTE])
  })

  test('that a worker whose clock is ahead counted belong to the hour that has not ended', async () => {
    const counts = createIntegrationCounts(counted(), 'evaluate')
    counts.add('a', ruleCounts('r'), { events: 1 }, NOW + HOUR)
    await counts.save(message('1'))
    expect(await filled()).toEqual([[23, 1]])
  })

  test('of very many workers end the reading', async () => {
    for (let worker = 0; worker < 1100; worker++) {
      const counts = createIntegrationCounts(counted(), `worker-${worker}`)
      counts.add('a', ruleCounts('r'), { events: 1 }, NOW)
      await counts.save(message('1'))
    }
    expect((await hours()).at(-1)).toBe(1000)
  })
})
