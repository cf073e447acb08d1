import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Group } from '../../../shared/group/group.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { nextWake } from '../../../shared/group/wake.ts'
import { alertInput, context, unborn } from './setup.ts'

const NOW = 1_000_000_000
const TOLD_AT = NOW - 10 * MINUTE

const HEARD = { firing: [], resolved: ['00000000000000aa'] }
const TOLD: TargetState = { count: 1, told: { at: TOLD_AT, ...HEARD } }
const IN_DOUBT: TargetState = { count: 0, doubt: { until: TOLD_AT, ...HEARD } }

function emptied(target: TargetState): Group {
  return { ...unborn(NOW - HOUR), targets: new Map([['hook', target]]) }
}

describe.each([
  ['that told a target', TOLD],
  ['that took only a doubt over', IN_DOUBT],
])('an emptied group %s', (_, target) => {
  test.each([
    ['remembers it for twice the repeat interval', 10 * MINUTE, TOLD_AT + 20 * MINUTE],
    ['has nothing to wake for at the moment that is over, and goes', 5 * MINUTE, undefined],
    ['has nothing to wake for later either', MINUTE, undefined],
  ])('%s', (_, repeatIntervalMs, wakeAt) => {
    const { group, arm } = advance(emptied(target), [{ kind: 'wake' }], context(NOW, { repeatIntervalMs }))
    expect([group.wakeAt, arm]).toEqual([wakeAt, wakeAt])
  })
})

test('a wake that is too far off for the queue is armed by a later look', () => {
  const alert = alertInput({ alertname: 'Down' }, { at: NOW, tie: '1', endsAt: NOW + 2 * HOUR })
  const first = advance({ ...unborn(NOW) }, [alert], context(NOW, { groupWaitMs: DAY, groupIntervalMs: DAY }))
  const { wakeAt } = first.group
  expect([wakeAt! > NOW + 15 * MINUTE, first.arm, first.group.armedAt]).toEqual([true, undefined, undefined])
  const looks = wakeAt! - 14 * MINUTE
  const second = advance(first.group, [{ kind: 'wake' }], context(looks, { groupWaitMs: DAY, groupIntervalMs: DAY }))
  expect([second.arm, second.group.armedAt]).toEqual([wakeAt, wakeAt])
})

test('a group with alerts wakes when its audience changes, and an empty group does not', () => {
  const ctx = context(NOW, { groupWaitMs: HOUR })
  const alert = alertInput({ alertname: 'Down' }, { at: NOW, tie: '1', endsAt: NOW + 2 * HOUR })
  const { group } = advance(unborn(NOW), [alert], ctx)
  const changing = { lastTick: NOW, audienceUntil: NOW + MINUTE }
  expect(nextWake({ ...group, ...changing }, ctx)).toBe(NOW + MINUTE)
  expect(nextWake({ ...unborn(NOW), ...changing }, ctx)).toBeUndefined()
})
