import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CountedRecord, correlate } from '../../../shared/rule/correlate.ts'
import type { Correlation, CorrelationType } from '../../../shared/rule/rule.ts'
import { addRecords, compileTimespanTest, unionOf } from '../../../shared/rule/window.ts'

const SPAN = 10

function correlation(type: CorrelationType, count: number): Correlation {
  return {
    ...{ id: 'c', title: 'c', references: [], tags: [], falsepositives: [], generate: false },
    ...{ type, rules: ['r0', 'r1', 'r2'], groupBy: [], timespanMs: SPAN, aliases: new Map() },
    condition: { op: 'gte', count },
  }
}

const types = ['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const

const recordsOf = (type: CorrelationType) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 20 })), {
      maxLength: 30,
    })
    .map((all) =>
      all.map(([time, place, id]): CountedRecord => {
        // An event has a single time and a single value, in all of its copies.
        const counts = type.startsWith('temporal') ? { rule: `r${place}` } : { value: `v${id % 4}` }
        return {
          time: type.startsWith('temporal') ? time : (id * 7) % 60,
          id: type.startsWith('temporal') ? `e${time}` : `e${id}`,
          ...counts,
        }
      }),
    )

test.each(types)('%s: many records at once give the same result as one after the other', (type) => {
  fc.assert(
    fc.property(recordsOf(type), recordsOf(type), fc.integer({ min: 1, max: 3 }), (first, then, count) => {
      const counted = correlation(type, count)
      const one = (set: readonly CountedRecord[], event: CountedRecord) => correlate(counted, set, event).records
      const set = addRecords(counted, [], first)
      expect(set).toEqual(first.reduce(one, []))
      const both = addRecords(counted, set, then)
      expect(both).toEqual(then.reduce(one, set))
      expect(addRecords(counted, both, [...first, ...then])).toBe(both)
      const raises = compileTimespanTest(counted, unionOf(counted, both, then))
      for (const event of [...first, ...then]) expect(raises(event)).toBe(correlate(counted, both, event).matched)
    }),
    { numRuns: 300 },
  )
})

test('a condition of rule names: many records at once give the same result as one after the other', () => {
  const r = (n: number) => ({ kind: 'rule', rule: `r${n}` }) as const
  const expression = { kind: 'all', of: [r(0), { kind: 'not', of: { kind: 'all', of: [r(1), r(2)] } }] } as const
  fc.assert(
    fc.property(recordsOf('temporal'), recordsOf('temporal'), (first, then) => {
      const counted = { ...correlation('temporal', 3), expression }
      const kept = addRecords(counted, [], first)
      const raises = compileTimespanTest(counted, unionOf(counted, kept, then))
      const both = addRecords(counted, kept, then)
      for (const event of [...first, ...then]) expect(raises(event)).toBe(correlate(counted, both, event).matched)
    }),
    { numRuns: 300 },
  )
})

test('a flood of ten thousand records in a group is fast, at a high threshold too', () => {
  for (const type of types) {
    const counted = { ...correlation(type, 1000), timespanMs: 1000 }
    const flood = Array.from({ length: 10_000 }, (_, n): CountedRecord => {
      return { time: n % 3000, id: `e${n}`, value: `v${n}`, rule: `r${n % 3}` }
    })
    const began = performance.now()
    const set = addRecords(counted, [], flood)
    const raises = compileTimespanTest(counted, unionOf(counted, set, flood))
    const count = flood.filter(raises).length
    expect(performance.now() - began).toBeLessThan(2000)
    expect(count).toBe(type.startsWith('temporal') ? 0 : flood.length)
    // In this test the set has three cells, not one.
    expect(set.length).toBeLessThanOrEqual(2125)
  }
})
