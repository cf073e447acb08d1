import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../shared/base/time.ts'
import { bucketOf, writeCursor } from '../../shared/table/limits.ts'
import { DUE_BUCKETS, type ItemKey, type Table } from '../../shared/table/port.ts'
import type { Version } from '../../shared/table/version.ts'
import { walk } from './walk.ts'

const T = Date.UTC(2026, 0, 5)
const KEY: ItemKey = { partition: 'a#acme#g#01', sort: 'head' }
const at = (sort: string, partition = KEY.partition): ItemKey => ({ partition, sort })

/** Sort keys of the due items of a partition. */
export function dueSorts(table: Table, partition: string, until: number, limit: number): Promise<string[]> {
  return walk(async (after) => {
    const { keys, next } = await table.due(bucketOf(partition), until, { limit, ...after })
    return { found: keys.filter((key) => key.partition === partition).map(({ sort }) => sort), limit, next }
  })
}

export function listSorts(table: Table, name: string, limit: number): Promise<string[]> {
  return walk(async (after) => {
    const { keys, next } = await table.list(name, { limit, ...after })
    return { found: keys.map(({ sort }) => sort), limit, next }
  })
}

/** The part of the table's contract about the two indexes. */
export function indexContract(tableOf: () => Table): void {
  let table: Table
  beforeEach(() => {
    table = tableOf()
  })
  const walkDue = (until: number, limit = 100): Promise<string[]> => dueSorts(table, KEY.partition, until, limit)
  const walkList = (name: string, limit = 100): Promise<string[]> => listSorts(table, name, limit)

  describe('due', () => {
    test('finds an item from the minute on that its time is rounded up to', async () => {
      await table.put({ ...KEY, body: '1', dueAt: T + 1 }, 'absent')
      expect(await walkDue(T + MINUTE - 1)).toEqual([])
      expect(await walkDue(T + MINUTE)).toEqual(['head'])
    })

    test('a full minute is not rounded', async () => {
      await table.put({ ...KEY, body: '1', dueAt: T }, 'absent')
      expect(await walkDue(T - 1)).toEqual([])
      expect(await walkDue(T)).toEqual(['head'])
    })

    test('gives the earliest first, in pages of any size', async () => {
      const minutes = [7, 2, 9, 1, 2, 2, 5]
      for (const [i, minute] of minutes.entries())
        await table.put({ ...at(`${minute}#${i}`), body: '', dueAt: T + minute * MINUTE }, 'absent')
      for (const limit of [1, 2, 3, 50]) {
        const found = await walkDue(T + 7 * MINUTE, limit)
        expect(found.map((sort) => sort[0])).toEqual(['1', '2', '2', '2', '5', '7'])
        expect(new Set(found).size).toBe(6)
      }
    })

    test('a bucket has the items of its partitions and no others', async () => {
      const partitions = Array.from({ length: 40 }, (_, i) => `a#acme#g#${i}`)
      for (const partition of partitions) await table.put({ ...at('head', partition), body: '1', dueAt: T }, 'absent')
      const found: string[] = []
      for (let bucket = 0; bucket < DUE_BUCKETS; bucket++) {
        const { keys: inBucket } = await table.due(bucket, T, { limit: 100 })
        for (const key of inBucket) expect(bucketOf(key.partition)).toBe(bucket)
        found.push(...inBucket.map(({ partition }) => partition))
      }
      expect(found.sort()).toEqual(partitions.sort())
    })

    test('follows every put: moved, then taken off', async () => {
      await table.put({ ...KEY, body: '1', dueAt: T }, 'always')
      const version = (await table.put({ ...KEY, body: '2', dueAt: T + HOUR }, 'always')) as Version
      expect(await walkDue(T + MINUTE)).toEqual([])
      expect(await walkDue(T + HOUR)).toEqual(['head'])
      await table.put({ ...KEY, body: '3' }, { version })
      expect(await walkDue(T + HOUR)).toEqual([])
    })
  })

  describe('list', () => {
    test('gives the newest first, with its time, and only what has the name', async () => {
      for (const [sort, time] of [
        ['b', 2],
        ['a', 1],
        ['c', 3],
      ] as const)
        await table.put({ ...at(sort), body: '1', list: { name: 'acme#incidents', at: T + time } }, 'absent')
      await table.put({ ...at('x'), body: '1', list: { name: 'acme#incident', at: T } }, 'absent')
      await table.put({ ...at('y'), body: '1', list: { name: 'acme2#incidents', at: T } }, 'absent')
      expect((await table.list('acme#incidents', { limit: 10 })).keys).toEqual([
        { ...at('c'), at: T + 3 },
        { ...at('b'), at: T + 2 },
        { ...at('a'), at: T + 1 },
      ])
    })

    test('pages of any size are exactly all of it, also when all have one time', async () => {
      const sorts = Array.from({ length: 9 }, (_, i) => `incident#${i}`)
      for (const [i, sort] of sorts.entries())
        await table.put({ ...at(sort), body: '1', list: { name: 'l', at: T + (i < 6 ? 0 : i) } }, 'absent')
      for (const limit of [1, 2, 4, 9, 10]) {
        const found = await walkList('l', limit)
        expect(found.slice(0, 3)).toEqual(['incident#8', 'incident#7', 'incident#6'])
        expect(found.toSorted()).toEqual(sorts)
      }
    })

    test('goes on after any key of a page, not only after the last', async () => {
      const sorts = ['a', 'b', 'c', 'd']
      for (const [i, sort] of sorts.entries())
        await table.put({ ...at(sort), body: '1', list: { name: 'l', at: T + Math.floor(i / 2) + 0.5 } }, 'absent')
      const { keys: all } = await table.list('l', { limit: 10 })
      for (const [i, key] of all.entries()) {
        const { keys: rest } = await table.list('l', { limit: 10, after: writeCursor(key) })
        expect(rest).toEqual(all.slice(i + 1))
      }
    })

    test.each(['', 'x', 'W10', '{}', '%00', 'e30', 'WzEsMiwzXQ', 'null', 'a'.repeat(5000), '\ud800'])(
      'a cursor that was not made here (%j) is no failure',
      async (after) => {
        await table.put({ ...KEY, body: '1', dueAt: T, list: { name: 'l', at: T } }, 'absent')
        expect((await table.list('l', { limit: 5, after })).keys).toHaveLength(1)
        expect((await table.due(bucketOf(KEY.partition), T, { limit: 5, after })).keys).toHaveLength(1)
        await table.query(KEY.partition, 'he', { limit: 5, after })
      },
    )

    test('a cursor of one list shows nothing of it in another', async () => {
      await table.put({ ...at('1', 'p1'), body: '1', list: { name: 'one', at: T + 1 } }, 'absent')
      await table.put({ ...at('2', 'p1'), body: '1', list: { name: 'one', at: T + 2 } }, 'absent')
      await table.put({ ...at('3', 'p2'), body: '1', list: { name: 'two', at: T } }, 'absent')
      const { next } = await table.list('one', { limit: 1 })
      const { keys: found } = await table.list('two', { limit: 5, after: next! })
      expect(found.map(({ sort }) => sort)).toEqual(['3'])
    })
  })

  describe('cards', () => {
    const put = (sort: string, time: number, text: string, name = 'acme#P1') =>
      table.put({ ...at(sort), body: 'x'.repeat(2000), card: { name, at: T + time, text } }, 'always')
    const texts = async (name: string): Promise<string[]> =>
      (await table.cards(name, { limit: 10 })).cards.map(({ text }) => text)

    test('shows the texts under a name, newest first, with key and time', async () => {
      await put('a', 1, '{"t":"ä"}')
      await put('b', 2.5, 'second')
      await put('c', 3, 'other', 'acme#P2')
      expect((await table.cards('acme#P1', { limit: 10 })).cards).toEqual([
        { ...at('b'), at: T + 2, text: 'second' },
        { ...at('a'), at: T + 1, text: '{"t":"ä"}' },
      ])
    })

    test('follows every put: changed in its place, moved to another name, taken off, removed', async () => {
      await put('a', 1, 'first')
      await put('a', 1, 'second')
      expect(await texts('acme#P1')).toEqual(['second'])
      await put('a', 1, 'third', 'acme#held')
      expect([await texts('acme#P1'), await texts('acme#held')]).toEqual([[], ['third']])
      await table.put({ ...at('a'), body: '1' }, 'always')
      expect(await texts('acme#held')).toEqual([])
      await put('a', 1, 'fourth')
      await table.remove(at('a'))
      expect(await texts('acme#P1')).toEqual([])
    })

    test('pages of any size are exactly all of it, also when all have one time', async () => {
      for (let i = 0; i < 9; i++) await put(`head#${i}`, i < 6 ? 0 : i, String(i))
      for (const limit of [1, 2, 4, 9, 10]) {
        const found = await walk(async (after) => {
          const { cards, next } = await table.cards('acme#P1', { limit, ...after })
          return { found: cards.map(({ text }) => text), limit, next }
        })
        expect(found.slice(0, 3)).toEqual(['8', '7', '6'])
        expect(found.toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8'])
      }
    })

    test('goes on after any card of a page, and a cursor that was not made here is no failure', async () => {
      for (let i = 0; i < 4; i++) await put(`head#${i}`, i, String(i))
      const { cards: all } = await table.cards('acme#P1', { limit: 10 })
      for (const [i, entry] of all.entries()) {
        const { cards: rest } = await table.cards('acme#P1', { limit: 10, after: writeCursor(entry) })
        expect(rest).toEqual(all.slice(i + 1))
      }
      expect((await table.cards('acme#P1', { limit: 10, after: 'x' })).cards).toHaveLength(4)
    })
  })
}
