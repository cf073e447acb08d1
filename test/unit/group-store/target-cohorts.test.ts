import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AlertSet } from '../../../shared/group/alert-sets.ts'
import { deliveryId } from '../../../shared/group/content.ts'
import type { Group, Member, Tombstone } from '../../../shared/group/group.ts'
import type { OwedEvent, SentDelivery, TargetState } from '../../../shared/group/target-state.ts'
import { packTargets, type StoredTargets, unpackTargets } from '../../../shared/group-store/target-cohorts.ts'

const NOW = 1_700_000_000_000

type Packed = Pick<Group, 'id' | 'birth' | 'members' | 'tombstones' | 'targets'>

function groupOf(alerts: readonly string[], targets: Group['targets'], buried: readonly string[] = []): Packed {
  return {
    id: 'a'.repeat(32),
    birth: NOW,
    members: new Map(alerts.map((one) => [one, {} as Member])),
    tombstones: new Map(buried.map((one) => [one, {} as Tombstone])),
    targets,
  }
}

const textOf = (group: Packed): string => JSON.stringify(packTargets(group))

function throughJson(group: Packed, into: Omit<Packed, 'targets'> = group): Group['targets'] {
  return unpackTargets(JSON.parse(textOf(group)) as StoredTargets, into)
}

/** The order of a set means nothing. */
function inOrder(targets: Group['targets']): unknown {
  const sort = (name: string, value: unknown): unknown =>
    Array.isArray(value) && ['firing', 'resolved', 'leftOut', 'unmentioned'].includes(name) ? value.toSorted() : value
  return Object.fromEntries([...targets].map(([key, state]) => [`key ${key}`, JSON.parse(JSON.stringify(state, sort))]))
}

/** Some alert, by number; neighbours are far from each other. */
const fingerprintOf = (n: number): string =>
  (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').padEnd(16, '0')
const alertsOf = (count: number): string[] => Array.from({ length: count }, (_, n) => fingerprintOf(n))

const CONTENT = 'c'.repeat(24)

/** The open delivery of a content that the function of ids gives. */
function sentTo(group: Pick<Group, 'id' | 'birth'>, key: string, count: number, firing: AlertSet): SentDelivery {
  const delivery = deliveryId(group, key, { count }, { hash: CONTENT })
  const when = { openedAt: NOW, nominal: NOW, reason: 'first' as const }
  return { delivery, attempt: 1, content: CONTENT, ...when, firing, resolved: [] }
}

describe('arbitrary states', () => {
  const hostile = fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '"',
    '\\',
    '\ud800',
    '@',
    ':',
    'lifecycle:',
    'a@b@c',
    '0',
  )
  const text = fc.oneof(fc.string({ maxLength: 8 }), hostile)
  const key = fc.oneof(
    fc.tuple(
      fc.constantFrom('sms', 'lifecycle:bus', 'forward:', 'mail@', ''),
      fc.constantFrom('', '@ann', '@bob', '@'),
    ),
    fc.tuple(text, text),
  )
  const time = fc.integer({ min: 0, max: 2 ** 48 })
  const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })

  /** Alerts of a group and strangers, and sets among them: small, large, nearly all, half. */
  const place = fc
    .tuple(fc.constantFrom(0, 4, 40, 140), fc.uniqueArray(text, { maxLength: 5 }))
    .map(([count, odd]) => [...new Set([...odd, ...alertsOf(count)])])
    .chain((all) =>
      fc.record({
        members: fc.constantFrom(all, all.slice(0, all.length / 2), all.slice(0, -30), []),
        tombstones: fc.constantFrom([], all.slice(all.length / 3), all.slice(-3)),
        sets: fc.array(
          fc.oneof(
            fc.subarray(all),
            fc.subarray(all, { maxLength: Math.min(3, all.length) }),
            fc.subarray(all, { minLength: Math.max(0, all.length - 3) }),
            fc.constantFrom(...[2, 3].map((step) => all.filter((_, index) => index % step === 0))),
          ),
          { minLength: 1, maxLength: 5 },
        ),
      }),
    )

  /** `computed`: the id is that of the function. */
  const states = (sets: AlertSet[]) => {
    const set = fc.constantFrom(...sets).chain((one) => fc.constantFrom(one, [...one], one.toReversed()))
    const heard = { firing: set, resolved: set }
    const sent = fc.record({
      delivery: fc.constantFrom('computed', 'computed', 'other'),
      content: fc.constantFrom('c1', 'c2', ''),
      attempt: fc.nat(3),
      openedAt: maybe(time),
      nominal: time,
      reason: fc.constantFrom('first' as const, 'repeat' as const),
      ...heard,
      incident: maybe(fc.record({ id: text, openedAt: time, handler: maybe(text) })),
      leftOut: maybe(set),
    })
    const event = fc.record({
      delivery: fc.constantFrom('computed', 'computed', 'other'),
      content: fc.constantFrom('c1', ''),
      type: fc.constantFrom('create' as const, 'comment' as const),
      at: fc.nat(2),
      attempts: fc.nat(2),
    })
    return fc.record({
      count: fc.nat(4),
      told: maybe(
        fc.record({
          at: fc.nat(2),
          ...heard,
          openedAt: maybe(fc.nat(1)),
          newestAt: maybe(fc.nat(1)),
          heardBy: maybe(time),
        }),
      ),
      doubt: maybe(fc.record({ ...heard, until: fc.nat(2) })),
      unmentioned: maybe(set),
      last: maybe(fc.oneof(sent, fc.constant('open' as const))),
      open: maybe(fc.record({ deadline: fc.nat(1), sent })),
      retry: maybe(
        fc.record({
          notBefore: time,
          failures: fc.nat(1),
          since: fc.nat(1),
          later: fc.nat(1),
          dead: maybe(fc.constant(true as const)),
          waitsSince: maybe(fc.nat(1)),
        }),
      ),
      paused: maybe(fc.record({ at: fc.nat(1), reason: fc.constant({ code: 'target-gone' as const }) })),
      owedEvents: maybe(fc.array(event, { maxLength: 3 })),
      recheck: maybe(fc.boolean()),
      out: maybe(fc.boolean()),
      rest: maybe(fc.record({ reason: fc.constant('repeat' as const), from: maybe(text) })),
      unproven: maybe(fc.boolean()),
      notedReason: maybe(
        fc.constantFrom({ code: 'told-already' as const }, { code: 'claimed' as const, handler: '@' }),
      ),
    })
  }
  type Drawn = ReturnType<typeof states> extends fc.Arbitrary<infer State> ? State : never

  function stateOf(group: Packed, key: string, { open: drawnOpen, last: drawnLast, ...drawn }: Drawn): TargetState {
    const named = <Sent extends SentDelivery | OwedEvent>(sent: Sent, back: number): Sent => {
      const computed = deliveryId(group, key, { count: drawn.count - back }, { hash: sent.content })
      return sent.delivery === 'computed' ? { ...sent, delivery: computed } : sent
    }
    const events = drawn.owedEvents?.length ?? 0
    const open = drawnOpen && { ...named(drawnOpen.sent, Math.max(0, events - 1)), deadline: drawnOpen.deadline }
    const { deadline: _, ...sent } = open ?? { deadline: 0 }
    const last = drawnLast === 'open' ? open && (sent as SentDelivery) : drawnLast && named(drawnLast, 0)
    const owedEvents = drawn.owedEvents?.map((event, index) => named(event, events - 1 - index))
    return { ...drawn, open, last, owedEvents } as TargetState
  }

  const groups = place.chain(({ members, tombstones, sets }) =>
    fc.array(fc.tuple(key, states(sets)), { maxLength: 12 }).map((drawn) => {
      const group = groupOf(members, new Map(), tombstones)
      for (const [parts, state] of drawn) group.targets.set(parts.join(''), stateOf(group, parts.join(''), state))
      return group
    }),
  )

  test('come back as they were', () => {
    fc.assert(
      fc.property(groups, (group) => {
        expect(inOrder(throughJson(group))).toEqual(inOrder(group.targets))
      }),
      { numRuns: 500 },
    )
  })

  test('come back when the group has its alerts in another order', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const into = groupOf([...group.members.keys()].reverse(), new Map(), [...group.tombstones.keys()].reverse())
        expect(inOrder(throughJson(group, into))).toEqual(inOrder(group.targets))
      }),
    )
  })

  test('are the same text after they were read', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const again = throughJson({ ...group, targets: throughJson(group) })
        expect(inOrder(again)).toEqual(inOrder(group.targets))
        const [first, second] = [throughJson(group), again].map((targets) => textOf({ ...group, targets }))
        expect(second).toBe(first)
      }),
    )
  })
})

describe('an id', () => {
  const alerts = alertsOf(3)
  const open = (group: Packed, count: number): TargetState => {
    const last = sentTo(group, 'ops', count, alerts)
    return { count, last, open: { ...last, deadline: NOW + 1 } }
  }

  test('of the present life and count is not stored', () => {
    const group = groupOf(alerts, new Map())
    group.targets.set('ops', open(group, 7))
    expect(textOf(group)).not.toContain(group.targets.get('ops')?.open?.delivery)
    expect(inOrder(throughJson(group))).toEqual(inOrder(group.targets))
  })

  test('from before a new birth of the group stays', () => {
    const before = groupOf(alerts, new Map())
    const group = { ...before, birth: NOW + 1, targets: new Map([['ops', open(before, 1)]]) }
    expect(inOrder(throughJson(group))).toEqual(inOrder(group.targets))
  })

  test('of waiting events is not stored, unless one of them was given up or owed again', () => {
    const group = groupOf([], new Map())
    const event = (count: number): OwedEvent => {
      const delivery = deliveryId(group, 'lifecycle:bus', { count }, { hash: CONTENT })
      return { delivery, content: CONTENT, type: 'comment', at: NOW, attempts: 0 }
    }
    const waiting = (counts: number[], more: OwedEvent[] = []): Packed => {
      const state = { count: 9, owedEvents: [...counts.map(event), ...more] }
      return { ...group, targets: new Map([['lifecycle:bus', state]]) }
    }
    const queue = waiting([7, 8, 9])
    expect(textOf(queue)).not.toContain(group.id)
    for (const one of [queue, waiting([6, 8, 9]), waiting([8, 9], [{ ...event(3), content: '' }])]) {
      expect(throughJson(one)).toEqual(one.targets)
    }
  })
})

describe('the size', () => {
  const people = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `${['sms', 'voice', 'mail'][n % 3]}@person-${Math.floor(n / 3)}`)
  const channels = (count: number): string[] => Array.from({ length: count }, (_, n) => `channel-${n}`)
  /** Each target was told of the given alerts. */
  const told = (firing: AlertSet, resolved: AlertSet = [], keys = ['ops']): Group['targets'] => {
    const mark = { at: NOW, firing, resolved, openedAt: NOW }
    return new Map(keys.map((key) => [key, { count: 1, told: { ...mark }, recheck: false }]))
  }
  const toldOf = (keys: string[], all: string[], firing: AlertSet, resolved: AlertSet = []): Packed =>
    groupOf(all, told(firing, resolved, keys))
  /** The delivery of each target is open. */
  const openAt = (keys: string[], all: string[]): Packed => {
    const group = groupOf(all, new Map())
    for (const key of keys) {
      const last = sentTo(group, key, 1, all)
      group.targets.set(key, { count: 1, recheck: false, last, open: { ...last, deadline: NOW + 1 } })
    }
    return group
  }
  /** The delivery of each target was refused. */
  const retriedAt = (keys: string[], all: string[]): Packed => {
    const { targets, ...group } = openAt(keys, all)
    const retry = { failures: 1, since: NOW, later: 0 }
    const states = [...targets].map(([key, { count, last }], n): [string, TargetState] => {
      return [key, { count, last, retry: { ...retry, notBefore: NOW + n } }]
    })
    return { ...group, targets: new Map(states) }
  }
  const [few, many, most] = [alertsOf(20), alertsOf(1000), alertsOf(100_000)]
  const half = most.filter((_, n) => n % 2 === 0)
  const other = most.filter((_, n) => n % 2 === 1)

  test.each<[string, Packed, least: number, most: number]>([
    ['1 target, 1 alert', toldOf(['ops'], few.slice(0, 1), few.slice(0, 1)), 100, 200],
    ['10 targets, 20 alerts', toldOf(channels(10), few, few), 200, 800],
    ['10 open deliveries, 20 alerts', openAt(channels(10), few), 300, 1000],
    ['600 targets of 200 people, 20 alerts', toldOf(people(600), few, few), 2000, 4 * 1024],
    ['600 open deliveries, 20 alerts', openAt(people(600), few), 2000, 4 * 1024],
    ['600 retries, each at its own time, 20 alerts', retriedAt(people(600), few), 8000, 12 * 1024],
    ['600 channels, 20 alerts', toldOf(channels(600), few, few), 3000, 5 * 1024],
    ['600 targets, 1,000 alerts', toldOf(people(600), many, many), 2000, 4 * 1024],
    ['600 targets, all but three of 1,000 alerts', toldOf(people(600), many, many.slice(3)), 2000, 4 * 1024],
    ['all of 1,000 alerts, most of which left', groupOf(many.slice(900), told(many), many.slice(0, 900)), 100, 300],
    ['all of 100,000 alerts', toldOf(['ops'], most, most), 100, 300],
    ['half of 100,000 alerts', toldOf(['ops'], most, half), 16_000, 20_000],
    ['100,000 alerts, half of them over', toldOf(['ops'], most, half, other), 32_000, 40_000],
  ])('%s', (_, group, least, limit) => {
    const { length } = textOf(group)
    expect(length).toBeGreaterThan(least)
    expect(length).toBeLessThan(limit)
    expect(inOrder(throughJson(group))).toEqual(inOrder(group.targets))
  })

  test('in memory: targets that were told the same share the state, also after a reading', () => {
    const states = [...throughJson(toldOf(people(600), many, many)).values()]
    expect(new Set(states).size).toBe(1)
    const open = [...throughJson(openAt(people(600), many)).values()]
    expect(new Set(open.flatMap((state) => [state.open?.firing, state.last?.firing])).size).toBe(1)
  })

  test('of a small group is a list that a reader understands', () => {
    expect(packTargets(toldOf(['ops'], few, ['b', 'a']))).toEqual({
      sets: [['a', 'b'], []],
      cohorts: [
        {
          keys: ['0ops'],
          state: { count: 1, recheck: false, told: { at: NOW, firing: 0, resolved: 1, openedAt: NOW } },
        },
      ],
    })
  })
})
