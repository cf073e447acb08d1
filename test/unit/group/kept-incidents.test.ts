import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../shared/base/time.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import type { Action } from '../../../shared/group/action.ts'
import type { Input } from '../../../shared/group/context.ts'
import { play, START } from './setup.ts'

const KEEPER = { id: 'hook', keepsIncidents: true, mostAlerts: 50 } as const
const WAKE = { kind: 'wake' } as const

/** A group that tells `hook`, which keeps incidents, and `plain`, which does not. */
function story(more: Parameters<typeof play>[0] = {}) {
  const targets = ['hook', 'plain'].map(notificationTarget)
  const played = play({ channels: [KEEPER, { id: 'plain' }], policy: { targets }, ...more })
  let actions = 0
  const act = (seconds: number, type: Action['type'], rest: Partial<Action> = {}) => {
    const incident = played.group().incident!.id
    const action = { id: `a${++actions}`, type, incident, by: 'mei', at: START + seconds * SECOND, ...rest }
    return played.step(seconds, { kind: 'action', action } satisfies Input)
  }
  /** Of the delivery opened last to `hook`. */
  const named = () => played.decisions.flatMap(({ contents }) => contents).findLast(({ target }) => target === 'hook')
  return { ...played, act, notification: () => named()!.notification }
}

describe('a claim', () => {
  test('is told at once to a target that keeps incidents, with the person, and to no other target', () => {
    const { step, alert, came, act, told, notification } = story()
    step(0, alert(0, 'a'))
    came(1)
    came(1, 'plain')
    act(10, 'claim')
    expect(told.slice(2)).toEqual(['10 hook claim: a+'])
    expect(notification()).toMatchObject({ reason: 'claim', incident: { handler: 'mei' } })
  })

  test('is told once for each person', () => {
    const { step, alert, came, act, told } = story()
    step(0, alert(0, 'a'))
    came(1)
    act(10, 'claim')
    came(11)
    act(12, 'claim')
    act(13, 'unclaim')
    act(14, 'claim')
    step(30, WAKE)
    act(40, 'assign', { to: 'jo' })
    came(41)
    step(60, WAKE)
    expect(told.filter((line) => line.includes('hook'))).toEqual([
      '0 hook first: a+',
      '10 hook claim: a+',
      '40 hook claim: a+',
    ])
  })

  test.each(['refused', 'ambiguous', 'dead'] as const)('that was %s is told after the next attempt', (kind) => {
    const { step, alert, came, act, told, group } = story()
    step(0, alert(0, 'a'))
    came(1)
    act(10, 'claim')
    came(11, 'hook', kind)
    const next = group().targets.get('hook')!.retry!.notBefore
    step((next - START) / SECOND, WAKE)
    expect(told.filter((line) => line.includes('hook claim'))).toHaveLength(2)
    came(100)
    step(120, WAKE)
    expect(told.filter((line) => line.includes('hook claim'))).toHaveLength(2)
  })

  test('while a message is out follows the message, also when further news come first', () => {
    const { step, alert, came, act, told } = story()
    step(0, alert(0, 'a'))
    act(1, 'claim')
    step(2, alert(2, 'b'))
    came(3)
    came(4)
    came(5)
    expect(told.filter((line) => line.includes('hook'))).toEqual([
      '0 hook first: a+',
      '3 hook new-alerts: a+ b+',
      '4 hook claim: a+ b+',
    ])
  })

  test('is not told after the end, and the end names the incident', () => {
    const { step, alert, end, came, act, told, notification } = story()
    step(0, alert(0, 'a'))
    act(1, 'claim')
    step(20, end(20, 'a'))
    step(30, WAKE)
    came(31)
    came(32)
    step(60, WAKE)
    expect(told.filter((line) => line.includes('hook'))).toEqual(['0 hook first: a+', '31 hook all-resolved: a-'])
    expect(notification().ended).toBeUndefined()
  })

  test('of a muted alert waits for the end of the muting', () => {
    const { step, alert, came, act, under, told } = story()
    step(0, alert(0, 'a'))
    came(1)
    under({ muted: () => ({ code: 'silenced', silence: 's' }) })
    act(10, 'claim')
    step(30, WAKE)
    under({ muted: () => undefined })
    step(60, WAKE)
    expect(told.filter((line) => line.includes('hook'))).toEqual(['0 hook first: a+', '60 hook claim: a+'])
  })
})

describe('an incident whose end did not arrive', () => {
  test('is named by the first message of the next incident, at every attempt, and by no later message', () => {
    const { step, alert, end, came, group, notification } = story()
    step(0, alert(0, 'a'))
    came(1)
    const first = group().incident!.id
    step(20, end(20, 'a'))
    step(30, WAKE)
    for (const at of [31, 61, 91]) {
      came(at, 'hook', 'dead')
      step(at + 29, WAKE)
    }
    step(121, alert(121, 'b'))
    came(122, 'hook', 'dead')
    step(150, WAKE)
    expect(notification()).toMatchObject({ reason: 'new-alerts', ended: [first] })
    expect(notification().incident?.id).not.toBe(first)
    came(151)
    step(155, alert(155, 'c'))
    step(180, WAKE)
    expect(notification()).toMatchObject({ reason: 'new-alerts' })
    expect(notification().ended).toBeUndefined()
  })

  test('stays open where the channel is told of no ends', () => {
    const { step, alert, end, came, notification } = story({ channels: [{ ...KEEPER, sendResolved: false }] })
    step(0, alert(0, 'a'))
    came(1)
    step(20, end(20, 'a'))
    step(30, WAKE)
    step(50, alert(50, 'b'))
    step(60, WAKE)
    expect(notification()).toMatchObject({ reason: 'first', alerts: [{ labels: { n: 'b' } }] })
    expect(notification().ended).toBeUndefined()
  })
})

test('an incident that opens before the end of the last was told is news, beside the end of the last', () => {
  const { step, alert, came, told, group, notification } = story()
  step(0, alert(0, 'a', 4))
  came(1)
  came(1, 'plain')
  const first = group().incident!.id
  // The alert is over by its own time and fires anew, between two flushes.
  step(6, WAKE)
  step(7, alert(7, 'a'))
  step(30, WAKE)
  expect(told.slice(2)).toEqual(['30 hook first: a+'])
  expect(notification()).toMatchObject({ incident: { id: group().incident!.id }, ended: [first] })
})
