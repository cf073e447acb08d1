import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../shared/base/time.ts'
import { UNROUTED } from '../../../shared/config/compile.ts'
import { advance, unbornGroup } from '../../../shared/group/advance.ts'
import type { Context } from '../../../shared/group/context.ts'
import type { Group, Target } from '../../../shared/group/group.ts'

const NOW = 1_000_000_000
const TOLD_AT = NOW - 10 * MINUTE

function context(repeatIntervalMs: number): Context {
  return {
    now: NOW,
    chance: () => 0.5,
    revision: '1',
    since: 0,
    policy: { ...UNROUTED, id: 'p', targets: ['hook'], repeatIntervalMs },
    channel: () => undefined,
    muted: () => undefined,
    groupKey: '{}:{}',
    messageLifeMs: MINUTE,
  }
}

function emptied(): Group {
  const target: Target = { count: 1, told: { at: TOLD_AT, firing: [], resolved: ['00000000000000aa'] } }
  const group = unbornGroup('acme', 'g'.repeat(32), 'p', {}, { now: NOW - HOUR, revision: '1' })
  return { ...group, targets: new Map([['hook', target]]) }
}

describe('an emptied group', () => {
  test.each([
    ['remembers what it told for twice the repeat interval', 10 * MINUTE, TOLD_AT + 20 * MINUTE],
    ['has nothing to wake for at the moment that is over, and goes', 5 * MINUTE, undefined],
    ['has nothing to wake for later either', MINUTE, undefined],
  ])('%s', (_, repeatIntervalMs, wakeAt) => {
    const { group, arm } = advance(emptied(), [{ kind: 'wake' }], context(repeatIntervalMs))
    expect([group.wakeAt, arm]).toEqual([wakeAt, wakeAt])
  })
})
