import { expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const at = (seconds: number) => context(START + seconds * SECOND, { groupWaitMs: 0, groupIntervalMs: 30 * SECOND })
const WAKE: Input = { kind: 'wake' }

function outcomeOf({ open: [opened] }: Decision, kind: 'gone' | 'arrived'): Input {
  const { target, delivery, attempt } = opened!
  const outcome =
    kind === 'arrived' ? { kind, at: START } : { kind: 'dead' as const, at: START, reason: kind, detail: 'status 410' }
  return { kind: 'outcome', target, delivery, attempt, outcome }
}

/** A group whose only target has just said that it is gone. */
function paused(): Decision {
  const alert = alertInput({ alertname: 'Down' }, { tie: '1', endsAt: START + HOUR })
  const opened = advance(unborn(), [alert], at(0))
  return advance(opened.group, [outcomeOf(opened, 'gone')], at(1))
}

test('a pause is announced after its head is saved, and again before the next head that says so', () => {
  const first = paused()
  const notice = { target: 'hook', pause: { at: START + SECOND, reason: { code: 'target-gone' }, failure: 'gone' } }
  expect(first.announce).toEqual({ beforeSave: [], afterSave: [notice] })
  expect(first.group.targets.get('hook')?.paused?.announced).toBeUndefined()
  expect(first.group.wakeAt).toBe(START + SECOND + MINUTE)

  const second = advance(first.group, [WAKE], at(61))
  expect(second.announce).toEqual({ beforeSave: [notice], afterSave: [] })
  expect(second.group.targets.get('hook')?.paused?.announced).toBe(true)
  expect(advance(second.group, [WAKE], at(62)).announce).toEqual({ beforeSave: [], afterSave: [] })
})

test('a pause that is lifted before the next decision is not announced again', () => {
  const { announce } = advance(paused().group, [{ kind: 'replay', target: 'hook' }], at(2))
  expect(announce).toEqual({ beforeSave: [], afterSave: [] })
})

test('the first arrival after a pause ends it, and no later one', () => {
  const lifted = advance(paused().group, [{ kind: 'replay', target: 'hook' }], at(2))
  expect(lifted.group.targets.get('hook')).toMatchObject({ unproven: true })
  const arrived = advance(lifted.group, [outcomeOf(lifted, 'arrived')], at(3))
  expect(arrived.arrived).toEqual([{ target: 'hook', endsPause: true }])
  const again = advance(arrived.group, [{ kind: 'replay', target: 'hook' }], at(4))
  expect(advance(again.group, [outcomeOf(again, 'arrived')], at(5)).arrived).toEqual([
    { target: 'hook', endsPause: false },
  ])
})
