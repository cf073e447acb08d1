import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Group, LogEntry, TimelineEntry } from '../../../shared/group/group.ts'
import { targetsOf } from '../../../shared/group/log-entry.ts'
import { storedKeys } from '../../../shared/group/stored-keys.ts'
import { createHeads, type LoadedGroup, loadGroup } from '../../../shared/group-store/heads.ts'
import { readTimeline } from '../../../shared/group-store/timeline.ts'
import type { Table } from '../../../shared/table/port.ts'
import { type MemoryTable, memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 10, 21)
const BY = { now: NOW, chance: () => 0.5, retentionMs: 1000, maxDelayMs: 900_000, closed: [] }

const emptyTable = (): MemoryTable => memoryTable({ now: () => NOW, elapsed: () => 0, after: () => () => {} })
const newborn = (): Group => unbornGroup('acme', 'g1', 'p', {}, { now: NOW, revision: '1' })

/** An entry that can be told from the others, at a moment, about the whole group or about so many targets. */
const entry = (name: string | number, at = NOW, targets = 0): LogEntry => {
  const said = { at, kind: 'not-told' as const, reason: { code: 'silenced' as const, silence: `${name}` } }
  const keys = Array.from({ length: targets }, (_, index) => `t${index}`)
  return targets === 0 ? said : { ...said, targets: storedKeys(keys) }
}
const nameOf = ({ reason, target = '' }: TimelineEntry): string => {
  return reason.code === 'silenced' ? `${reason.silence}${target}` : ''
}
const namesOf = (log: readonly LogEntry[]): string[] => {
  return log.flatMap((one) => {
    const targets = targetsOf(one)
    return targets.length === 0 ? [nameOf(one)] : targets.map((target) => nameOf({ ...one, target }))
  })
}

/** Saves a decision with new entries; without `wakeAt`, the group is dropped. */
async function save(table: Table, log: LogEntry[], { wakeAt = NOW + 1 }: { wakeAt?: number | null } = {}) {
  const loaded = await loadGroup(table, 'acme', 'g1')
  return await saveFrom(table, loaded, log, wakeAt)
}

async function saveFrom(table: Table, loaded: LoadedGroup | undefined, log: LogEntry[], wakeAt: number | null) {
  const next = { ...(loaded?.group ?? newborn()), log, wakeAt: wakeAt ?? undefined }
  return await createHeads(table).save(loaded, next, BY)
}

/** All pages, each of at most `limit` entries. */
async function pages(table: Table, limit: number, descending = false): Promise<string[]> {
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await readTimeline(table, 'acme', 'g1', () => true, {
      limit,
      descending,
      ...(after === undefined ? {} : { after }),
    })
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    seen.push(...page.entries.map(nameOf))
    after = page.next
  } while (after !== undefined)
  return seen
}

const itemsOf = (table: MemoryTable) => table.everything().filter(({ sort }) => sort.startsWith('log#'))

test('decisions of one moment are shown in the order of the saves, the tenth after the ninth', async () => {
  const table = emptyTable()
  const names = Array.from({ length: 48 }, (_, index) => `${index}`)
  for (const name of names) await save(table, [entry(name)])
  expect(await pages(table, 10)).toEqual(names)
})

test.each([1, 2, 3, 7, 100])(
  'newest first in pages of %d: the reverse, from the head through the items',
  async (limit) => {
    const table = emptyTable()
    const names = Array.from({ length: 18 }, (_, index) => `${index}`)
    for (const name of names) await save(table, [entry(name)])
    await save(table, [entry('all', NOW, 3)])
    const forward = await pages(table, limit)
    expect(forward).toEqual([...names, 'allt0', 'allt1', 'allt2'])
    expect(await pages(table, limit, true)).toEqual(forward.toReversed())
  },
)

test('four entries are one item, written before the head that no longer has them', async () => {
  const table = emptyTable()
  for (const name of [1, 2, 3]) await save(table, [entry(name)])
  expect(itemsOf(table)).toEqual([])
  await save(table, [entry(4), entry(5)])
  const loaded = await loadGroup(table, 'acme', 'g1')
  expect(loaded?.group.log.map(nameOf)).toEqual(['1', '2', '3', '4', '5'])
  expect(itemsOf(table)).toEqual([])
  await save(table, [])
  expect((await loadGroup(table, 'acme', 'g1'))?.group.log).toEqual([])
  expect(itemsOf(table)).toHaveLength(1)
  expect(await pages(table, 100)).toEqual(['1', '2', '3', '4', '5'])
})

test('a long comment leaves the head with the next save', async () => {
  const table = emptyTable()
  await save(table, [{ ...entry(1), text: 'x'.repeat(5000) }])
  await save(table, [entry(2)])
  expect((await loadGroup(table, 'acme', 'g1'))?.group.log.map(nameOf)).toEqual(['2'])
})

test('two workers that go on from one head write the same item, whoever wins', async () => {
  const table = emptyTable()
  await save(
    table,
    [1, 2, 3, 4].map((name) => entry(name)),
  )
  const loaded = await loadGroup(table, 'acme', 'g1')
  expect(await saveFrom(table, loaded, [entry('winner')], NOW + 1)).toBe('saved')
  const items = itemsOf(table)
  expect(await saveFrom(table, loaded, [entry('loser')], NOW + 1)).toBe('lost')
  expect(itemsOf(table).map(({ sort, body }) => [sort, body])).toEqual(items.map(({ sort, body }) => [sort, body]))
  expect(await pages(table, 100)).toEqual(['1', '2', '3', '4', 'winner'])
})

test('a worker that drops a group and loses the race leaves no entry behind', async () => {
  const table = emptyTable()
  await save(table, [entry(1)])
  const loaded = await loadGroup(table, 'acme', 'g1')
  await saveFrom(table, loaded, [entry(2)], NOW + 1)
  expect(await saveFrom(table, loaded, [entry('dropped')], null)).toBe('lost')
  expect(await pages(table, 100)).toEqual(['1', '2'])
})

test('a dropped group leaves all its entries and no head, and its next life adds to them', async () => {
  const table = emptyTable()
  await save(table, [entry(1)])
  await save(table, [entry(2)], { wakeAt: null })
  expect(table.everything().map(({ sort }) => sort.split('#')[0])).toEqual(['log'])
  await save(table, [entry(3, NOW + 1)])
  await save(table, [], { wakeAt: null })
  expect(await pages(table, 1)).toEqual(['1', '2', '3'])
})

test('a group whose worker ends before it is removed is found by sweep, and removed by the next look', async () => {
  const table = emptyTable()
  await save(table, [entry(1)])
  const dying = { ...table, remove: () => new Promise<never>(() => {}) }
  void save(dying, [entry(2)], { wakeAt: null })
  await new Promise(setImmediate)
  expect(await pages(table, 100)).toEqual(['1', '2'])
  const [head] = table.everything().filter(({ sort }) => sort === 'head')
  expect(head?.dueAt).toBeGreaterThan(NOW)
  await save(table, [], { wakeAt: null })
  expect(table.everything().filter(({ sort }) => sort === 'head')).toEqual([])
  expect(await pages(table, 100)).toEqual(['1', '2'])
})

/** Entries of a few milliseconds; a group that was dropped is born again, a millisecond later at least. */
const step = fc.record({
  entries: fc.array(fc.nat({ max: 4 }), { maxLength: 6 }),
  passedMs: fc.nat({ max: 2 }),
  outcome: fc.constantFrom('saved', 'saved', 'saved', 'saved', 'lost', 'dies', 'dropped'),
})

test('whatever is lost, crashes or is dropped, a reader at any time gets each entry once, in order', async () => {
  const story = fc.array(step, { minLength: 1, maxLength: 25 })
  const property = fc.asyncProperty(story, fc.integer({ min: 1, max: 7 }), async (steps, limit) => {
    const table = emptyTable()
    const names: string[] = []
    let [at, count] = [NOW, 0]
    for (const { entries, passedMs, outcome } of steps) {
      at += passedMs
      const log = entries.map((targets) => entry(count++, at, targets))
      const loaded = await loadGroup(table, 'acme', 'g1')
      const fails = outcome === 'lost' || outcome === 'dies'
      const put: Table['put'] = async (item, when) => {
        if (!fails || item.sort !== 'head') return await table.put(item, when)
        if (outcome === 'dies') throw new Error('dead')
        return 'lost'
      }
      await saveFrom({ ...table, put }, loaded, log, outcome === 'dropped' ? null : NOW + 1).catch(() => {})
      if (!fails) names.push(...namesOf(log))
      if (outcome === 'dropped') at++
      expect(await pages(table, limit)).toEqual(names)
    }
  })
  await fc.assert(property)
})

test('pages that are read while the group is saved have each entry once', async () => {
  const sizes = fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 6 }), { minLength: 1, maxLength: 20 })
  const property = fc.asyncProperty(sizes, fc.integer({ min: 1, max: 5 }), async (saves, limit) => {
    const table = emptyTable()
    const [seen, names]: [string[], string[]] = [[], []]
    let [count, after]: [number, string | undefined] = [0, undefined]
    const read = async (): Promise<void> => {
      const page = { limit, ...(after === undefined ? {} : { after }) }
      const { entries, next } = await readTimeline(table, 'acme', 'g1', () => true, page)
      seen.push(...entries.map(nameOf))
      after = next
    }
    for (const entries of saves) {
      const log = entries.map((targets) => entry(count++, NOW, targets))
      names.push(...namesOf(log))
      await save(table, log)
      if (after !== undefined || seen.length === 0) await read()
    }
    while (after !== undefined) await read()
    expect(seen).toEqual(names.slice(0, seen.length))
  })
  await fc.assert(property)
})

test.each(['', 'log#', 'log#~1~1', 'log#~-1~x', `log#~${NOW}~9999999`, 'head', 'page#x', '\ud800', 'log#~1~1~2', '~~'])(
  'a cursor like %j stays within the timeline',
  async (after) => {
    const table = emptyTable()
    const names = ['0', '1', '2', '3', '4', '5']
    for (const name of names) await save(table, [entry(name)])
    const { entries } = await readTimeline(table, 'acme', 'g1', () => true, { limit: 100, after })
    for (const one of entries) expect(names).toContain(nameOf(one))
  },
)

test('an arrival takes no room of its own beside the entry that says what was told, and reads as it was noted', async () => {
  const table = emptyTable()
  const one = { target: 'ops', delivery: 'd', reason: { code: 'first' as const }, incident: 'i' }
  const noted: LogEntry[] = []
  const note = async (...log: LogEntry[]): Promise<void> => {
    await save(table, log)
    noted.push(...log)
  }
  for (const number of [1, 2, 3, 4]) {
    const about = { ...one, delivery: `d${number}` }
    await note({ at: NOW + number, kind: 'telling', ...about, alerts: ['f'], step: 's' })
    const said = number === 2 ? { note: 'without a picture' } : number === 3 ? { target: 'dev' } : {}
    await note({ at: NOW + number, kind: 'told', ...about, ...said })
  }
  // Whole are two entries and, as they say more, two arrivals.
  expect(itemsOf(table)).toHaveLength(1)
  const { entries } = await readTimeline(table, 'acme', 'g1', () => true, { limit: 20 })
  expect(entries).toEqual(noted)
})
