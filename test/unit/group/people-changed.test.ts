import { expect, test } from 'vitest'
import { HOUR, SECOND } from '../../../shared/base/time.ts'
import type { FailureReason } from '../../../shared/delivery/outcome.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const targets = [notificationTarget('hook'), { ...notificationTarget('mail'), user: 'test01' }]
const at = (seconds: number, peopleRevision = '1') =>
  context(START + seconds * SECOND, { groupWaitMs: 0, groupIntervalMs: 30 * SECOND, targets }, { peopleRevision })

/** A group in which neither the channel nor the user took the first message. */
function failed(reason: FailureReason): Decision {
  const alert = alertInput({ alertname: 'Down' }, { tie: '1', endsAt: START + HOUR })
  const opened = advance(unborn(), [alert], at(0))
  const outcomes = opened.open.map(({ target, delivery, attempt }): Input => {
    return { kind: 'outcome', target, delivery, attempt, outcome: { kind: 'dead', at: START, reason, detail: 'no' } }
  })
  return advance(opened.group, outcomes, at(1))
}

test('a change of people restarts no timer, and is remembered', () => {
  const before = failed('misconfigured').group
  const { group } = advance(before, [{ kind: 'wake' }], at(2, '2'))
  expect(group).toMatchObject({ nextTick: before.nextTick, lastTick: before.lastTick, revision: before.revision })
  expect([before.peopleRevision, group.peopleRevision]).toEqual(['1', '2'])
})

test.each<[string, FailureReason]>([
  ['that is paused', 'gone'],
  ['that waits for its next attempt', 'misconfigured'],
])('after a change of people a user %s is told at once, and no channel is', (_which, reason) => {
  const before = failed(reason).group
  expect(advance(before, [{ kind: 'wake' }], at(2)).open).toEqual([])
  const { open } = advance(before, [{ kind: 'wake' }], at(2, '2'))
  expect(open.map(({ target }) => target)).toEqual(['mail@test01'])
})
