import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../../shared/base/time.ts'
import { type CountedRecord, correlate } from '../../../shared/rule/correlate.ts'
import { parseSigmaObject } from '../../../shared/rule/parse.ts'
import type { Correlation } from '../../../shared/rule/rule.ts'

const T = 10 * MINUTE

function correlation(
  type: string,
  condition: Record<string, unknown> | string | undefined,
  rules = ['r1', 'r2', 'r3'],
): Correlation {
  const body = { type, rules, 'group-by': ['g'], timespan: '10m', ...(condition && { condition }) }
  const { correlations, problems } = parseSigmaObject({ title: 'c', correlation: body })
  const [first] = correlations
  if (first === undefined) throw new Error(JSON.stringify(problems))
  return first
}

/** Adds the records one after the other; for every record, whether the correlation matched. */
function matchesOf(rule: Correlation, events: readonly CountedRecord[]): boolean[] {
  let set: readonly CountedRecord[] = []
  return events.map((event) => {
    const next = correlate(rule, set, event)
    set = next.records
    return next.matched
  })
}

/** `a0 b5` : the event a at minute 0, b at minute 5. A third part is the event's value or rule: `a0:r1`. */
function events(text: string): CountedRecord[] {
  return text.split(' ').map((word) => {
    const [, id = '', minute = '', kind] = /^([a-z]+)(-?[\d.]+)(?::(\w+))?$/.exec(word) ?? []
    const time = Number(minute) * MINUTE
    if (kind === undefined) return { time, id }
    return kind.startsWith('r') ? { time, id, rule: kind } : { time, id, value: kind }
  })
}

describe('event_count', () => {
  test.each<[what: string, condition: Record<string, unknown>, stream: string, expected: string]>([
    ['raises at the threshold and while it lasts', { gte: 3 }, 'a0 b1 c2 d3', '..xx'],
    ['gt asks for one more', { gt: 3 }, 'a0 b1 c2 d3', '...x'],
    ['a threshold of one raises at once', { gte: 1 }, 'a0 b60', 'xx'],
    ['gt 0 too', { gt: 0 }, 'a0', 'x'],
    ['copies count once', { gte: 2 }, 'a0 a0 a0 b1', '...x'],
    ['a copy matches again, since the answer to the first may have been lost', { gte: 2 }, 'a0 b1 b1 a0', '.xxx'],
    ['order does not matter', { gte: 3 }, 'c2 a0 b1', '..x'],
    ['what is too far apart does not count together', { gte: 2 }, 'a0 b10.01 c20.02', '...'],
    ['exactly the timespan apart does', { gte: 2 }, 'a0 b10', '.x'],
    ['exactly the timespan apart, and one between', { gte: 3 }, 'a0 b10 c5', '..x'],
    ['a late record completes what happened before', { gte: 3 }, 'a0 b1 c60 d61 e2', '....x'],
    ['a late record far from the others raises nothing', { gte: 2 }, 'a0 b1 c-30', '.x.'],
    ['an old group does not raise again for a new record', { gte: 2 }, 'a0 b1 c60', '.x.'],
    ['windows have no fixed borders', { gte: 3 }, 'a9 b10 c11', '..x'],
    ['times before 1970 are times', { gte: 2 }, 'a-20 b-15', '.x'],
    ['a clock that is far ahead hides nothing', { gte: 3 }, 'z9999 a0 b1 c2', '...x'],
  ])('%s', (_, condition, stream, expected) => {
    const marks = matchesOf(correlation('event_count', condition), events(stream)).map((yes) => (yes ? 'x' : '.'))
    expect(marks.join('')).toBe(expected)
  })
})

describe('value_count', () => {
  test.each<[what: string, stream: string, expected: string]>([
    ['counts values, not events', 'a0:u1 b1:u1 c2:u2 d3:u2 e4:u3', '....x'],
    ['a value that is seen again keeps counting', 'a0:u1 b8:u1 c9:u2 d15:u3', '...x'],
    ['a late record may lie between', 'a0:u1 b19:u1 c18:u3 d10:u2', '...x'],
    ['copies raise again', 'a0:u1 b1:u2 c2:u3 a0:u1', '..xx'],
  ])('%s', (_, stream, expected) => {
    const rule = correlation('value_count', { field: 'user', gte: 3 })
    expect(
      matchesOf(rule, events(stream))
        .map((yes) => (yes ? 'x' : '.'))
        .join(''),
    ).toBe(expected)
  })
})

describe('temporal', () => {
  test.each<[what: string, condition: Record<string, unknown> | undefined, stream: string, expected: string]>([
    ['needs every rule', undefined, 'a0:r3 b1:r1 c2:r1 d3:r2', '...x'],
    ['one record may be what several rules found', undefined, 'a0:r1 a0:r2 a0:r3', '..x'],
    ['some of the rules, when it says so', { gte: 2 }, 'a0:r1 b1:r1 c2:r3', '..x'],
    ['within the timespan only', undefined, 'a0:r1 b5:r2 c11:r3 d2:r3', '...x'],
    ['to the end of the timespan', undefined, 'a0:r1 b5:r2 c10:r3', '..x'],
  ])('%s', (_, condition, stream, expected) => {
    expect(
      matchesOf(correlation('temporal', condition), events(stream))
        .map((yes) => (yes ? 'x' : '.'))
        .join(''),
    ).toBe(expected)
  })
})

describe('temporal_ordered', () => {
  test.each<[what: string, condition: Record<string, unknown> | undefined, stream: string, expected: string]>([
    ['needs every rule in its order', undefined, 'a0:r1 b1:r2 c2:r3', '..x'],
    ['another order is none', undefined, 'a0:r3 b1:r2 c2:r1', '...'],
    ['by when it happened, not when it arrived', undefined, 'c2:r3 b1:r2 a0:r1', '..x'],
    ['others may lie between', undefined, 'a0:r1 b1:r3 c2:r2 d3:r1 e4:r3', '....x'],
    ['the same moment is in order', undefined, 'a0:r3 b0:r1 c0:r2', '..x'],
    ['within the timespan only', undefined, 'a0:r1 b5:r2 c10.01:r3 d3:r1', '...x'],
    ['to the end of the timespan', undefined, 'a0:r1 b5:r2 c10:r3', '..x'],
    ['part of the order, when it says so', { gte: 2 }, 'a0:r2 b1:r1 c2:r3', '..x'],
    ['a copy raises again', undefined, 'a0:r1 b1:r2 c2:r3 b1:r2', '..xx'],
    ['one rule again and again is no order', undefined, 'a0:r1 b1:r1 c2:r1 d3:r2 e4:r2', '.....'],
    ['a rule that it does not have counts for nothing', { gte: 2 }, 'a0:r1 b1:r9 c2:r2', '..x'],
  ])('%s', (_, condition, stream, expected) => {
    const rule = correlation('temporal_ordered', condition)
    expect(
      matchesOf(rule, events(stream))
        .map((yes) => (yes ? 'x' : '.'))
        .join(''),
    ).toBe(expected)
  })
})

/** Every window that begins at a record, over the complete history: slow, and obviously right. */
function slowly(rule: Correlation, all: readonly CountedRecord[], event: CountedRecord): boolean {
  const needed = rule.condition.op === 'gt' ? rule.condition.count + 1 : rule.condition.count
  return all.some(({ time: from }) => {
    const inside = all.filter(({ time }) => time >= from && time <= from + T)
    if (!inside.some(({ id }) => id === event.id)) return false
    const kinds = inside.map(({ id, value, rule: found }) => (rule.type === 'event_count' ? id : (value ?? found)))
    return new Set(kinds).size >= needed
  })
}

describe('a condition of rule names', () => {
  test.each<[condition: string, stream: string, expected: string]>([
    ['r1 and r2', 'a0:r1 b5:r2', '.x'],
    ['r1 and r2', 'a0:r1 b10:r2 c21:r2', '.x.'],
    ['r1 or r2', 'a0:r3 b1:r2', '.x'],
    ['r1 and not r2', 'a0:r1', 'x'],
    ['r1 and not r2', 'a0:r2 b5:r1', '..'],
    ['r1 and not r2', 'a0:r2 b10:r1 c20.01:r1', '..x'],
    ['r1 and not r2', 'a5:r2 b0:r1', '..'],
    ['r1 and not (r2 or r3)', 'a0:r3 b1:r1 c11.01:r1', '..x'],
    ['r1 and not (not r2)', 'a0:r1 b1:r2', '.x'],
    ['1 of r* and not r3', 'a0:r2 b1:r1 c2:r3 d3:r1', 'xx..'],
    ['all of them', 'a0:r2 b1:r1 c2:r3', '..x'],
  ])('%s: %s', (condition, stream, expected) => {
    const rule = correlation('temporal', condition)
    const marks = matchesOf(rule, events(stream)).map((yes) => (yes ? 'x' : '.'))
    expect(marks.join('')).toBe(expected)
  })
})

const TYPES = ['event_count', 'value_count', 'temporal'] as const

describe('records in random order, some twice', () => {
  const stream = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 3 })), { maxLength: 25 })
  test.each(TYPES)('%s: an answer depends on the set of records so far, not on their order', (type) => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 24 })), fc.integer({ min: 1, max: 3 }), (times, copies, gte) => {
        const rule = correlation(type, { gte, ...(type === 'value_count' && { field: 'user' }) })
        const once = times.map(([minute, kind], index): CountedRecord => {
          const kinds = type === 'temporal' ? { rule: `r${kind}` } : { value: `v${kind}` }
          return { time: minute * MINUTE, id: `e${index}`, ...kinds }
        })
        const all = [...once, ...copies.flatMap((index) => once[index] ?? [])]
        const answers = matchesOf(rule, all)
        for (const [index, event] of all.entries()) {
          expect(answers[index]).toBe(slowly(rule, all.slice(0, index + 1), event))
        }
      }),
      { numRuns: 300 },
    )
  })

  test.each([...TYPES, 'temporal_ordered'])('%s: the last record to arrive finds the others', (type) => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), fc.nat({ max: 8 }), (order, noise) => {
        const rule = correlation(type, { gte: 3, ...(type === 'value_count' && { field: 'user' }) })
        const wanted = order.map(
          (i): CountedRecord => ({ time: i * MINUTE, id: `e${i}`, rule: `r${i + 1}`, value: `v${i}` }),
        )
        const far = Array.from({ length: noise }, (_, i): CountedRecord => {
          return { time: (i + 5) * 3 * T, id: `n${i}`, rule: 'r1', value: 'v0' }
        })
        expect(matchesOf(rule, [...far, ...wanted]).at(-1)).toBe(true)
      }),
    )
  })
})

describe('floods', () => {
  const limit = (rule: Correlation): number => 4 * rule.condition.count + 128

  test.each(TYPES)('%s: the kept records stay few, and no answer changes', (type) => {
    const kinds = type === 'temporal' ? 3 : 5
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * T - 1 }), { minLength: 250, maxLength: 250 }), (times) => {
        const rule = correlation(type, {
          gte: type === 'event_count' ? 20 : kinds - 1,
          ...(type === 'value_count' && { field: 'u' }),
        })
        let set: readonly CountedRecord[] = []
        const all: CountedRecord[] = []
        for (const [index, time] of times.entries()) {
          // Most records are of the same kind: the flood. The other kinds are rare.
          const kind = index % 40 === 0 ? 1 + ((index / 40) % kinds) : 1
          const event = {
            time,
            id: `e${index}`,
            ...(type === 'temporal' ? { rule: `r${kind}` } : { value: `v${kind}` }),
          }
          all.push(event)
          const next = correlate(rule, set, event)
          set = next.records
          expect(set.length).toBeLessThanOrEqual(limit(rule))
          if (index % 25 === 0) expect(next.matched).toBe(slowly(rule, all, event))
        }
      }),
      { numRuns: 20 },
    )
  })

  test('of the past do not hide a new match', () => {
    for (const type of TYPES) {
      const rule = correlation(type, { gte: 3, ...(type === 'value_count' && { field: 'u' }) })
      let set: readonly CountedRecord[] = []
      for (let i = 0; i < 500; i++)
        set = correlate(rule, set, { time: i * T, id: `f${i}`, rule: 'r1', value: 'v1' }).records
      const now = 500 * T
      const answers = [2, 3, 1].map((n) => {
        const next = correlate(rule, set, { time: now + n, id: `e${n}`, rule: `r${n}`, value: `v${n}` })
        set = next.records
        return next.matched
      })
      expect(answers).toEqual([false, false, true])
    }
  })

  test('of copies keep a single record', () => {
    for (const type of TYPES) {
      const rule = correlation(type, { gte: 3, ...(type === 'value_count' && { field: 'u' }) })
      let set: readonly CountedRecord[] = []
      for (let i = 0; i < 20; i++) set = correlate(rule, set, { time: 1, id: 'e', rule: 'r1', value: 'v1' }).records
      expect(set).toHaveLength(1)
    }
  })

  test('of failures hide neither the success that follows nor a late success', () => {
    const rule = correlation('temporal_ordered', undefined, ['r1', 'r2'])
    let set: readonly CountedRecord[] = []
    for (let i = 0; i < 2_000; i++) {
      set = correlate(rule, set, { time: i * 500, id: `f${i}`, rule: 'r1' }).records
      expect(set.length).toBeLessThanOrEqual(136)
      // From the flood's first trim on: right after the failure, long before, as late as possible.
      for (const time of i < 1_300 ? [] : [i * 500, i * 500 - 150_000, i * 500 + T]) {
        expect(correlate(rule, set, { time, id: 's', rule: 'r2' }).matched).toBe(true)
      }
      expect(correlate(rule, set, { time: i * 500 + T + 1, id: 's', rule: 'r2' }).matched).toBe(false)
    }
  })

  test('of a single value do not push out other values', () => {
    const rule = correlation('value_count', { field: 'user', gte: 3 })
    let set: readonly CountedRecord[] = events('a0:u1 b0.1:u2')
    for (let i = 0; i < 1_000; i++) set = correlate(rule, set, { time: MINUTE + i, id: `f${i}`, value: 'u2' }).records
    expect(correlate(rule, set, { time: 2 * MINUTE, id: 'late', value: 'u3' }).matched).toBe(true)
  })

  test('are counted fast enough at the largest threshold', () => {
    const rule = correlation('event_count', { gte: 1_000 })
    let set: readonly CountedRecord[] = []
    let count = 0
    for (let i = 0; i < 3_000; i++) {
      const next = correlate(rule, set, { time: i * 10, id: `e${i}` })
      set = next.records
      count += next.matched ? 1 : 0
    }
    expect([count, set.length <= 4_250]).toEqual([2_001, true])
  })
})
