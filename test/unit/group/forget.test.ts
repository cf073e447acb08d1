import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../shared/base/time.ts'
import type { Policy } from '../../../shared/config/config.ts'
import { lifecycleTarget, notificationTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import type { Group } from '../../../shared/group/group.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { alertInput, arrived, context, START, unborn } from './setup.ts'

/* A group that lives long forgets the targets that its policy names no longer. */

const REPEAT = HOUR
/** The first moment at which a message from START is older than 2 × repeatInterval. */
const LATER = START + 2 * REPEAT
const alert = alertInput({ alertname: 'Down' }, { tie: '1', endsAt: START + 100 * HOUR })
const heard = { firing: [alert.arrival.fingerprint], resolved: [] }
const sent = { delivery: 'd', attempt: 1, content: 'c', nominal: START, reason: 'first' as const, ...heard }
const open = { ...sent, deadline: START + 200 * HOUR }
const event = { delivery: 'd', content: 'c', type: 'create' as const, at: START, attempts: 0 }

function wake(group: Group, now: number, policy: Partial<Policy> = {}, inputs: Input[] = [{ kind: 'wake' }]): Decision {
  return advance(group, inputs, context(now, { groupWaitMs: 0, repeatIntervalMs: REPEAT, ...policy }))
}

/** A group with a firing alert, after a flush, and the given target beside `hook`. */
function living(key: string, state: TargetState): Group {
  const { group } = wake(unborn(), START, {}, [alert])
  return { ...group, targets: new Map(group.targets).set(key, state) }
}

const told = { count: 3, told: { at: START, ...heard } }
const doubtful = { count: 3, doubt: { until: START + MINUTE, ...heard } }

describe('a target that the policy does not name', () => {
  test.each<[string, TargetState, at: number, remembered: boolean]>([
    ['is remembered before its message is 2 × repeatInterval old', told, LATER - 1, true],
    ['is forgotten then', told, LATER, false],
    ['is forgotten when a later doubt is as old', { ...told, ...doubtful }, LATER + MINUTE, false],
    ['is remembered while a later doubt is younger', { ...told, ...doubtful }, LATER, true],
    ['is forgotten at once when it knows nothing', { count: 1, last: sent, unproven: true }, START + MINUTE, false],
    ['is remembered while a delivery is open', { ...told, open }, LATER, true],
    [
      'is forgotten though it is paused',
      { ...told, paused: { at: START, reason: { code: 'target-gone' } } },
      LATER,
      false,
    ],
  ])('%s', (_, state, at, remembered) => {
    expect(wake(living('gone', state), at).group.targets.has('gone')).toBe(remembered)
  })
})

test('a target that the policy names is remembered, told or not', () => {
  const policy = { targets: [notificationTarget('hook')], lifecycle: [lifecycleTarget('bus')] }
  const group = living('lifecycle:bus', { count: 3 })
  expect([...wake(group, START + 90 * HOUR, policy).group.targets.keys()]).toEqual(['hook', 'lifecycle:bus'])
})

test('a channel of life-cycle events is forgotten after its events', () => {
  const owed = living('lifecycle:bus', { count: 3, owedEvents: [event] })
  const paused = { at: START, reason: { code: 'target-gone' as const } }
  const waiting = living('lifecycle:bus', { count: 3, owedEvents: [event], paused })
  expect(wake(waiting, LATER, { lifecycle: [lifecycleTarget('bus')] }).group.targets.has('lifecycle:bus')).toBe(true)
  expect(wake(owed, START + MINUTE).group.targets.has('lifecycle:bus')).toBe(false)
})

test('a target that comes back hears of what fires, under an id that was never used', () => {
  const first = wake(unborn(), START, {}, [alert])
  const { group } = wake(first.group, START + 1, {}, [arrived(first.group, START + 1)])
  const without = wake(group, LATER, { targets: [] }).group
  expect(without.targets.size).toBe(0)
  const again = wake({ ...without, revision: '0' }, LATER + MINUTE)
  const [[before], [after]] = [first.contents, again.contents]
  expect(after?.notification).toEqual(before?.notification)
  expect(after?.id).not.toBe(before?.id)
})
