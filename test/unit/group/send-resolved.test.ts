import { describe, expect, test } from 'vitest'
import type { Alert } from '../../../shared/alert/alert.ts'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { UNROUTED } from '../../../shared/config/compile.ts'
import type { Channel } from '../../../shared/config/config.ts'
import { advance, unbornGroup } from '../../../shared/group/advance.ts'
import type { Context, Decision, Input } from '../../../shared/group/context.ts'

const NOW = 1_700_000_000_000
const POLICY = { ...UNROUTED, id: 'p', groupWaitMs: 5 * SECOND, groupIntervalMs: 30 * SECOND, targets: ['hook'] }

function context(now: number, sendResolved: boolean): Context {
  const channel: Channel = { id: 'hook', type: 'webhook', sendResolved, settings: {} }
  return {
    now,
    chance: () => 0.5,
    revision: '1',
    since: 0,
    policy: POLICY,
    channel: () => channel,
    muted: () => undefined,
    groupKey: '{}:{}',
    messageLifeMs: MINUTE,
  }
}

function alert(name: string, endsAt: number): Input {
  const alert: Alert = {
    labels: { name },
    annotations: {},
    startsAt: NOW,
    endsAt,
    timeout: false,
    origin: { account: 'acme', integration: 'default' },
  }
  return { kind: 'alert', arrival: { fingerprint: name, alert, stamp: { at: NOW, tie: name }, claimedEnd: endsAt } }
}

function told({ contents, open }: Decision): string[] {
  return contents
    .filter(({ id }) => open.some(({ delivery }) => delivery === id))
    .flatMap(({ notification: { alerts } }) =>
      alerts.map(({ labels, endsAt }) => `${labels.name} ${endsAt ?? 'fires'}`),
    )
}

/** `a` fires; `b` had resolved before the first flush. */
function flushed(sendResolved: boolean): Decision {
  const unborn = unbornGroup('acme', 'g'.repeat(32), 'p', {}, { now: NOW, revision: '1' })
  const inputs = [alert('a', NOW + MINUTE), alert('b', NOW + SECOND)]
  const waiting = advance(unborn, inputs, context(NOW, sendResolved))
  return advance(waiting.group, [{ kind: 'wake' }], context(NOW + 5 * SECOND, sendResolved))
}

describe('beside an alert that fires, one that resolved', () => {
  test.each([
    [true, ['a fires', `b ${NOW + SECOND}`]],
    // As upstream (notify/retry_stage.go): the notification log knows of it, the receiver does not.
    [false, ['a fires']],
  ])('is told where resolves are sent, and only there (sendResolved: %s)', (sendResolved, alerts) => {
    expect(told(flushed(sendResolved))).toEqual(alerts)
  })

  test.each([
    [true, []],
    [false, ['resolved before anybody was told: b']],
  ])('leaves with a word why nobody heard of it (sendResolved: %s)', (sendResolved, words) => {
    const { group } = flushed(sendResolved)
    const { delivery } = group.targets.get('hook')!.open!
    const outcome = { kind: 'arrived', at: NOW } as const
    const arrived: Input = { kind: 'outcome', target: 'hook', delivery, attempt: 1, outcome }
    const left = advance(group, [arrived], context(NOW + 6 * SECOND, sendResolved))
    expect([...left.group.members.keys()]).toEqual(['a'])
    const notTold = left.group.log.filter(({ kind }) => kind === 'not-told')
    expect(notTold.map(({ reason, alerts }) => `${reason}: ${alerts}`)).toEqual(words)
  })
})
