import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clock } from '../../../shared/base/time.ts'
import type { CountedRecord } from '../../../shared/rule/correlate.ts'
import type { Correlation, CorrelationType } from '../../../shared/rule/rule.ts'
import { countRecords } from '../../../shared/store/windows.ts'
import { keys } from '../../../shared/table/keys.ts'
import type { Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'
import { mulberry32 } from '../../sim/world.ts'

const SPAN = 10
const clock: Clock = {
  now: () => 1_000_000,
  elapsed: () => 0,
  after(_ms, then) {
    queueMicrotask(then)
    return () => {}
  },
}

function correlation(type: CorrelationType, count: number): Correlation {
  return {
    ...{ id: 'c', title: 'c', references: [], tags: [], falsepositives: [], generate: false },
    ...{ type, rules: ['r0', 'r1', 'r2'], groupBy: ['who'], timespanMs: SPAN, aliases: new Map() },
    condition: { op: 'gte', count },
  }
}

/** A counted record and its group. */
interface Seen extends CountedRecord {
  group: string
}

/** The value that counts once. */
function kind(type: CorrelationType, { id, rule, value }: CountedRecord): string | undefined {
  if (type === 'event_count') return id
  return type === 'value_count' ? value : rule
}

/** The plain check: a timespan that contains the record and enough different records of the group. */
function plainly({ type, condition, timespanMs }: Correlation, all: readonly Seen[], one: Seen): boolean {
  const same = all.filter(({ group }) => group === one.group)
  return same.some(({ time: start }) => {
    if (one.time < start || one.time > start + timespanMs) return false
    const inside = same.filter(({ time }) => time >= start && time <= start + timespanMs)
    return new Set(inside.map((other) => kind(type, other))).size >= condition.count
  })
}

function worker(table: Table, counted: Correlation, chance = () => 0.5) {
  /** For each record, whether the record raised an alert. */
  return async (batch: readonly Seen[]): Promise<boolean[]> => {
    const answers = new Map<Seen, boolean>()
    for (const [group, seen] of Map.groupBy(batch, ({ group }) => group)) {
      const window = { account: 'a', id: group, correlation: counted }
      const raised = await countRecords({ table, clock, chance }, window, seen)
      for (const [index, one] of seen.entries()) answers.set(one, raised[index] === true)
    }
    return batch.map((one) => answers.get(one) === true)
  }
}

const groupsOf = (raised: readonly (readonly [Seen, boolean])[]): string[] =>
  [...new Set(raised.flatMap(([{ group }, yes]) => (yes ? [group] : [])))].sort()

const types = fc.constantFrom<CorrelationType>('event_count', 'value_count', 'temporal')

/** Events of two groups over many cells, in part close together; an event has a single time. */
function history(type: CorrelationType): fc.Arbitrary<Seen[]> {
  const event = fc.record({
    time: fc.oneof(fc.integer({ min: -25, max: 35 }), fc.integer({ min: 900, max: 1100 })),
    group: fc.constantFrom('ann', 'bob'),
    place: fc.integer({ min: 0, max: 2 }),
  })
  return fc.array(event, { maxLength: 60 }).map((events) =>
    events.map(({ time, group, place }, index) => ({
      ...{ time, group, id: `e${index}` },
      ...(type === 'temporal' ? { rule: `r${place}` } : {}),
      ...(type === 'value_count' ? { value: `v${place}` } : {}),
    })),
  )
}

/** The events in order of arrival: shuffled, in part repeated, cut into batches. */
function arrivals(events: readonly Seen[]): fc.Arbitrary<Seen[][]> {
  const again = fc.subarray([...events])
  const shuffled = again.chain((more) =>
    fc.shuffledSubarray([...events, ...more], { minLength: events.length + more.length }),
  )
  return shuffled.chain((all) =>
    fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 6 }).map((cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), all.length]
      return edges.slice(1).map((to, i) => all.slice(edges[i], to))
    }),
  )
}

const stories = types.chain((type) =>
  history(type).chain((events) =>
    fc.record({
      counted: fc.integer({ min: 1, max: 3 }).map((count) => correlation(type, count)),
      events: fc.constant(events),
      batches: arrivals(events),
    }),
  ),
)

describe('in any order, with any duplicates, in any batches', () => {
  test('the groups that are raised are those of a plain count', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ counted, events, batches }) => {
        const count = worker(memoryTable(clock), counted)
        const raised: [Seen, boolean][] = []
        for (const batch of batches)
          for (const [i, yes] of (await count(batch)).entries()) raised.push([batch[i]!, yes])
        const plain = events.map((one) => [one, plainly(counted, events, one)] as const)
        expect(groupsOf(raised)).toEqual(groupsOf(plain))
        // Repeated events, after the last event, get the answers of a plain count, event by event.
        expect(await count(events)).toEqual(plain.map(([, yes]) => yes))
      }),
      { numRuns: 400 },
    )
  })

  test.each<CorrelationType>(['event_count', 'value_count', 'temporal'])(
    'floods of %s are cut and answered alike',
    async (type) => {
      const at = (min: number, max: number, many: number) =>
        fc.array(fc.tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: 30 })), {
          minLength: many,
          maxLength: many,
        })
      // Most events in the middle of a cell, a few around the cell, for which the middle counts or does not.
      const flood = fc.tuple(at(13, 15, 150), at(0, 40, 20)).map((parts) => parts.flat())
      await fc.assert(
        fc.asyncProperty(flood, fc.integer({ min: 2, max: type === 'temporal' ? 3 : 8 }), async (events, enough) => {
          const counted = { ...correlation(type, enough), timespanMs: SPAN * 1000 }
          const seen = events.map(
            ([time, place], n): Seen => ({
              ...{ time: 1000 * time + n, group: 'ann', id: `e${n}` },
              ...(type === 'temporal' ? { rule: `r${place % 3}` } : { value: `v${place}` }),
            }),
          )
          const table = memoryTable(clock)
          const count = worker(table, counted)
          for (const one of seen) await count([one])
          expect(await count(seen)).toEqual(seen.map((one) => plainly(counted, seen, one)))
          const sizes = [...table.everything()].map(({ body }) => JSON.parse(body).ids.split(',').length)
          expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * enough + 64)
        }),
        { numRuns: 10 },
      )
    },
  )

  test('nothing is raised before there is enough', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ counted, batches }) => {
        const count = worker(memoryTable(clock), counted)
        const so: Seen[] = []
        for (const batch of batches) {
          so.push(...batch)
          for (const [i, yes] of (await count(batch)).entries())
            if (yes) expect(plainly(counted, so, batch[i]!)).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('two workers on one window', () => {
  /** A table whose operations wait for their turn; turns come in a random order. */
  function raced(seed: number) {
    const chance = mulberry32(seed)
    const waiting: (() => void)[] = []
    const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
    const inner = memoryTable(clock)
    let lost = 0
    const table: Table = {
      ...inner,
      async get(key) {
        await turn()
        return await inner.get(key)
      },
      async put(item, when) {
        await turn()
        const result = await inner.put(item, when)
        await turn()
        if (result === 'lost') lost++
        return result
      },
    }
    const run = async <T>(work: Promise<T>): Promise<T> => {
      let done = false
      const end = work.finally(() => (done = true))
      end.catch(() => {})
      while (!done) {
        await new Promise((resolve) => setImmediate(resolve))
        waiting.splice(Math.floor(chance() * waiting.length), 1)[0]?.()
      }
      return await end
    }
    return { table, run, chance, lost: () => lost }
  }

  test('miss nothing together, whoever is faster', async () => {
    let lost = 0
    await fc.assert(
      fc.asyncProperty(stories, fc.integer(), async ({ counted, events, batches }, seed) => {
        const { table, run, chance, ...race } = raced(seed)
        const count = worker(table, counted, chance)
        const work = async (mine: number): Promise<[Seen, boolean][]> => {
          const raised: [Seen, boolean][] = []
          for (const [i, batch] of batches.entries()) {
            if (i % 2 !== mine) continue
            const answers = await count(batch)
            raised.push(...batch.map((one, place): [Seen, boolean] => [one, answers[place]!]))
          }
          return raised
        }
        const raised = (await run(Promise.all([work(0), work(1)]))).flat()
        lost += race.lost()
        const plain = events.map((one) => [one, plainly(counted, events, one)] as const)
        expect(groupsOf(raised)).toEqual(groupsOf(plain))
      }),
      { numRuns: 150 },
    )
    expect(lost).toBeGreaterThan(0)
  })

  test('one that dies before it could answer is made up for by who gets its messages', async () => {
    const counted = correlation('event_count', 3)
    const table = memoryTable(clock)
    const event = (n: number): Seen => ({ time: n, id: `e${n}`, group: 'ann' })
    await worker(table, counted)([event(1), event(2)])
    // This event raises an alert, and the message is lost.
    await worker(table, counted)([event(3)])
    expect(await worker(table, counted)([event(3)])).toEqual([true])
  })
})

describe('what is kept', () => {
  test('stays small, however much is counted, and is not written again when nothing is new', async () => {
    const inner = memoryTable(clock)
    let writes = 0
    const table: Table = {
      ...inner,
      put(item, when) {
        writes++
        return inner.put(item, when)
      },
    }
    const counted = { ...correlation('event_count', 5), timespanMs: 1000 }
    const window = { account: 'a', id: 'w', correlation: counted }
    const flood = Array.from({ length: 5000 }, (_, n): CountedRecord => ({ time: n % 1000, id: `e${n}` }))
    const deps = { table, clock, chance: () => 0 }
    expect((await countRecords(deps, window, flood)).every((yes) => yes)).toBe(true)
    expect(inner.everything().map(({ body }) => body.length < 4000)).toEqual([true])
    const before = writes
    expect(await countRecords(deps, window, flood.slice(-1))).toEqual([true])
    await countRecords(deps, window, [flood[0]!])
    expect(writes).toBe(before)
  })

  test('goes when nothing can count with it any more, a clock that runs years ahead or not', async () => {
    const table = memoryTable(clock)
    const window = { account: 'a', id: 'w', correlation: correlation('event_count', 5) }
    const deps = { table, clock, chance: () => 0 }
    await countRecords(deps, window, [{ time: clock.now(), id: 'now' }])
    await countRecords(deps, window, [{ time: Date.UTC(9999, 0), id: 'ahead' }])
    await countRecords(deps, window, [{ time: -5, id: 'late' }])
    const left = table.everything().map(({ expiresAt = 0 }) => expiresAt - clock.now())
    for (const ms of left) expect(ms).toBeLessThanOrEqual(4 * 86_400_000 + 2 * SPAN)
    for (const ms of left) expect(ms).toBeGreaterThan(4 * 86_400_000)
  })

  test('of two accounts is never counted together', async () => {
    const table = memoryTable(clock)
    const counted = correlation('event_count', 2)
    const deps = { table, clock, chance: () => 0 }
    await countRecords(deps, { account: 'a', id: 'w', correlation: counted }, [{ time: 1, id: 'e1' }])
    const other = await countRecords(deps, { account: 'b', id: 'w', correlation: counted }, [{ time: 2, id: 'e2' }])
    expect(other).toEqual([false])
  })
})

test('the largest threshold fits an item, and matches exactly', async () => {
  const table = memoryTable(clock)
  const span = 31 * 24 * 60 * 60_000
  const chance = mulberry32(7)
  for (const type of ['event_count', 'value_count'] as const) {
    const counted = { ...correlation(type, 10_000), timespanMs: span }
    const window = { account: 'a', id: type, correlation: counted }
    const add = async (from: number, to: number): Promise<boolean[]> => {
      const records = Array.from({ length: to - from }, (_, n): CountedRecord => {
        const id = Buffer.from(String(1e6 + from + n))
          .toString('base64url')
          .slice(0, 8)
        return {
          time: Math.floor((chance() * span) / 2),
          id: `${id}${from + n}`.slice(-8).padStart(8, 'x'),
          value: `v${from + n}`,
        }
      })
      return countRecords({ table, clock, chance }, window, records)
    }
    let matched: boolean[] = []
    for (let from = 0; from < 9_999; from += 3_333) matched = await add(from, from + 3_333)
    expect(matched).not.toContain(true)
    expect(await add(9_999, 10_000)).toEqual([true])
    for (let from = 10_000; from < 40_000; from += 5_000) matched = await add(from, from + 5_000)
    expect(matched).not.toContain(false)
  }
})

test.each([
  ['event_count', [7, '0123456789abcdef'], { time: 1007, id: 'ASNFZ4mr' }],
  ['value_count', [7, 'ffff456789abcdef', -1, '0123456789abcdef'], { time: 1007, id: 'ASNFZ4mr', value: 'ASNFZ4mr' }],
  ['temporal', [7, '0123456789abcdef', 1], { time: 1007, id: 'ASNFZ4mr', rule: 'r1' }],
] as const)('a cell of format 1 goes on: %s', async (type, seen, same) => {
  const counted = { ...correlation(type, 2), timespanMs: 1000 }
  const window = { account: 'a', id: 'w', correlation: counted }
  const table = memoryTable(clock)
  await table.put({ ...keys.window('a', 'w', '1'), body: JSON.stringify({ format: 1, seen: [seen] }) }, 'always')
  const deps = { table, clock, chance: () => 0.5 }
  expect(await countRecords(deps, window, [same])).toEqual([false])
  const other = { time: 1500, id: 'xxxxxxxx', rule: 'r2', value: 'xxxxxxxx' }
  expect(await countRecords(deps, window, [other])).toEqual([true])
})
