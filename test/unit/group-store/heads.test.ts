import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Alert } from '../../../shared/alert/alert.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Group, Member } from '../../../shared/group/group.ts'
import { createHeads, type Heads, type LoadedGroup, loadGroup } from '../../../shared/group-store/heads.ts'
import { itemKeys } from '../../../shared/group-store/pack.ts'
import { keys } from '../../../shared/table/keys.ts'
import type { NewItem, Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'
import { mulberry32 } from '../../sim/world.ts'

/* What of a group a save writes, and that the group comes back as it was. */

const NOW = 1_700_000_000_000
const GROUP = 'a'.repeat(32)
const clock = { now: () => NOW, elapsed: () => 0, after: () => () => {} }
const chance = mulberry32(3)
const BY = { now: NOW, chance, retentionMs: 1000, maxDelayMs: 900_000, closed: [] }

function labelsOf(name: number) {
  return { alertname: `alert-${name}` }
}

function member(name: number, { text = 'text', endsAt = NOW + 1000, more = {} } = {}): Member {
  const origin = { account: 'acme', integration: 'default' }
  const alert: Alert = { labels: labelsOf(name), annotations: { text }, startsAt: NOW, endsAt, timeout: false, origin }
  return { alert, stamp: { at: NOW, tie: `${name}#00000` }, claimedEnd: endsAt, ...more }
}

const empty: Group = { ...unbornGroup('acme', GROUP, 'p', {}, { now: NOW, revision: '1' }), wakeAt: NOW + 1000 }

function withMembers(group: Group, members: Iterable<[number, Member]>): Group {
  const all = new Map(group.members)
  for (const [name, one] of members) all.set(fingerprint(labelsOf(name)), one)
  return { ...group, members: all }
}

/** A table that counts the bytes of the items that are put. */
function watched(wholeBytes?: number) {
  const inner = memoryTable(clock, undefined, wholeBytes === undefined ? {} : { wholeBytes })
  const written: NewItem[] = []
  const table: Table = {
    ...inner,
    put: (item, when) => {
      written.push(item)
      return inner.put(item, when)
    },
  }
  const bytes = () => written.reduce((sum, { body }) => sum + body.length, 0)
  return { table, inner, written, bytes }
}

async function saved(heads: Heads, group: Group): Promise<LoadedGroup> {
  const loaded = await heads.load('acme', GROUP)
  expect(await heads.save(loaded, group, BY)).toBe('saved')
  return (await heads.load('acme', GROUP))!
}

type Change =
  | { do: 'fire' | 'leave' | 'forget' | 'compare' | 'close' | 'hold'; name: number }
  | { do: 'refresh'; name: number; by: number }
  | { do: 'text'; name: number; text: string }
type Step = Change | { do: 'save' } | { do: 'restart' }

const name = fc.nat(40)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('fire', 'leave', 'forget', 'compare', 'close', 'hold'), name }),
  fc.record({ do: fc.constant('refresh'), name, by: fc.nat(1000) }),
  fc.record({ do: fc.constant('text'), name, text: fc.string() }),
  fc.record({ do: fc.constantFrom('save', 'restart') }),
) as fc.Arbitrary<Step>

function change(group: Group, one: Change): Group {
  const key = fingerprint(labelsOf(one.name))
  const known = group.members.get(key)
  const set = (next: Member): Group => withMembers(group, [[one.name, next]])
  if (one.do === 'fire') return set(member(one.name))
  if (one.do === 'text') return set(member(one.name, { text: one.text }))
  if (known === undefined) return group
  switch (one.do) {
    case 'refresh':
      return set({ ...known, alert: { ...known.alert, endsAt: NOW + one.by }, stamp: { at: NOW + one.by, tie: 'r' } })
    case 'compare':
      return set({ ...known, compared: NOW })
    case 'close':
      return set({ ...known, closedByHand: { at: NOW, resolve: { at: NOW, tie: 'c' } } })
    case 'hold':
      return set({ ...known, inHand: known.alert.startsAt })
    default: {
      const members = new Map(group.members)
      members.delete(key)
      const { labels, origin, endsAt } = known.alert
      const tombstone = { stamp: known.stamp, until: NOW, alert: { labels, origin, endsAt } }
      const tombstones = new Map(group.tombstones)
      if (one.do === 'leave') tombstones.set(key, tombstone)
      else tombstones.delete(key)
      return { ...group, members, tombstones }
    }
  }
}

describe('a group', () => {
  test('comes back as it was saved, whatever happened, and leaves no item behind', async () => {
    const run = async (steps: Step[], wholeBytes: number): Promise<void> => {
      const { table, inner } = watched(wholeBytes)
      let heads = createHeads(table)
      let group = empty
      for (const one of [...steps, { do: 'save' } as const]) {
        if (one.do === 'restart') {
          heads = createHeads(table)
          continue
        }
        if (one.do !== 'save') {
          group = change(group, one)
          continue
        }
        const { packed } = await saved(heads, group)
        const read = await loadGroup(table, 'acme', GROUP)
        expect(read?.group).toEqual(group)
        const there = inner.everything().map(({ sort }) => sort)
        expect(there.sort()).toEqual(['head', ...itemKeys(group, packed).map(({ sort }) => sort)].sort())
      }
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.constantFrom(400, 1500, 5000), run), {
      numRuns: 150,
    })
  })

  test('has no alert that is gone, though an older run has its row', async () => {
    const { table } = watched(400)
    const heads = createHeads(table)
    const many = withMembers(
      empty,
      Array.from({ length: 30 }, (_, index) => [index, member(index)]),
    )
    await saved(heads, many)
    const members = new Map(many.members)
    members.delete(fingerprint(labelsOf(3)))
    const refreshed = [4, 5, 6, 7, 8].map((one): [number, Member] => [one, member(one, { endsAt: NOW + 9000 })])
    const fewer = withMembers({ ...many, members }, refreshed)
    const { packed } = await saved(heads, fewer)
    expect(packed.runs.map(({ rows }) => rows)).toEqual([30, 6])
    expect((await loadGroup(table, 'acme', GROUP))?.group).toEqual(fewer)
  })

  test('is known to a worker whose save lost, by the items that it wrote nothing over', async () => {
    const { table } = watched(400)
    const [one, two] = [createHeads(table), createHeads(table)]
    const first = withMembers(
      empty,
      Array.from({ length: 30 }, (_, index) => [index, member(index)]),
    )
    await saved(one, first)
    const stale = await two.load('acme', GROUP)
    const second = withMembers(first, [[3, member(3, { text: 'other' })]])
    await saved(one, second)
    expect(await two.save(stale, withMembers(first, [[4, member(4, { text: 'mine' })]]), BY)).toBe('lost')
    expect((await two.load('acme', GROUP))?.group).toEqual(second)
    expect((await loadGroup(table, 'acme', GROUP))?.group).toEqual(second)
  })

  test('is not read again by the worker that saved it, and read after a save without an answer', async () => {
    const { table } = watched()
    let fails = false
    const failing: Table = {
      ...table,
      put: async (...args) => {
        const version = await table.put(...args)
        if (fails) throw new Error('no answer')
        return version
      },
    }
    const heads = createHeads(failing)
    const loaded = await saved(heads, empty)
    expect(loaded.kept).toBe(true)
    fails = true
    const next = withMembers(empty, [[1, member(1)]])
    await expect(heads.save(loaded, next, BY)).rejects.toThrow('no answer')
    const again = await heads.load('acme', GROUP)
    expect([again?.kept, again?.group.members.size]).toEqual([false, 1])
  })
})

describe('a group of a flow', () => {
  const told = { at: NOW, firing: [fingerprint(labelsOf(1))], resolved: [], openedAt: NOW + 1 }
  const incident = {
    id: `${GROUP}-x`,
    openedAt: NOW,
    handler: 'ann',
    handlerIsUser: true as const,
    claimedAt: NOW + 3,
    freeSince: NOW + 2,
    audibleSince: NOW + 1,
    nobodyTold: true as const,
  }
  const retry = { notBefore: NOW + 9, failures: 2, since: NOW + 4, later: 0, dead: true as const, waitsSince: NOW + 3 }
  const group: Group = {
    ...withMembers(empty, [[1, member(1, { more: { inHand: NOW, compared: NOW } })]]),
    peopleRevision: '7',
    incident,
    audienceUntil: NOW + 5,
    targets: new Map([
      ['sms@ann', { count: 1, told }],
      ['sms@bob', { count: 1, told, out: true }],
      ['sms@cid', { count: 1, told, retry }],
      ['sms@dan', { count: 1, told, retry: { ...retry, dead: undefined } }],
    ]),
  }

  test('comes back with every moment and mark, each target in its own state', async () => {
    const { table } = watched()
    await saved(createHeads(table), group)
    expect((await loadGroup(table, 'acme', GROUP))?.group).toEqual(group)
  })

  test('is read without them from a head of before', async () => {
    const { table, written } = watched()
    const before = withMembers(empty, [[1, member(1, { more: { compared: NOW } })]])
    await saved(createHeads(table), { ...before, incident: { id: `${GROUP}-x`, openedAt: NOW, handler: 'ann' } })
    const head = written.find(({ sort }) => sort === 'head')!
    expect(head.body).not.toMatch(/peopleRevision|audibleSince|claimedAt|inHand|audienceUntil|"out"/)
    const read = (await loadGroup(table, 'acme', GROUP))!.group
    expect(read.incident).toEqual({ id: `${GROUP}-x`, openedAt: NOW, handler: 'ann' })
    expect(read.peopleRevision).toBeUndefined()
    expect([...read.members.values()].map(({ inHand }) => inHand)).toEqual([undefined])
  })
})

describe('a save', () => {
  test('of a refreshed alert writes its times, and its texts are not written again', async () => {
    const { table, written } = watched()
    const heads = createHeads(table)
    const texts = { text: 'x'.repeat(1000) }
    const group = withMembers(
      empty,
      Array.from({ length: 20 }, (_, index) => [index, member(index, texts)]),
    )
    await saved(heads, group)
    written.length = 0
    await saved(heads, withMembers(group, [[7, member(7, { ...texts, endsAt: NOW + 5000 })]]))
    expect(written.map(({ sort }) => sort)).toEqual(['head'])
    expect(written[0]!.body.length).toBeLessThan(4 * 1024)
  })

  test.each([500, 5000])('costs an alert the same in a group of %i', async (size) => {
    const { table, bytes } = watched()
    const heads = createHeads(table)
    let group = empty
    for (let at = 0; at < size; at += 25) {
      group = withMembers(
        group,
        Array.from({ length: 25 }, (_, index) => [at + index, member(at + index)]),
      )
      await saved(heads, group)
    }
    // The texts of an alert have 200 bytes here, a row has 100.
    expect(bytes() / size).toBeLessThan(1500)
    expect((await loadGroup(table, 'acme', GROUP))?.group).toEqual(group)
  })

  test('removes the pages of a group in the first format', async () => {
    const { table, inner } = watched()
    const group = withMembers(empty, [[1, member(1)]])
    const { members, tombstones, targets, ...core } = group
    const page = { format: 1, members: [...members], tombstones: [...tombstones] }
    await inner.put({ ...keys.page('acme', GROUP, '0.0!x'), body: JSON.stringify(page) }, 'always')
    const head = { format: 1, core, inline: { targets: [...targets] }, pages: ['0.0!x'] }
    await inner.put({ ...keys.head('acme', GROUP), body: JSON.stringify(head) }, 'always')
    const heads = createHeads(table)
    const loaded = await heads.load('acme', GROUP)
    expect(loaded?.group).toEqual(group)
    await saved(heads, loaded!.group)
    expect(inner.everything().map(({ sort }) => sort.split('#')[0])).toEqual(expect.arrayContaining(['head']))
    expect(inner.everything().some(({ sort }) => sort.startsWith('page#'))).toBe(false)
    expect((await loadGroup(table, 'acme', GROUP))?.group).toEqual(group)
  })
})

/** Of DynamoDB: an entry that moves in the index is billed. */
describe('an entry of the index of due groups, on a grid of five minutes', () => {
  const GRID = 5 * MINUTE
  const start = Math.ceil(NOW / GRID) * GRID

  async function entriesOf(wakes: readonly { at: number; wakeAt: number }[]): Promise<number[]> {
    const table = memoryTable(clock, undefined, { dueGridMs: GRID })
    const heads = createHeads(table)
    const found: number[] = []
    for (const { at, wakeAt } of wakes) {
      const loaded = await heads.load('acme', GROUP)
      await heads.save(loaded, { ...empty, wakeAt: start + wakeAt }, { ...BY, now: start + at })
      found.push((await table.get(keys.head('acme', GROUP)))!.dueAt! - start)
    }
    return found
  }

  test('stays where it is while the group is saved every minute, and moves before it is looked at', async () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => ({ at: minute * MINUTE, wakeAt: (minute + 1) * MINUTE }))
    const entries = await entriesOf(minutes)
    expect(new Set(entries).size).toBeLessThanOrEqual(13)
    for (const [index, { at, wakeAt }] of minutes.entries()) {
      expect(entries[index]! - at).toBeGreaterThanOrEqual(2 * MINUTE)
      expect(entries[index]! - wakeAt).toBeLessThanOrEqual(7 * MINUTE)
    }
  })

  test.each([
    ['a wake that the queue can carry: two to seven minutes later', 4 * MINUTE, 2 * MINUTE, 7 * MINUTE],
    ['a wake far off: early enough to be armed, and not earlier', 240 * MINUTE, -15 * MINUTE, -5 * MINUTE],
  ])('%s', async (_, wakeAt, least, most) => {
    const [entry] = await entriesOf([{ at: 0, wakeAt }])
    expect(entry! - wakeAt).toBeGreaterThanOrEqual(least)
    expect(entry! - wakeAt).toBeLessThanOrEqual(most)
  })
})

describe('kept groups', () => {
  async function workers() {
    const table = memoryTable(clock)
    const reads: string[] = []
    const get: Table['get'] = (key) => {
      reads.push(key.sort)
      return table.get(key)
    }
    const counting: Table = { ...table, get }
    return { own: createHeads(counting), other: createHeads(table), reads }
  }

  test('are read before a decision while other workers save them, and no longer afterwards', async () => {
    const { own, other, reads } = await workers()
    const save = async (heads: Heads): Promise<string> => {
      const loaded = await heads.load('acme', GROUP)
      return await heads.save(loaded, empty, BY)
    }
    await save(own)
    let lost = 0
    for (let round = 0; round < 50; round++) {
      await other.read('acme', GROUP)
      await save(other)
      if ((await save(own)) === 'lost') {
        lost++
        await own.read('acme', GROUP)
        await save(own)
      }
    }
    expect(lost).toBeLessThanOrEqual(3)
    for (let round = 0; round < 60; round++) await save(own)
    reads.length = 0
    for (let round = 0; round < 20; round++) await save(own)
    expect(reads).toEqual([])
  })
})

test('an alert that left and fires anew has its texts where they were', async () => {
  const { table, written } = watched(5000)
  const heads = createHeads(table)
  const many = withMembers(
    empty,
    Array.from({ length: 30 }, (_, index) => [index, member(index, { text: 'x'.repeat(300) })]),
  )
  await saved(heads, many)
  const left = change(many, { do: 'leave', name: 3 })
  await saved(heads, left)
  written.length = 0
  await saved(heads, withMembers(left, [[3, many.members.get(fingerprint(labelsOf(3)))!]]))
  expect(written.map(({ sort }) => sort)).toEqual(['head'])
  const restarted = createHeads(table)
  const other = withMembers(left, [[3, member(3, { text: 'y'.repeat(300) })]])
  await saved(restarted, other)
  expect((await loadGroup(table, 'acme', GROUP))?.group).toEqual(other)
})
