import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { ledgerOf } from '../../../shared/delivery/ledger-place.ts'
import { type DeliveryFacts, putDeliveries, wholeDeliveries } from '../../../shared/group-store/deliveries.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import { putLedgers, readLedger } from '../../../shared/group-store/ledger.ts'
import { claimAttempts, readClaims, recordOutcomes } from '../../../shared/group-store/ledger-claims.ts'
import { createSaidAlerts } from '../../../shared/group-store/said-alerts.ts'
import { keys } from '../../../shared/table/keys.ts'
import { createVirtualClock } from '../../flow/virtual-clock.ts'
import { memoryTable } from '../../sim/table.ts'
import { mulberry32 } from '../../sim/world.ts'

const NOW = Date.UTC(2026, 0, 5)
const LATER = NOW + 86_400_000
const clock = { now: () => NOW, elapsed: () => 0, after: () => () => undefined }

/** Deliveries of a group, all with the same words. */
function deliveriesOf(group: string, count: number, text = 'x'): Delivery[] {
  const alert = { fingerprint: 'f1', labels: { a: 'b' }, annotations: { text }, startsAt: NOW }
  const over = { ...alert, fingerprint: 'f2', endsAt: NOW }
  const notification: Delivery['notification'] = {
    ...{ receiver: 'r', groupKey: '{}', groupLabels: {}, reason: 'first', alerts: [alert, over], truncated: 0 },
  }
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: `${group}-d${index}`, account: 'acme', group, policy: 'p', target: `hook-${index}`, openedAt: NOW },
    ...{ notification, firing: ['f1'], resolved: ['f2'] },
  }))
}

interface Body {
  contents: unknown[]
  deliveries: { id: string }[]
}

async function written(groups: Delivery[][]) {
  const table = memoryTable(clock)
  const places = await putLedgers(table, groups, { openedAt: NOW, name: 'l1', expiresAt: LATER })
  const items = table.everything().filter(({ sort }) => sort.startsWith('ledger#'))
  const ledgers = items.map(({ sort, body }) => ({ name: sort.slice('ledger#'.length), ...(JSON.parse(body) as Body) }))
  return { table, places, ledgers }
}

describe('ledgers', () => {
  test('have every delivery once, at the place of its group, and no more than ten each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60), { maxLength: 12 }), async (counts) => {
        const groups = counts.map((count, index) => deliveriesOf(`g${index}`, count))
        const { ledgers, places } = await written(groups)
        const found = new Map(
          ledgers.flatMap(({ name, deliveries }) => deliveries.map(({ id }) => [id, name] as const)),
        )
        for (const { deliveries } of ledgers) expect(deliveries.length).toBeLessThanOrEqual(10)
        for (const { id, group } of groups.flat()) expect(found.get(id)).toBe(ledgerOf(places.get(group)!, id))
        expect(ledgers.flatMap(({ deliveries }) => deliveries)).toHaveLength(groups.flat().length)
      }),
    )
  })

  test('have the deliveries of several groups, and words that targets share once', async () => {
    const { ledgers } = await written([4, 6, 1].map((count, index) => deliveriesOf(`g${index}`, count)))
    expect(ledgers.map(({ deliveries, contents }) => [deliveries.length, contents.length])).toEqual([
      [10, 2],
      [1, 1],
    ])
  })

  test('give their deliveries back as they were, with the sets of what was left out', async () => {
    const [cut] = deliveriesOf('g2', 1)
    const group = [{ ...cut!, notification: { ...cut!.notification, truncated: 2 }, firing: ['f1', 'f3', 'f4'] }]
    const { table } = await written([deliveriesOf('g1', 3), group])
    expect(await readLedger(table, 'acme', 'l1.0')).toEqual([...deliveriesOf('g1', 3), ...group])
    expect(await readLedger(table, 'other', 'l1.0')).toBeUndefined()
  })

  test('keep of very many fingerprints what fits an item', async () => {
    const [cut] = deliveriesOf('g1', 1)
    const prints = Array.from({ length: 60_000 }, (_, index) => String(index).padStart(16, '0'))
    const group = [{ ...cut!, notification: { ...cut!.notification, truncated: 59_998 }, firing: prints }]
    const { table } = await written([group])
    const { items } = await listDeliveries(table, 'acme', { limit: 1 })
    expect(items.map(({ delivery }) => delivery.firing)).toEqual([prints.slice(0, 5000)])
  })

  test('leave words apart that are large, or that many ledgers would repeat', async () => {
    const [huge, long] = [deliveriesOf('g1', 1, 'x'.repeat(60_000)), deliveriesOf('g2', 20, 'x'.repeat(9000))]
    const { table, ledgers } = await written([huge, long, deliveriesOf('g3', 20)])
    const words = table.everything().filter(({ sort }) => sort.startsWith('words#'))
    expect(words.map(({ partition }) => partition).sort()).toEqual(['a#acme#g#g1', 'a#acme#g#g2'])
    const read = await Promise.all(ledgers.map(({ name }) => readLedger(table, 'acme', name)))
    const whole = await wholeDeliveries(
      table,
      read.flatMap((facts) => facts ?? []),
    )
    const byId = (a: Delivery, b: Delivery): number => (a.id < b.id ? -1 : 1)
    expect(whole.map(({ words: _, ...one }: Delivery & { words?: unknown }) => one).sort(byId)).toEqual(
      [huge, long, deliveriesOf('g3', 20)].flat().sort(byId),
    )
  })

  test('are begun anew when the words of the next group do not fit', async () => {
    const groups = [1, 2, 3, 4, 5].map((index) => deliveriesOf(`g${index}`, 1, '\u{1f525}'.repeat(12_000)))
    expect((await written(groups)).ledgers).toHaveLength(2)
  })

  test('the ledgers of an account lie in many partitions', () => {
    const names = Array.from({ length: 200 }, (_, index) => keys.ledger('acme', `l${index}.0`).partition)
    expect(new Set(names).size).toBeGreaterThanOrEqual(10)
  })
})

describe('claims', () => {
  test('any subsets at once take each attempt once', async () => {
    const ids = ['d0', 'd1', 'd2', 'd3']
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uniqueArray(fc.constantFrom(...ids)), { maxLength: 5 }), async (batches) => {
        const table = memoryTable(clock)
        const taken = await Promise.all(
          batches.map(async (batch) => {
            const wanted = batch.map((delivery) => ({ delivery, attempt: 1 }))
            const { claimed } = await claimAttempts(table, 'acme', 'l1.0', wanted, { at: NOW, expiresAt: LATER })
            return batch.filter((_, index) => claimed[index])
          }),
        )
        expect(taken.flat().sort()).toEqual([...new Set(batches.flat())].sort())
      }),
    )
  })

  test('of thirty batches at once all come to their turn, as who lost a race pauses', async () => {
    const time = createVirtualClock(NOW, () => 0)
    const table = memoryTable(time)
    const times = { at: NOW, expiresAt: LATER, jitter: { clock: time, chance: mulberry32(1), ms: 50 } }
    const batches = Array.from({ length: 30 }, (_, index) => [{ delivery: `d${index}`, attempt: 1 }])
    const claims = Promise.all(batches.map((wanted) => claimAttempts(table, 'acme', 'l1.0', wanted, times)))
    await time.advanceTo(NOW + 60_000)
    expect((await claims).map(({ claimed }) => claimed)).toEqual(batches.map(() => [{ done: undefined }]))
  })

  test('keep the first outcome of the present attempt only', async () => {
    const table = memoryTable(clock)
    const claim = (attempt: number) =>
      claimAttempts(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt }], { at: NOW + attempt, expiresAt: LATER })
    const outcome = { kind: 'dead', at: NOW, reason: 'clientError', detail: '404' } as const
    const other = { ...outcome, detail: '410' }
    await recordOutcomes(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 1, outcome }])
    const { kept } = await claim(1)
    await recordOutcomes(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 1, outcome }], kept)
    await recordOutcomes(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 1, outcome: other }])
    expect((await readClaims(table, 'acme', 'l1.0'))('d1')).toEqual({ begun: 1, begunAt: NOW + 1, last: outcome })
    await claim(2)
    await recordOutcomes(table, 'acme', 'l1.0', [{ delivery: 'd1', attempt: 1, outcome: other }])
    expect((await readClaims(table, 'acme', 'l1.0'))('d1')).toEqual({ begun: 2, begunAt: NOW + 2 })
  })
})

describe('a ledger after another one of the same groups', () => {
  /** A notification of many alerts, of which some are new since the round before. */
  const roundOf = (group: string, round: number, fresh: number, target = 'hook'): Delivery => {
    const alerts = Array.from({ length: 12 }, (_, index) => ({
      ...{ fingerprint: `f${index}`, labels: { a: `${group} ${index}` }, annotations: {} },
      startsAt: index < fresh ? NOW + round : NOW,
    }))
    const [first] = deliveriesOf(group, 1)
    const notification = { ...first!.notification, alerts }
    const id = `${group}-${round}-${target}`
    return { ...first!, id, target, notification, firing: alerts.map(({ fingerprint }) => fingerprint), resolved: [] }
  }
  async function rounds(freshEach: number[], atOf = (round: number): number => NOW + round) {
    const table = memoryTable(clock)
    const said = createSaidAlerts()
    const sent = freshEach.map((fresh, round) => ['g1', 'g2'].map((group) => [roundOf(group, round, fresh)]))
    for (const [round, groups] of sent.entries()) {
      const openedAt = atOf(round)
      await putLedgers(table, groups, { openedAt, name: `l${round}`, expiresAt: openedAt + LATER - NOW, said })
    }
    const stored = table.everything().filter(({ sort }) => sort.startsWith('ledger#'))
    const formats = Object.fromEntries(
      stored.map(({ sort, body }) => [sort, (JSON.parse(body) as { format: number }).format]),
    )
    return { table, sent, stored, formats }
  }

  test('names the alerts that are the same, and reads as it was written', async () => {
    const { table, sent, formats } = await rounds([0, 1, 3, 0])
    expect(formats).toEqual({ 'ledger#l0.0': 1, 'ledger#l1.0': 2, 'ledger#l2.0': 2, 'ledger#l3.0': 2 })
    for (const [round, groups] of sent.entries()) {
      const read = await readLedger(table, 'acme', `l${round}.0`)
      const facts = ({ id, notification, firing }: DeliveryFacts) => [
        ...[id, firing, notification.reason, notification.alerts],
      ]
      expect(read?.map(facts)).toEqual(groups.flat().map(facts))
    }
  })

  test('is whole when more than a quarter is new', async () => {
    const { formats, stored } = await rounds([0, 4, 4])
    expect(formats).toEqual({ 'ledger#l0.0': 1, 'ledger#l1.0': 1, 'ledger#l2.0': 1 })
    expect(stored.map(({ body }) => body.includes('"after"'))).toEqual([false, false, false])
  })

  test('names nothing that goes before it', async () => {
    const day = 86_400_000
    const { stored, formats } = await rounds([0, 0, 0], (round) => NOW + (round * day) / 2)
    expect(formats).toEqual({ 'ledger#l0.0': 1, 'ledger#l1.0': 2, 'ledger#l2.0': 1 })
    const [first, second] = stored
    expect(first!.expiresAt).toBeGreaterThanOrEqual(second!.expiresAt!)
  })

  test('has no delivery any more when the ledger that it names is gone', async () => {
    const { table } = await rounds([0, 1])
    await table.remove(keys.ledger('acme', 'l0.0'))
    expect(await readLedger(table, 'acme', 'l1.0')).toEqual([])
  })
})

describe('the list of deliveries', () => {
  async function filled() {
    const table = memoryTable(clock)
    for (const [index, counts] of [[4, 3], [], [1], [25]].entries()) {
      const groups = counts.map((count, group) => deliveriesOf(`l${index}g${group}`, count))
      await putLedgers(table, groups, { openedAt: NOW + 2 * index, name: `l${index}`, expiresAt: LATER })
      const alone = { ...deliveriesOf(`a${index}`, 1)[0]!, openedAt: NOW + 2 * index + 1 }
      await putDeliveries(table, [alone], { expiresAt: LATER })
    }
    return table
  }

  test('has ledgers and single deliveries, newest first; pages of any size are exactly all of it', async () => {
    const table = await filled()
    const { items: all } = await listDeliveries(table, 'acme', { limit: 500 })
    expect(all).toHaveLength(4 + 3 + 1 + 25 + 4)
    expect(all.map(({ delivery }) => delivery.openedAt)).toEqual(
      all.map(({ delivery }) => delivery.openedAt).sort((a, b) => b - a),
    )
    for (const limit of [1, 2, 3, 7, 10, 11, 36, 37]) {
      const paged = []
      for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
        const { items, next } = await listDeliveries(table, 'acme', {
          limit,
          ...(after === undefined ? {} : { after }),
        })
        expect(items.length).toBeLessThanOrEqual(limit)
        paged.push(...items)
        after = next
      }
      expect(paged, `by ${limit}`).toEqual(all)
    }
  })

  test('by group, by time, and without ledgers', async () => {
    const table = await filled()
    const ids = async (filter: Parameters<typeof listDeliveries>[3]) => {
      const { items } = await listDeliveries(table, 'acme', { limit: 500 }, filter)
      return items.map(({ delivery }) => delivery.id)
    }
    expect(await ids({ group: 'l0g1' })).toEqual(['l0g1-d0', 'l0g1-d1', 'l0g1-d2'])
    expect(await ids({ alone: true })).toEqual(['a3-d0', 'a2-d0', 'a1-d0', 'a0-d0'])
    expect(await ids({ from: NOW + 7 })).toEqual(['a3-d0'])
  })

  test('shows the progress of each delivery', async () => {
    const table = await filled()
    await claimAttempts(table, 'acme', 'l0.0', [{ delivery: 'l0g1-d1', attempt: 1 }], { at: NOW, expiresAt: LATER })
    const { items } = await listDeliveries(table, 'acme', { limit: 500 }, { group: 'l0g1' })
    expect(items.map(({ progress }) => progress.begun)).toEqual([0, 1, 0])
  })
})
