import { expect, test } from 'vitest'
import type { Alert } from '../../../shared/alert/alert.ts'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { UNROUTED } from '../../../shared/config/compile.ts'
import { advance, unbornGroup } from '../../../shared/group/advance.ts'
import type { Context, Input } from '../../../shared/group/context.ts'

const NOW = 1_700_000_000_000
const END = NOW + 10_600
const POLICY = { ...UNROUTED, id: 'p', groupWaitMs: 0, groupIntervalMs: SECOND, targets: ['hook'] }

function context(now: number): Context {
  return {
    now,
    chance: () => 0.5,
    revision: '1',
    since: 0,
    policy: POLICY,
    channel: () => undefined,
    muted: () => undefined,
    groupKey: '{}:{}',
    messageLifeMs: MINUTE,
  }
}

function alert(tie: string, endsAt = END, at = NOW): Input {
  const alert: Alert = {
    labels: { name: 'a' },
    annotations: {},
    startsAt: NOW,
    endsAt,
    timeout: false,
    origin: { account: 'acme', integration: 'default' },
  }
  return { kind: 'alert', arrival: { fingerprint: 'a', alert, stamp: { at, tie }, claimedEnd: endsAt } }
}

test('an alert that is over by one clock and not yet by the next does not leave before its end is told', () => {
  const unborn = unbornGroup('acme', 'g'.repeat(32), 'p', {}, { now: NOW, revision: '1' })
  const opened = advance(unborn, [alert('1')], context(NOW))
  const { delivery } = opened.group.targets.get('hook')!.open!
  // A fast clock flushes; the delivery is still open, so the target is to be compared when it settles.
  const flushed = advance(opened.group, [{ kind: 'wake' }], context(END + 400))
  const outcome = { kind: 'arrived', at: END } as const
  const arrived: Input = { kind: 'outcome', target: 'hook', delivery, attempt: 1, outcome }
  const slow = advance(flushed.group, [arrived], context(END - 100))
  expect(slow.open).toEqual([])
  // Something else comes in before the next tick.
  const between = advance(slow.group, [alert('2')], context(END + 100))
  expect([...between.group.members.keys()]).toEqual(['a'])
  expect(between.group.wakeAt).toBe(NOW + 12_000)
  const next = advance(between.group, [{ kind: 'wake' }], context(NOW + 12_000))
  expect(next.contents.map(({ resolved, notification }) => [notification.reason, resolved])).toEqual([
    ['all-resolved', ['a']],
  ])
})

test('a resolve that comes after a flush, and is older than it, is told though the alert has ended by itself', () => {
  const unborn = unbornGroup('acme', 'g'.repeat(32), 'p', {}, { now: NOW, revision: '1' })
  const opened = advance(unborn, [alert('1')], context(NOW + 10_000))
  const { delivery } = opened.group.targets.get('hook')!.open!
  // Posted before the flush, which saw the alert fire; received after its own end has passed.
  const late = advance(opened.group, [alert('2', NOW + 8000, NOW + 8000)], context(END + 100))
  const outcome = { kind: 'arrived', at: END } as const
  const arrived: Input = { kind: 'outcome', target: 'hook', delivery, attempt: 1, outcome }
  const settled = advance(late.group, [arrived], context(END + 200))
  expect([...settled.group.members.keys()]).toEqual(['a'])
  const next = advance(settled.group, [{ kind: 'wake' }], context(settled.group.wakeAt!))
  expect(next.contents.map(({ resolved }) => resolved)).toEqual([['a']])
})
