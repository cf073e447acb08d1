import { describe, expect, test } from 'vitest'
import { DAY, MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import type { Group } from '../../../shared/group/group.ts'
import { placed } from '../../../shared/group/target-state.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const TIMING = { groupWaitMs: 0, groupIntervalMs: MINUTE, repeatIntervalMs: 100 * DAY }

function step(group: Group, inputs: readonly Input[], now: Millis): Decision {
  return advance(group, inputs, context(now, TIMING))
}

/** A group whose first attempt lies in a ledger and has an unknown fate. */
function doubtful(): Group {
  const { group } = step(unborn(), [alertInput({ a: 'b' }, { tie: '1', endsAt: START + 90 * DAY })], START)
  const [, hook] = [...group.targets][0]!
  const targets = new Map([['hook', placed(hook, hook.open!.delivery, 'l1.0')]])
  const outcome = { kind: 'ambiguous', at: START, reason: 'timeout', detail: '' } as const
  const report = { kind: 'outcome', target: 'hook', delivery: hook.open!.delivery, attempt: 1, outcome } as const
  return step({ ...group, targets }, [report], START + SECOND).group
}

describe('an attempt under the id of an earlier attempt', () => {
  test('has the place of the earlier attempt, and nothing is written anew', () => {
    const { group, contents } = step(doubtful(), [{ kind: 'wake' }], START + 3 * MINUTE)
    expect(group.targets.get('hook')!.open).toMatchObject({ attempt: 2, ledger: 'l1.0' })
    expect(contents).toEqual([])
  })

  test('has an item of its own when the place is near its end', () => {
    const before = doubtful()
    const { group, contents } = step(before, [{ kind: 'replay', target: 'hook' }], START + 26 * DAY)
    expect(group.targets.get('hook')!.open).toMatchObject({ attempt: 2 })
    expect(group.targets.get('hook')!.open!.ledger).toBeUndefined()
    expect(contents.map(({ id }) => id)).toEqual([before.targets.get('hook')!.last!.delivery])
  })
})

test('a first attempt has no place before the ledger of the batch is written', () => {
  const { group, contents } = step(unborn(), [alertInput({ a: 'b' }, { tie: '1', endsAt: START + DAY })], START)
  expect(group.targets.get('hook')!.open!.ledger).toBeUndefined()
  expect(contents).toHaveLength(1)
})
