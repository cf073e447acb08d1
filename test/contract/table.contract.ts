import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR } from '../../shared/base/time.ts'
import { emptySections } from '../../shared/config/sections.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { readConfig, saveConfig } from '../../shared/store/whole-config.ts'
import { keys } from '../../shared/table/keys.ts'
import {
  CARD_BYTES,
  type Condition,
  ITEM_BYTES,
  type ItemKey,
  ItemRefused,
  type NewItem,
  PARTITION_KEY_BYTES,
  type Page,
  SORT_KEY_BYTES,
  type Table,
} from '../../shared/table/port.ts'
import { putCount, type Version } from '../../shared/table/version.ts'
import { dueSorts, indexContract, listSorts } from './table-index.contract.ts'
import { noise, walk } from './walk.ts'

export interface TableRig {
  table: Table
  close?(): Promise<void> | void
}

const T = Date.UTC(2026, 0, 5)
const secrets = createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size))
const KEY: ItemKey = { partition: 'a#acme#g#01', sort: 'head' }
const at = (sort: string, partition = KEY.partition): ItemKey => ({ partition, sort })

/** The version after the only put of an item, and the shape of every version. */
const FIRST = expect.stringMatching(/^1\.[0-9a-z]+$/)
const VERSION = expect.stringMatching(/^[1-9][0-9]*\.[0-9a-z]+$/)
/** A version that no put ever gave. */
const NEVER = '1.never' as Version

/** The duties of a table. Every adapter and the simulator's model run the whole suite. */
export function tableContract(open: () => Promise<TableRig> | TableRig): void {
  let rig: TableRig
  let table: Table
  beforeEach(async () => {
    rig = await open()
    table = rig.table
  })
  afterEach(() => rig.close?.())

  /** A put of KEY that has to succeed. */
  const put = async (body: string, when: Condition): Promise<Version> => {
    const version = await table.put({ ...KEY, body }, when)
    expect(version).toEqual(VERSION)
    return version as Version
  }
  const fill = async (sorts: readonly string[], partition = KEY.partition): Promise<void> => {
    for (const sort of sorts) await table.put({ ...at(sort, partition), body: sort }, 'absent')
  }
  const walkQuery = (prefix: string, page: Page, partition = KEY.partition): Promise<string[]> =>
    walk(async (after) => {
      const { items, next } = await table.query(partition, prefix, { ...page, ...after })
      return { found: items.map(({ sort }) => sort), limit: page.limit, next }
    })
  const walkDue = (until: number): Promise<string[]> => dueSorts(table, KEY.partition, until, 100)
  const walkList = (name: string): Promise<string[]> => listSorts(table, name, 100)

  describe('get and put', () => {
    test('an item comes back as it was put, under the version that the put gave', async () => {
      const item = { ...KEY, body: '{"a":"ä€😀"}', dueAt: T + 1, list: { name: 'acme#groups', at: T + 2 } }
      const version = await table.put(item, 'absent')
      expect(version).toEqual(FIRST)
      expect(await table.get(KEY)).toEqual({ ...item, version })
    })

    test('what was never put is undefined', async () => {
      expect(await table.get(KEY)).toBeUndefined()
      await fill(['head2'])
      expect(await table.get(KEY)).toBeUndefined()
    })

    test('every put gives a new version: one count more than the one it names, else a first one', async () => {
      const first = await put('1', 'absent')
      const second = await put('2', { version: first })
      const third = await put('3', { version: second })
      expect([first, second, third].map(putCount)).toEqual([1, 2, 3])
      expect(await table.get(KEY)).toEqual({ ...KEY, body: '3', version: third })
      const anew = [await put('4', 'always'), await put('4', 'always')]
      expect(anew.map(putCount)).toEqual([1, 1])
      expect(new Set([first, ...anew]).size).toBe(3)
      expect(await table.get(KEY)).toEqual({ ...KEY, body: '4', version: anew[1] })
    })

    test('absent saves once', async () => {
      const version = await put('1', 'absent')
      expect(await table.put({ ...KEY, body: '2' }, 'absent')).toBe('lost')
      expect(await table.get(KEY)).toEqual({ ...KEY, body: '1', version })
    })

    const count = (version: Version): string => version.slice(0, version.indexOf('.'))
    const mark = (version: Version): string => version.slice(version.indexOf('.'))
    test.each<[name: string, of: (first: Version, second: Version) => string]>([
      ['the one before', (first) => first],
      ['the same count with another mark', (first, second) => count(second) + mark(first)],
      ['another count with the same mark', (_, second) => `3${mark(second)}`],
      ['one that never was', () => NEVER],
      ['half of it', (_, second) => count(second)],
    ])('a put under another version is lost and changes nothing: %s', async (_, of) => {
      const first = await put('1', 'absent')
      const second = await put('2', { version: first })
      const version = of(first, second) as Version
      expect(await table.put({ ...KEY, body: 'x', dueAt: T }, { version })).toBe('lost')
      expect(await table.remove(KEY, { version })).toBe('lost')
      expect(await table.get(KEY)).toEqual({ ...KEY, body: '2', version: second })
      expect(await walkDue(T + HOUR)).toEqual([])
    })

    test('a version of what is not there is lost', async () => {
      expect(await table.put({ ...KEY, body: 'x' }, { version: NEVER })).toBe('lost')
      expect(await table.get(KEY)).toBeUndefined()
    })

    test('a version from before an unconditional put is lost', async () => {
      const first = await put('1', 'absent')
      const anew = await put('2', 'always')
      expect(await table.put({ ...KEY, body: 'x' }, { version: first })).toBe('lost')
      expect(await table.remove(KEY, { version: first })).toBe('lost')
      expect(await table.get(KEY)).toEqual({ ...KEY, body: '2', version: anew })
    })

    test('a put replaces everything: what it does not name is gone', async () => {
      const card = { name: 'c', at: T, text: 'x' }
      const full = { ...KEY, body: '1', dueAt: T, list: { name: 'l', at: T }, card, expiresAt: T + HOUR }
      for (const conditional of [false, true]) {
        const version = (await table.put(full, 'always')) as Version
        const next = await put('2', conditional ? { version } : 'always')
        expect(await table.get(KEY)).toEqual({ ...KEY, body: '2', version: next })
        expect(await walkDue(T + HOUR)).toEqual([])
        expect(await walkList('l')).toEqual([])
        expect(await table.cards('c', { limit: 5 })).toEqual({ cards: [] })
      }
    })

    test('expiry is kept, to the second', async () => {
      await table.put({ ...KEY, body: '1', expiresAt: T + 1 }, 'absent')
      const expiresAt = (await table.get(KEY))?.expiresAt ?? 0
      expect(expiresAt).toBeGreaterThan(T)
      expect(expiresAt).toBeLessThanOrEqual(T + 1000)
    })

    test('what a caller does to an item it was given stays with the caller', async () => {
      await table.put({ ...KEY, body: '1', list: { name: 'l', at: T } }, 'absent')
      const first = await table.get(KEY)
      first!.body = 'x'
      first!.list!.name = 'x'
      expect(await table.get(KEY)).toEqual({ ...KEY, body: '1', version: FIRST, list: { name: 'l', at: T } })
    })
  })

  describe('races', () => {
    test('of 200 that put what is absent one wins', async () => {
      const puts = Array.from({ length: 200 }, (_, i) => table.put({ ...KEY, body: String(i) }, 'absent'))
      const results = await Promise.all(puts)
      expect(results.filter((result) => result !== 'lost')).toHaveLength(1)
      expect((await table.get(KEY))?.body).toBe(String(results.findIndex((result) => result !== 'lost')))
    })

    test('of 50 that put on the same version one wins', async () => {
      const version = await put('first', 'absent')
      const puts = Array.from({ length: 50 }, (_, i) => table.put({ ...KEY, body: String(i) }, { version }))
      const results = await Promise.all(puts)
      expect(results.filter((result) => result !== 'lost')).toHaveLength(1)
      const winner = results.findIndex((result) => result !== 'lost')
      expect(await table.get(KEY)).toEqual({ ...KEY, body: String(winner), version: results[winner] })
    })

    test('50 unconditional puts are 50 versions, of which one stays', async () => {
      const puts = Array.from({ length: 50 }, (_, i) => table.put({ ...KEY, body: String(i) }, 'always'))
      const versions = await Promise.all(puts)
      expect(new Set(versions).size).toBe(50)
      const found = await table.get(KEY)
      expect(versions[Number(found?.body)]).toBe(found?.version)
    })

    test('a read after a write sees it', async () => {
      for (let i = 1; i <= 20; i++) {
        const version = await put(String(i), 'always')
        expect(await table.get(KEY)).toEqual({ ...KEY, body: String(i), version })
      }
    })
  })

  describe('remove', () => {
    test('takes the item and its index entries', async () => {
      const card = { name: 'c', at: T, text: 'x' }
      await table.put({ ...KEY, body: '1', dueAt: T, list: { name: 'l', at: T }, card }, 'absent')
      expect(await table.remove(KEY)).toBe('removed')
      expect(await table.get(KEY)).toBeUndefined()
      expect(await walkDue(T + HOUR)).toEqual([])
      expect(await walkList('l')).toEqual([])
      expect(await table.cards('c', { limit: 5 })).toEqual({ cards: [] })
    })

    test('of what is not there succeeds, unless a version was asked for', async () => {
      expect(await table.remove(KEY)).toBe('removed')
      expect(await table.remove(KEY, 'always')).toBe('removed')
      expect(await table.remove(KEY, { version: NEVER })).toBe('lost')
    })

    test('of another version is lost and removes nothing', async () => {
      const first = await put('1', 'absent')
      const second = await put('2', { version: first })
      expect(await table.remove(KEY, { version: first })).toBe('lost')
      expect(await table.get(KEY)).toBeDefined()
      expect(await table.remove(KEY, { version: second })).toBe('removed')
    })

    test.each(['absent', 'always'] as const)(
      'a version of before is worth nothing over what was put again (%s)',
      async (when) => {
        const first = await put('1', 'absent')
        await table.remove(KEY)
        expect(await table.put({ ...KEY, body: 'x' }, { version: first })).toBe('lost')
        const again = await put('2', when)
        expect(putCount(again)).toBe(putCount(first))
        expect(await table.put({ ...KEY, body: 'x' }, { version: first })).toBe('lost')
        expect(await table.remove(KEY, { version: first })).toBe('lost')
        expect(await table.get(KEY)).toEqual({ ...KEY, body: '2', version: again })
      },
    )
  })

  describe('query', () => {
    test('finds what starts with the prefix, in the order of UTF-8 bytes, in one partition', async () => {
      await fill(['log#2', 'head', 'log#10', 'log#1', 'lo', 'loh', 'log#', 'log$', 'log#😀', 'log#\uffff', 'log#a'])
      await fill(['log#other'], 'a#acme#g#02')
      const expected = ['log#', 'log#1', 'log#10', 'log#2', 'log#a', 'log#\uffff', 'log#😀']
      expect(await walkQuery('log#', { limit: 100 })).toEqual(expected)
      expect(await walkQuery('log#', { limit: 100, descending: true })).toEqual(expected.reverse())
    })

    test('with an empty prefix finds the whole partition', async () => {
      await fill(['b', 'a', 'c'])
      expect(await walkQuery('', { limit: 100 })).toEqual(['a', 'b', 'c'])
    })

    test.each([1, 2, 3, 7, 8])('pages of %d are exactly all of it, both ways', async (limit) => {
      const sorts = ['p#0', 'p#1', 'p#2', 'p#3', 'p#4', 'p#5', 'p#6']
      await fill([...sorts, 'o', 'q'])
      expect(await walkQuery('p#', { limit })).toEqual(sorts)
      expect(await walkQuery('p#', { limit, descending: true })).toEqual(sorts.toReversed())
    })

    test('gives whole items', async () => {
      const card = { name: 'c', at: T + 3, text: 'é' }
      const item = { ...at('to#1'), body: 'x'.repeat(5000), dueAt: T + 1, list: { name: 'l', at: T + 2 }, card }
      await table.put(item, 'absent')
      expect((await table.query(KEY.partition, 'to#', { limit: 1 })).items).toEqual([{ ...item, version: FIRST }])
    })

    test('of nothing is nothing', async () => {
      expect(await table.query('none', 'x', { limit: 5 })).toEqual({ items: [] })
    })

    test('goes on after an item that was removed meanwhile', async () => {
      await fill(['p#1', 'p#2', 'p#3'])
      const { next } = await table.query(KEY.partition, 'p#', { limit: 2 })
      await table.remove(at('p#2'))
      const rest = await table.query(KEY.partition, 'p#', { limit: 5, after: next! })
      expect(rest.items.map(({ sort }) => sort)).toEqual(['p#3'])
    })

    test('a part of more than a megabyte is all found', async () => {
      const sorts = Array.from({ length: 6 }, (_, i) => `page#${i}`)
      for (const sort of sorts) await table.put({ ...at(sort), body: noise(250_000, sort) }, 'absent')
      expect(await walkQuery('page#', { limit: 100 })).toEqual(sorts)
    })
  })

  indexContract(() => rig.table)

  describe('limits', () => {
    const refused = async (item: Partial<NewItem>): Promise<void> => {
      await expect(table.put({ ...KEY, body: '1', ...item }, 'always')).rejects.toBeInstanceOf(ItemRefused)
      expect(await table.get(KEY)).toBeUndefined()
    }
    test('an item of 400 KiB is refused, counted in bytes', async () => {
      await refused({ body: 'x'.repeat(ITEM_BYTES) })
      await refused({ body: '€'.repeat(ITEM_BYTES / 3) })
    })

    test('the largest configuration is kept whole, in parts that each fit', async () => {
      const wide = (i: number, chars: number) => `${'語'.repeat(chars)}${i}`
      const entries = (count: number, chars: number) =>
        Array.from({ length: count }, (_, i) => ({ id: `r${i}`, enabled: true, sigma: wide(i, chars) }))
      const sections = { ...emptySections(), rules: entries(1_000, 5_500) }
      expect(await saveConfig({ table, secrets }, 'acme', sections, { now: T })).toMatchObject({
        ok: true,
        revision: '1',
      })
      expect((await readConfig({ table, secrets }, 'acme')).config.rules).toEqual(sections.rules)
      const tooMuch = { ...sections, rules: entries(1_000, 5_700) }
      expect(await saveConfig({ table, secrets }, 'acme', tooMuch, { now: T })).toMatchObject({
        ok: false,
        reason: 'too-large',
      })
      expect((await readConfig({ table, secrets }, 'acme')).config.rules).toEqual(sections.rules)
    })

    test.each(['', 'x'.repeat(CARD_BYTES + 1), '\ud800'])('a card that is no short text is refused', async (text) => {
      await refused({ card: { name: 'c', at: T, text } })
    })

    test('an item just below comes back', async () => {
      const body = noise(ITEM_BYTES - 1024, 'n')
      await table.put({ ...KEY, body }, 'always')
      expect((await table.get(KEY))?.body).toBe(body)
    })

    test('keys have their own limits, counted in bytes', async () => {
      await refused({ partition: 'é'.repeat(PARTITION_KEY_BYTES / 2) + 'x' })
      await refused({ sort: 'é'.repeat(SORT_KEY_BYTES / 2) + 'x' })
      await refused({ partition: '' })
      await refused({ sort: '' })
      const key = { partition: 'p'.repeat(PARTITION_KEY_BYTES), sort: 's'.repeat(SORT_KEY_BYTES) }
      await table.put({ ...key, body: '1', dueAt: T }, 'absent')
      expect(await table.get(key)).toEqual({ ...key, body: '1', dueAt: T, version: FIRST })
    })

    test('text that is no Unicode, and a time that is none, are refused', async () => {
      await refused({ body: 'a\ud800' })
      await refused({ sort: '\udc00' })
      await refused({ dueAt: Number.NaN })
      await refused({ dueAt: Number.POSITIVE_INFINITY })
    })
  })

  describe('hostile names', () => {
    const names = [
      '__proto__',
      'constructor',
      "'; DROP TABLE items; --",
      '%',
      '_',
      '*',
      'a b',
      '\u0000x',
      '\n',
      '"',
      '\\',
      'ünï',
      '😀',
      '#',
      ':v',
      '#v',
      'null',
    ]
    test.each(names)('%j is a key, a body and a list name like any other', async (name) => {
      const item = { partition: name, sort: name, body: name, list: { name, at: T } }
      const version = (await table.put(item, 'absent')) as Version
      expect(await table.get(item)).toEqual({ ...item, version })
      expect((await table.query(name, name, { limit: 2 })).items).toHaveLength(1)
      expect((await table.list(name, { limit: 2 })).keys).toEqual([{ partition: name, sort: name, at: T }])
      expect(await table.remove(item, { version })).toBe('removed')
    })

    test('keys of accounts and groups that try to meet do not', async () => {
      const made = [
        keys.account('a', 'b', 'c'),
        keys.account('a', 'b#c'),
        keys.account('a', 'b%23c'),
        keys.account('a#g', 'b'),
        keys.head('a', 'g'),
        keys.delivery('a', 'g', 'x#y'),
        keys.delivery('a', 'g#to', 'x'),
      ]
      for (const [i, key] of made.entries())
        expect(await table.put({ ...key, body: String(i) }, 'absent')).toEqual(FIRST)
      for (const [i, key] of made.entries()) expect((await table.get(key))?.body).toBe(String(i))
    })
  })
}
