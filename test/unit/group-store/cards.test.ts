import { beforeEach, describe, expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { unbornGroup } from '../../../shared/group/advance.ts'
import type { Group } from '../../../shared/group/group.ts'
import { listCards } from '../../../shared/group-store/cards.ts'
import { createHeads, type Heads } from '../../../shared/group-store/heads.ts'
import { CARD_BYTES, type NewItem, type Table } from '../../../shared/table/port.ts'
import { handClock } from '../../contract/hand-clock.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 0, 5)
const GROUP = 'a'.repeat(32)
const BY = { now: NOW, chance: () => 0.5, retentionMs: 1000, maxDelayMs: 900_000, closed: [] }
let table: Table
let heads: Heads
let written: NewItem['card'][]

beforeEach(() => {
  written = []
  const inner = memoryTable(handClock(NOW))
  table = {
    ...inner,
    put(item, when) {
      if (item.sort === 'head') written.push(item.card)
      return inner.put(item, when)
    },
  }
  heads = createHeads(table)
})

function groupOf(labels: Labels[], annotations: Labels = {}, more: Partial<Group> = {}): Group {
  const origin = { account: 'acme', integration: 'default' }
  const members = labels.map((one) => {
    const alert = { labels: one, annotations, startsAt: NOW, endsAt: NOW + 1000, timeout: false, origin }
    return [fingerprint(one), { alert, stamp: { at: NOW, tie: '1' }, claimedEnd: NOW + 1000 }] as const
  })
  const group = unbornGroup('acme', GROUP, 'p', {}, { now: NOW, revision: '1' })
  return { ...group, members: new Map(members), lastTick: NOW, wakeAt: NOW + 1000, ...more }
}

const save = async (group: Group): Promise<void> => {
  expect(await heads.save(await heads.load('acme', GROUP), group, BY)).toBe('saved')
}
const cards = async (rank: Parameters<typeof listCards>[2]) =>
  (await listCards(table, 'acme', rank, { limit: 5 })).cards

const DOWN = { alertname: 'Down', severity: 'critical' }
const incident = { id: `${GROUP}-zz`, openedAt: NOW + 7, handler: 'mei' }

describe('the card of a saved group', () => {
  test('comes back with all that it says', async () => {
    const retry = { notBefore: NOW, failures: 4, since: NOW, later: 0 }
    const targets = new Map(['a', 'b', 'c', 'd'].map((key) => [key, { count: 1, retry }]))
    await save(groupOf([DOWN, { ...DOWN, pod: 'x' }], { summary: 'it is' }, { incident, targets, held: { P1: 1 } }))
    expect(await cards('inhand')).toEqual([
      {
        ...{ group: GROUP, rank: 'inhand', at: NOW, policy: 'p', title: 'Down', summary: 'it is', labels: DOWN },
        ...{ firing: { P1: 2 }, held: { P1: 1 }, since: NOW, incident: incident.id, openedAt: NOW + 7 },
        ...{ handler: 'mei', failing: ['a', 'b', 'c'], moreFailing: 1 },
      },
    ])
  })

  test('moves to another list with the rank, and goes with the last alert', async () => {
    await save(groupOf([DOWN]))
    expect([await cards('P1'), await cards('inhand')]).toMatchObject([[{ firing: { P1: 1 } }], []])
    await save(groupOf([DOWN], {}, { incident }))
    expect([await cards('P1'), await cards('inhand')]).toMatchObject([[], [{ handler: 'mei' }]])
    await save(groupOf([]))
    expect(await cards('inhand')).toEqual([])
  })

  test('stays as it is while only the summary is new, also in another process', async () => {
    await save(groupOf([DOWN], { summary: 'now 1' }))
    await save(groupOf([DOWN], { summary: 'now 2' }))
    heads = createHeads(table)
    await save(groupOf([DOWN], { summary: 'now 3' }))
    expect(new Set(written.map((card) => card?.text)).size).toBe(1)
    await save(groupOf([DOWN], { summary: 'now 4' }, { incident, lastTick: NOW + 1 }))
    expect(await cards('inhand')).toMatchObject([{ summary: 'now 4' }])
  })

  test('says new numbers at the next tick, and a new incident, handler or target out of reach at once', async () => {
    await save(groupOf([DOWN]))
    await save(groupOf([DOWN, { ...DOWN, pod: 'x' }]))
    expect(await cards('P1')).toMatchObject([{ firing: { P1: 1 } }])
    await save(groupOf([DOWN, { ...DOWN, pod: 'x' }], {}, { lastTick: NOW + 1 }))
    expect(await cards('P1')).toMatchObject([{ firing: { P1: 2 } }])
    const open = { incident: { id: incident.id, openedAt: incident.openedAt } }
    await save(groupOf([DOWN], {}, { lastTick: NOW + 1, ...open }))
    expect(await cards('P1')).toMatchObject([{ incident: incident.id }])
    const targets = new Map([['a', { count: 1, retry: { notBefore: NOW, failures: 2, since: NOW, later: 0 } }]])
    await save(groupOf([DOWN], {}, { lastTick: NOW + 1, ...open, targets }))
    expect(await cards('P1')).toMatchObject([{ failing: ['a'] }])
  })

  describe('where a change is billed', () => {
    const pods = (count: number): Labels[] => Array.from({ length: count }, (_, pod) => ({ ...DOWN, pod: `${pod}` }))
    const saved = (count: number, tick: number, wakeMs = MINUTE): Promise<void> =>
      save(groupOf(pods(count), {}, { lastTick: NOW + tick, wakeAt: NOW + wakeMs }))
    beforeEach(async () => {
      heads = createHeads({ ...table, dueGridMs: 5 * MINUTE })
      await saved(3, 0)
    })

    test('says new numbers in the next step of the grid, while the group is looked at soon', async () => {
      await saved(4, MINUTE)
      await saved(5, 2 * MINUTE)
      expect(await cards('P1')).toMatchObject([{ firing: { P1: 3 } }])
      await saved(5, 5 * MINUTE)
      expect(await cards('P1')).toMatchObject([{ firing: { P1: 5 } }])
    })

    test('says new numbers at once when no look is near', async () => {
      await saved(4, MINUTE)
      await saved(4, MINUTE * 2, 10 * MINUTE)
      expect(await cards('P1')).toMatchObject([{ firing: { P1: 4 } }])
    })

    test('says at once that one alert is left, or an alert of another level, or that numbers and labels changed', async () => {
      await saved(1, MINUTE)
      expect(await cards('P1')).toMatchObject([{ firing: { P1: 1 } }])
      await saved(2, 2 * MINUTE)
      expect(await cards('P1')).toMatchObject([{ firing: { P1: 2 } }])
      const mixed = [...pods(2), { ...DOWN, severity: 'info', pod: 'x' }]
      await save(groupOf(mixed, {}, { lastTick: NOW + 3 * MINUTE }))
      expect(await cards('P1')).toMatchObject([{ firing: { P1: 2, P4: 1 }, labels: { alertname: 'Down' } }])
    })
  })

  test.each<[string, string, Partial<Group>]>([
    ['control characters', '\u0001'.repeat(500), {}],
    ['long names of everything', '語'.repeat(500), { policy: 'p'.repeat(60) }],
    ['half a surrogate pair', '\ud800'.repeat(500), {}],
  ])('has room for %s', async (_, text, more) => {
    const retry = { notBefore: NOW, failures: 4, since: NOW, later: 0 }
    const targets = new Map(Array.from({ length: 5 }, (_, n) => [`${text}${n}`, { count: 1, retry }]))
    const open = { ...incident, handler: text }
    const labels = { alertname: text, [text]: text, a: text.slice(0, 20) }
    await save(groupOf([labels], { summary: text }, { incident: open, targets, ...more }))
    expect(Buffer.byteLength(written[0]!.text)).toBeLessThanOrEqual(CARD_BYTES)
    expect(await cards('inhand')).toHaveLength(1)
  })
})

test('a card that a newer release wrote is left out', async () => {
  const card = { name: 'acme#P1', at: NOW, text: '[2]' }
  await table.put({ partition: `a#acme#g#${GROUP}`, sort: 'head', body: '{}', card }, 'always')
  expect(await cards('P1')).toEqual([])
})
