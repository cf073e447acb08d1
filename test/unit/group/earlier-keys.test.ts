import { describe, expect, test } from 'vitest'
import { UNROUTED } from '../../../shared/config/unrouted.ts'
import type { Draft } from '../../../shared/group/context.ts'
import {
  arrivedUnder,
  droppingKeys,
  forgetEarlierKeys,
  keepWire,
  tellerOf,
  toldUnder,
  underEarlierKeys,
  underPresentKey,
} from '../../../shared/group/earlier-keys.ts'
import type { Teller } from '../../../shared/group/group.ts'
import type { OpenDelivery, TargetState } from '../../../shared/group/target-state.ts'
import type { View } from '../../../shared/group/view.ts'
import { alertInput, unborn } from './setup.ts'

/**
 * `told ax|z doubt |x under A:x B:x only x`: a and x were told as firing, z as over; x may be known to be over; groups A
 * and B told the beginning of x, and the present group did not.
 */
function stateOf(text: string): TargetState {
  const words = text.split(' ')
  const after = (word: string): string | undefined =>
    words.includes(word) ? words[words.indexOf(word) + 1] : undefined
  const lists = (both: string) => {
    const [firing = '', resolved = ''] = both.split('|')
    return { firing: [...firing], resolved: [...resolved] }
  }
  const [told, doubt, only] = [after('told'), after('doubt'), after('only')]
  const under = words.filter((word) => word.includes(':')).map((word) => word.split(':') as [string, string])
  return {
    count: 1,
    ...(told !== undefined && { told: { at: 10, ...lists(told) } }),
    ...(doubt !== undefined && { doubt: { until: 0, ...lists(doubt) } }),
    ...((under.length > 0 || only !== undefined) && {
      earlier: {
        under: Object.fromEntries(under.map(([group, alerts]) => [group, [...alerts]])),
        only: [...(only ?? '')],
        over: {},
      },
    }),
  }
}

function textOf({ told, doubt, earlier }: Pick<TargetState, 'told' | 'doubt' | 'earlier'>): string {
  const lists = ({ firing, resolved }: { firing: readonly string[]; resolved: readonly string[] }): string => {
    return `${firing.toSorted().join('')}|${resolved.toSorted().join('')}`
  }
  const keys = Object.entries(earlier?.under ?? {}).map(([group, alerts]) => `${group}:${alerts.join('')}`)
  return [
    ...(told ? [`told ${lists(told)}`] : []),
    ...(doubt ? [`doubt ${lists(doubt)}`] : []),
    ...(keys.length > 0 ? [`under ${keys.join(' ')}`] : []),
    ...(earlier && earlier.only.length > 0 ? [`only ${earlier.only.join('')}`] : []),
  ].join(' ')
}

function viewOf(firing: string, resolved: string): View {
  const alerts = [...firing, ...resolved].map((n): View['alerts'][number] => {
    const { alert, stamp, claimedEnd } = alertInput({ n }, { tie: n, endsAt: 1, key: n }).arrival
    return [n, { alert, stamp, claimedEnd }]
  })
  const firingAlerts = alerts.slice(0, firing.length)
  return { alerts, firingAlerts, firing: [...firing], resolved: [...resolved], leftOut: [], muted: new Map() }
}

const draftOf = (): Draft => ({ views: new Map() }) as unknown as Draft

/** `A |x`: under the key of group A, x was told as over. Without a group: under the present key. */
function deliveryOf(text: string): OpenDelivery {
  const [under, lists = ''] = text.split(' ')
  const [firing = '', resolved = ''] = lists.split('|')
  const sent = { delivery: 'd', attempt: 1, content: 'c', nominal: 90, openedAt: 90, deadline: 200 }
  const told = { firing: [...firing], resolved: [...resolved], reason: 'some-resolved' as const }
  return { ...sent, ...told, ...(under !== 'here' && { under: under! }) }
}

describe('a message under one of several keys arrives', () => {
  test.each<[string, string, string, string]>([
    ['the only key of the alert', 'told x| under A:x only x', 'A |x', 'told |x'],
    ['one of two earlier keys', 'told x| under A:x B:x only x', 'A |x', 'told x| doubt |x under B:x only x'],
    ['an earlier key, and the present key told the alert too', 'told x| under A:x', 'A |x', 'told x| doubt |x'],
    [
      'the present key, and an earlier key told it too',
      'told x| under A:x',
      'here |x',
      'told x| doubt |x under A:x only x',
    ],
    ['an earlier key, beside alerts of the present key', 'told ax| under A:x only x', 'A |x', 'told a|x'],
    [
      'an earlier key, beside an alert of that key that fires on',
      'told xy| under A:xy only xy',
      'A y|x',
      'told y|x under A:y only y',
    ],
    ['a beginning under the present key', 'told x| under A:x only x', 'here x|', 'told x| under A:x'],
    ['an end in doubt is settled', 'doubt x|x under A:x only x', 'A |x', 'told |x'],
  ])('%s', (_, before, delivery, after) => {
    const leftOut = [...'axy'].filter((one) => !delivery.includes(one))
    const state = arrivedUnder(stateOf(before), { ...deliveryOf(delivery), leftOut }, () => [])
    expect(textOf(state)).toBe(after)
  })

  test('a repeat is due by the messages under the present key', () => {
    const at = (delivery: string) =>
      arrivedUnder(stateOf('told ax| under A:x only x'), { ...deliveryOf(delivery), leftOut: ['a'] }, () => []).told?.at
    expect([at('A |x'), at('here ax|')]).toEqual([10, 90])
  })
})

describe('what is compared', () => {
  test.each<[string, string, View, string, string]>([
    [
      'an end that only an earlier key told is left out under the present key',
      'told ax| under A:x only x',
      viewOf('a', 'x'),
      'a|',
      'a|',
    ],
    ['an end that the present key told too is not', 'told ax| under A:x', viewOf('a', 'x'), 'a|x', 'ax|'],
    ['an alert that fires is known under any key', 'told ax| under A:x only x', viewOf('ax', ''), 'ax|', 'ax|'],
    [
      'an end that nobody was told of is mentioned as ever',
      'told ax| under A:x only x',
      viewOf('a', 'xz'),
      'a|z',
      'a|',
    ],
  ])('%s', (_, before, seen, shown, known) => {
    const here = underPresentKey(draftOf(), stateOf(before), seen)
    expect([
      `${here.seen.firing.join('')}|${here.seen.resolved.join('')}`,
      textOf({ ...here.state, doubt: undefined, earlier: undefined }),
    ]).toEqual([shown, `told ${known}`])
    expect(here.seen.alerts.map(([one]) => one).join('')).toBe(shown.replace('|', ''))
  })

  test.each<[string, string, View, string[]]>([
    [
      'ends go under the key that told the beginnings',
      'told axy| under A:x B:y only xy',
      viewOf('a', 'xy'),
      ['A |x', 'B |y'],
    ],
    ['beside the alerts of the key that fire on', 'told axy| under A:xy only xy', viewOf('ay', 'x'), ['A y|x']],
    [
      'an end goes under each key that told the beginning',
      'told x| under A:x B:x only x',
      viewOf('', 'x'),
      ['A |x', 'B |x'],
    ],
    ['without an end nothing is told', 'told ax| under A:x only x', viewOf('ax', 'z'), []],
  ])('%s', (_, before, seen, told) => {
    const ends = underEarlierKeys(draftOf(), stateOf(before), seen)
    expect(ends.map(({ under, seen }) => `${under} ${seen.firing.join('')}|${seen.resolved.join('')}`)).toEqual(told)
  })
})

describe('knowledge that comes along with an alert', () => {
  test.each<[string, string, [string, string][], string, string]>([
    ['is knowledge under an earlier key', 'told x|', [['A', 'x']], '', 'told x| under A:x only x'],
    ['joins what the present key told', 'told x|', [['A', 'x']], 'x', 'told x| under A:x'],
    ['joins what another key told', 'told xy| under B:y only y', [['A', 'xy']], '', 'told xy| under B:y A:xy only yx'],
    [
      'that comes late, when the present key has told the end, is owed its end',
      'told |x',
      [['A', 'x']],
      '',
      'told |x doubt x| under A:x only x',
    ],
    ['comes back to the group that told it', 'told x| under A:x only x', [], 'x', 'told x| under A:x'],
  ])('%s', (_, before, keys, here, after) => {
    const lists = keys.map(([group, alerts]): [string, string[]] => [group, [...alerts]])
    expect(textOf(toldUnder(stateOf(before), lists, [...here]))).toBe(after)
  })
})

test('a late copy of a message owes no end that was told under the key, nor one under the present key', () => {
  const told = arrivedUnder(stateOf('told x| under A:x only x'), deliveryOf('A |x'), () => [])
  const again = toldUnder({ ...told, doubt: { firing: ['x'], resolved: [], until: 0 } }, [['A', ['x']]], [])
  expect(textOf(again)).toBe('told |x doubt x| only x')
  expect(underPresentKey(draftOf(), again, viewOf('', 'x')).seen.resolved).toEqual([])
  expect(underEarlierKeys(draftOf(), again, viewOf('', 'x'))).toEqual([])
})

test.each<[string, string, string, string]>([
  ['an alert of a dropped key alone is forgotten', 'told ax| under A:x only x', 'A', 'told a|'],
  ['another key of the alert is told on', 'told x| under A:x B:x only x', 'A', 'told x| under B:x only x'],
  ['the present key is told on', 'told x| under A:x', 'A', 'told x|'],
  ['no key is dropped', 'told x| under A:x only x', 'B', 'told x| under A:x only x'],
])('dropped keys: %s', (_, before, dropped, after) => {
  const state = droppingKeys(stateOf(before), [...'axy'], (group) => group !== dropped)
  expect(textOf({ ...state, earlier: state.earlier })).toBe(after)
})

test('earlier keys are forgotten with the alerts that left, and groups with their last key', () => {
  const member = viewOf('y', '').alerts[0]![1]
  const group = {
    ...unborn(),
    members: new Map([['y', member]]),
    targets: new Map([
      ['gone', stateOf('told x| under A:x only x')],
      ['over', stateOf('told |y under B:y')],
      ['fires', stateOf('told y| under C:y only y')],
    ]),
    tellers: Object.fromEntries(['A', 'B', 'C'].map((id) => [id, {} as Teller])),
  }
  forgetEarlierKeys({ group } as unknown as Draft)
  const states = [...group.targets].map(([key, state]) => `${key}: ${textOf(state)}`)
  expect(states).toEqual(['gone: told |', 'over: told |y', 'fires: told y| under C:y only y'])
  expect(Object.keys(group.tellers)).toEqual(['C'])
})

describe('the names in messages under an earlier key', () => {
  const policy = { ...UNROUTED, id: 'p', name: 'Ops', owner: 'team', receiver: 'p', routeKey: '{}/{p}' }
  const imported = { ...policy, id: 'am:{}@ops', receiver: 'ops', routeKey: '{}', routeLabels: { team: 'db' } }
  const group = { ...unborn(), labels: { alertname: 'X' }, lastIncident: { id: 'g-1', openedAt: 5 } }

  test('follow from the id of a policy that is there no more', () => {
    keepWire(group, policy)
    expect(group.wire).toBeUndefined()
    expect(tellerOf(group, undefined)).toEqual({
      groupKey: '{}/{p}:{alertname="X"}',
      groupLabels: { alertname: 'X' },
      receiver: 'p',
      policy: { id: 'p', name: 'p' },
      incident: { id: 'g-1', openedAt: 5 },
    })
  })

  test('name the incidents of before that a target may keep open', () => {
    const incident = (id: string) => ({ id, openedAt: 1 })
    const heard = { at: 1, firing: ['a'], resolved: [] }
    const targets = new Map<string, TargetState>([
      ['pager', { count: 1, told: { ...heard, incident: incident('g-0') } }],
      ['other', { count: 1, told: { ...heard, incident: incident('g-1') } }],
      ['third', { count: 1, doubt: { firing: [], resolved: [], until: 0, incidents: ['g-0', 'g-00'] } }],
    ])
    expect(tellerOf({ ...group, targets }, undefined)).toMatchObject({
      incident: { id: 'g-1' },
      ended: ['g-0', 'g-00'],
    })
  })

  test('are kept of an imported route', () => {
    const other = { ...group, policy: imported.id }
    keepWire(other, imported)
    expect(tellerOf(other, { ...imported, name: 'renamed' })).toMatchObject({
      groupKey: '{}:{alertname="X"}',
      receiver: 'ops',
      routeLabels: { team: 'db' },
      policy: { id: 'am:{}@ops', name: 'renamed', owner: 'team' },
    })
  })
})
