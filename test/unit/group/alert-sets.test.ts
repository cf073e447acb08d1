import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../shared/base/time.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import { common, union, without } from '../../../shared/group/alert-sets.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const few = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'))

describe('an operation on two sets of alerts', () => {
  test.each([
    ['union', union, (a: string[], b: string[]) => [...new Set([...a, ...b])]],
    ['without', without, (a: string[], b: string[]) => a.filter((one) => !b.includes(one))],
    ['common', common, (a: string[], b: string[]) => a.filter((one) => b.includes(one))],
  ] as const)('%s is that of sets, each time it is asked', (_, operation, expected) => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        const first = operation(a, b)
        expect(first.toSorted()).toEqual(expected(a, b).toSorted())
        expect(operation(a, b)).toBe(first)
      }),
    )
  })

  test('an absent set is empty', () => {
    expect([union(), union(['a']), without(undefined, ['a']), common(['a'])]).toEqual([[], ['a'], [], []])
  })

  test('a set that the operation leaves as it is stays the same list', () => {
    const [ab, b, c]: string[][] = [['a', 'b'], ['b'], ['c']]
    expect(union(ab, b)).toBe(ab)
    expect(union([], ab)).toBe(ab)
    expect(without(ab, c)).toBe(ab)
    expect(common(b, ab)).toBe(b)
  })
})

test('targets that know the same share their lists, whatever the outcome was', () => {
  const targets = Array.from({ length: 50 }, (_, n) => notificationTarget(`c${n}`))
  const policy = { targets, groupWaitMs: 0, groupIntervalMs: 30 * SECOND }
  let decision: Decision = { group: unborn(), open: [] } as unknown as Decision
  const step = (seconds: number, inputs: readonly Input[]): void => {
    decision = advance(decision.group, inputs, context(START + seconds * SECOND, policy))
  }
  const alert = (n: number, seconds = 0, endSeconds = 3600): Input => {
    const [at, endsAt] = [START + seconds * SECOND, START + endSeconds * SECOND]
    return alertInput({ n: String(n) }, { at, tie: `${n} ${seconds}`, endsAt })
  }
  const settle = (seconds: number, outcomeOf: (at: number) => Outcome): void => {
    const outcome = outcomeOf(START + seconds * SECOND)
    step(
      seconds,
      decision.open.map((open) => ({ kind: 'outcome' as const, ...open, outcome })),
    )
  }
  const lists = (): number => {
    const states = [...decision.group.targets.values()]
    const heard = states.flatMap(({ told, doubt, open, last }) => [told, doubt, open, last])
    return new Set(heard.flatMap((one) => (one === undefined ? [] : [one.firing, one.resolved]))).size
  }
  step(
    0,
    Array.from({ length: 30 }, (_, n) => alert(n)),
  )
  expect([decision.open.length, lists()]).toEqual([50, 2])
  settle(1, (at) => ({ kind: 'arrived', at }))
  expect(lists()).toBe(2)
  step(5, [alert(30, 5), alert(0, 5, 5)])
  step(30, [{ kind: 'wake' }])
  expect([decision.open.length, lists()]).toEqual([50, 4])
  settle(31, (at) => ({ kind: 'ambiguous', at, reason: 'timeout', detail: '' }))
  expect(lists()).toBeLessThanOrEqual(6)
  step(40, [{ kind: 'wake' }])
  expect(decision.open.length).toBe(50)
  settle(41, (at) => ({ kind: 'ambiguous', at, reason: 'timeout', detail: '' }))
  expect(lists()).toBeLessThanOrEqual(8)
})
