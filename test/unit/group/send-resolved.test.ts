import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision } from '../../../shared/group/context.ts'
import { renderReason } from '../../../shared/reason/render.ts'
import { alertInput, arrived, context, START as NOW, unborn } from './setup.ts'

function at(now: number, sendResolved: boolean) {
  const channel = { id: 'hook', type: 'webhook', sendResolved, settings: {} }
  return context(now, { groupWaitMs: 5 * SECOND, groupIntervalMs: 30 * SECOND }, { channel: () => channel })
}

const alert = (name: string, endsAt: number) => alertInput({ name }, { key: name, tie: name, endsAt })

function told({ contents, open }: Decision): string[] {
  return contents
    .filter(({ id }) => open.some(({ delivery }) => delivery === id))
    .flatMap(({ notification: { alerts } }) =>
      alerts.map(({ labels, endsAt }) => `${labels.name} ${endsAt ?? 'fires'}`),
    )
}

/** `a` fires; `b` had resolved before the first flush. */
function flushed(sendResolved: boolean): Decision {
  const inputs = [alert('a', NOW + MINUTE), alert('b', NOW + SECOND)]
  const waiting = advance(unborn(), inputs, at(NOW, sendResolved))
  return advance(waiting.group, [{ kind: 'wake' }], at(NOW + 5 * SECOND, sendResolved))
}

describe('beside an alert that fires, one that resolved', () => {
  test.each([
    [true, ['a fires', `b ${NOW + SECOND}`]],
    // As upstream (notify/retry_stage.go): the notification log has the resolve, the receiver does not.
    [false, ['a fires']],
  ])('is told where resolves are sent, and only there (sendResolved: %s)', (sendResolved, alerts) => {
    expect(told(flushed(sendResolved))).toEqual(alerts)
  })

  test.each([
    [true, []],
    [false, ['resolved before anybody was told: b']],
  ])('leaves with a word why nobody heard of it (sendResolved: %s)', (sendResolved, words) => {
    const { group } = flushed(sendResolved)
    const left = advance(group, [arrived(group, NOW)], at(NOW + 6 * SECOND, sendResolved))
    expect([...left.group.members.keys()]).toEqual(['a'])
    const notTold = left.group.log.filter(({ kind }) => kind === 'not-told')
    expect(notTold.map(({ reason, alerts }) => `${renderReason(reason)}: ${alerts}`)).toEqual(words)
  })
})
