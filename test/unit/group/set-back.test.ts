import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MAX_MILLIS, MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { Group, Member, Tombstone } from '../../../shared/group/group.ts'
import { bringIntoReach } from '../../../shared/group/set-back.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { START, unborn } from './setup.ts'

const NOW = START
/** The moment before the clock was set back. */
const THEN = NOW + DAY
const POLICY = { groupWaitMs: 30 * SECOND, groupIntervalMs: 5 * MINUTE }

const member = (alert: Partial<Member['alert']>, more: Partial<Member> = {}): Member => ({
  alert: {
    labels: {},
    annotations: {},
    startsAt: THEN - HOUR,
    endsAt: MAX_MILLIS,
    timeout: false,
    origin: { account: 'a', integration: 'i' },
    ...alert,
  },
  stamp: { at: THEN, tie: '' },
  claimedEnd: alert.endsAt ?? MAX_MILLIS,
  ...more,
})

function reached(change: Partial<Group>): Group {
  const group = { ...unborn(), ...change, members: new Map(change.members), targets: new Map(change.targets) }
  bringIntoReach(group, { now: NOW, policy: POLICY as never })
  const once = structuredClone(group)
  bringIntoReach(group, { now: NOW, policy: POLICY as never })
  expect(group).toEqual(once)
  return group
}

const one = (alert: Member): Map<string, Member> => new Map([['f', alert]])
const memberOf = (alert: Member): Member => reached({ members: one(alert) }).members.get('f')!
const targetOf = (state: Partial<TargetState>, more: Partial<Group> = {}): TargetState => {
  return reached({ targets: new Map([['hook', { count: 1, ...state } as TargetState]]), ...more }).targets.get('hook')!
}

describe('a group whose clock was set back', () => {
  test('waits no longer than its own interval', () => {
    const members = one(member({}))
    expect(reached({ members, nextTick: THEN + 30 * SECOND }).nextTick).toBe(NOW + 30 * SECOND)
    const ticking = reached({ members, nextTick: THEN + MINUTE, lastTick: THEN - MINUTE })
    expect([ticking.lastTick, ticking.nextTick]).toEqual([NOW, NOW + 5 * MINUTE])
  })

  test('asks anew who is on duty, even if the later moment knew of no change', () => {
    const audienceUntil = (lastTick: number, known?: number): number | undefined => {
      const group = { ...unborn(), members: one(member({})), lastTick, audienceUntil: known }
      bringIntoReach(group, { now: NOW, policy: POLICY as never, flow: {} as never })
      return group.audienceUntil
    }
    expect([audienceUntil(THEN, THEN + DAY), audienceUntil(THEN)]).toEqual([NOW, NOW])
    expect([audienceUntil(NOW - MINUTE, NOW + DAY), audienceUntil(NOW - MINUTE)]).toEqual([NOW + DAY, undefined])
  })

  test('remembers an alert that left no longer than any message lives, and as over', () => {
    const { labels, origin } = member({}).alert
    const left = (until: number): Tombstone => {
      return { stamp: { at: THEN, tie: '' }, until, alert: { labels, origin, endsAt: THEN } }
    }
    const tombstones = new Map([
      ['f', left(THEN + 5 * DAY)],
      ['g', left(THEN + HOUR)],
    ])
    const { f, g } = Object.fromEntries(reached({ tombstones }).tombstones)
    expect([f!.until, f!.alert.endsAt, g!.until, g!.alert.endsAt]).toEqual([NOW + 4 * DAY, NOW, THEN + HOUR, NOW])
  })

  test('keeps an alert over that was over', () => {
    const resolved = member({ endsAt: THEN - SECOND }, { compared: THEN })
    expect(memberOf(resolved)).toMatchObject({ alert: { endsAt: NOW }, compared: NOW })
    const untold = memberOf(member({ endsAt: THEN - SECOND }))
    expect([untold.alert.endsAt, untold.compared]).toEqual([NOW, undefined])
    const unseen = memberOf(
      member({ endsAt: THEN + MINUTE }, { compared: THEN, stamp: { at: THEN + MINUTE, tie: '' } }),
    )
    expect(unseen.alert.endsAt).toBe(NOW)
    expect(unseen.compared).toBeLessThan(unseen.alert.endsAt)
  })

  test('ends an alert by the recovery time no later than that time, and leaves the word of a sender', () => {
    const endsAt = THEN + 5 * MINUTE
    const recovers = memberOf(member({ endsAt, timeout: true }))
    expect(recovers).toMatchObject({ alert: { endsAt: NOW + 5 * MINUTE }, stamp: { at: NOW, order: THEN } })
    expect(memberOf(member({ endsAt })).alert.endsAt).toBe(endsAt)
    expect(memberOf(member({ timeout: true })).alert.endsAt).toBe(MAX_MILLIS)
  })

  test('knows that its targets were told, and that attempts failed, by now', () => {
    const told = { at: THEN, firing: [], resolved: [], openedAt: THEN - SECOND, heardBy: THEN + MINUTE }
    expect(targetOf({ told }).told).toEqual({ ...told, at: NOW, openedAt: NOW, heardBy: NOW })
    const retry = { notBefore: THEN + 2 * SECOND, failures: 3, since: THEN - SECOND, later: 0 }
    expect(targetOf({ retry } as never).retry).toEqual({ ...retry, since: NOW, notBefore: NOW + 1688 })
    const doubt = { firing: [], resolved: [], until: THEN }
    expect(targetOf({ doubt }).doubt!.until).toBeGreaterThan(NOW)
    // Another group's delivery may arrive until its deadline.
    const handedOver = { ...doubt, until: NOW + 2 * MINUTE }
    expect(targetOf({ doubt: handedOver }).doubt).toEqual(handedOver)
    const paused = { at: THEN, reason: { code: 'target-gone' } }
    expect(targetOf({ paused } as never).paused).toMatchObject({ at: NOW })
  })

  test('gives up an open delivery by its deadline', () => {
    const sent = { delivery: 'd', attempt: 1, content: 'c', nominal: THEN, reason: 'first', firing: [], resolved: [] }
    const open = { ...sent, openedAt: THEN, deadline: THEN + 2 * MINUTE }
    expect(targetOf({ open } as never).open).toMatchObject({ openedAt: NOW, deadline: NOW + 2 * MINUTE })
  })
})

test('a group whose clock was not set back is left as it is, by clocks that differ too', () => {
  for (const skew of [0, 5 * SECOND]) {
    const at = NOW + skew
    const told = { at, firing: [], resolved: [], openedAt: at }
    const group = {
      ...unborn(),
      nextTick: at + 5 * MINUTE,
      lastTick: at,
      members: one(member({ endsAt: at + 5 * MINUTE, timeout: true }, { stamp: { at, tie: '' }, compared: at })),
      targets: new Map([['hook', { count: 1, told } as TargetState]]),
    }
    const before = structuredClone(group)
    const kept = group.members.get('f')
    bringIntoReach(group, { now: NOW, policy: POLICY as never })
    expect(group).toEqual(before)
    expect(group.members.get('f')).toBe(kept)
  }
})
