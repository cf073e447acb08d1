import { describe, expect, test } from 'vitest'
import type { Labels } from '../../../shared/alert/labels.ts'
import { HOUR, MINUTE } from '../../../shared/base/time.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { UNROUTED } from '../../../shared/config/unrouted.ts'
import { groupId, groupKey, groupLabels } from '../../../shared/group/identity.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { imported, nothing, parsed } from '../document/setup.ts'

function compiled(sections: Sections) {
  return compileConfig({ ...sections, revision: '1', since: 0 })
}

const fromUpstream = (yaml: string) => compiled(imported(yaml))
const fromNative = (document: unknown) => compiled(parsed(document))

// Facts from prometheus/alertmanager, Apache-2.0: how alerts find their routes.
const TEAMS = `
route:
  receiver: fallback
  routes:
  - match: {team: blue}
    receiver: blue
    routes:
    - {match: {stage: test}, receiver: test, group_by: ['...']}
    - {match: {stage: live}, receiver: live-1, group_wait: 1m, continue: true}
    - match_re: {stage: 'liv.*', job: '.*'}
      receiver: live-2
      group_interval: 10m
      repeat_interval: 1h
      group_by: [job]
  - {match_re: {team: 'red|gr(een|ay)'}, group_by: [x, y], group_wait: 2m, receiver: mixed}
  - match: {kind: role}
    group_by: [role]
    routes:
    - match: {stage: test}
      receiver: test
      group_by: []
      routes: [{match: {wait: long}, group_wait: 3m}]
receivers: [{name: fallback}, {name: blue}, {name: test}, {name: live-1}, {name: live-2}, {name: mixed}]
`

describe('an imported tree', () => {
  const config = fromUpstream(TEAMS)
  const key = '{}/{team="blue"}'

  test.each<[Labels, object[]]>([
    [{ a: 'b' }, [{ receiver: 'fallback', routeKey: '{}', groupBy: [], groupWaitMs: 30_000 }]],
    [{ team: 'blue' }, [{ receiver: 'blue', routeKey: key, groupIntervalMs: 5 * MINUTE, repeatIntervalMs: 4 * HOUR }]],
    [{ team: 'blue', stage: 'other' }, [{ receiver: 'blue', routeKey: key }]],
    [{ team: 'blue', stage: 'test' }, [{ receiver: 'test', routeKey: `${key}/{stage="test"}`, groupBy: 'all' }]],
    [
      { team: 'blue', stage: 'live' },
      [
        { receiver: 'live-1', routeKey: `${key}/{stage="live"}`, groupWaitMs: MINUTE, groupBy: [] },
        {
          receiver: 'live-2',
          routeKey: `${key}/{job=~"^(?:.*)$",stage=~"^(?:liv.*)$"}`,
          groupBy: ['job'],
          groupIntervalMs: 10 * MINUTE,
          repeatIntervalMs: HOUR,
        },
      ],
    ],
    [{ team: 'blue', stage: 'living' }, [{ receiver: 'live-2' }]],
    [{ team: 'green' }, [{ receiver: 'mixed', routeKey: '{}/{team=~"^(?:red|gr(een|ay))$"}', groupBy: ['x', 'y'] }]],
    [{ team: 'red', kind: 'role' }, [{ receiver: 'mixed', groupWaitMs: 2 * MINUTE }]],
    [{ team: 'greenish' }, [{ receiver: 'fallback' }]],
    [{ kind: 'role' }, [{ receiver: 'fallback', routeKey: '{}/{kind="role"}', groupBy: ['role'] }]],
    [{ kind: 'role', stage: 'test' }, [{ receiver: 'test', groupBy: [], groupWaitMs: 30_000 }]],
    [
      { kind: 'role', stage: 'test', wait: 'long' },
      [{ receiver: 'test', routeKey: '{}/{kind="role"}/{stage="test"}/{wait="long"}', groupWaitMs: 3 * MINUTE }],
    ],
  ])('routes %j', (labels, policies) => {
    expect(config.route(labels)).toMatchObject(policies)
    expect(config.route(labels)).toHaveLength(policies.length)
  })

  test('sorts the matchers of a key by name, value and operator, however they were written', () => {
    const matchers = `['b!="1"', 'b="1"', 'b="0"', 'a=~"x|y"']`
    const sorted = fromUpstream(
      `{route: {receiver: x, routes: [{matchers: ${matchers}, match: {c: 'q"\\'}}]}, receivers: [{name: x}]}`,
    )
    const policy = sorted.config.route?.routes[0]?.policy
    expect(policy?.routeKey).toBe('{}/{a=~"x|y",b="0",b="1",b!="1",c="q\\"\\\\"}')
  })

  test('finds every policy, channel and integration by id', () => {
    const policy = config.route({ team: 'blue' })[0]
    expect(config.policy(policy?.id ?? '')).toBe(policy)
    expect(config.policy('__proto__')).toBeUndefined()
    expect(config.channel('constructor')).toBeUndefined()
    expect(config.integration('default')?.type).toBe('prometheus')
  })
})

describe('native policies', () => {
  const config = fromNative({
    policies: [
      { id: 'all' },
      { id: 'errors', match: [{ label: 'severity', op: '=~', value: 'error|critical' }] },
      { id: 'odd', match: [{ label: '__proto__', value: 'x' }] },
    ],
  })

  test('apply all that match, in order', () => {
    expect(config.route({ severity: 'error' }).map(({ id }) => id)).toEqual(['all', 'errors'])
    expect(config.route(Object.fromEntries([['__proto__', 'x']])).map(({ id }) => id)).toEqual(['all', 'odd'])
    expect(config.route({}).map(({ id }) => id)).toEqual(['all'])
  })

  test('stand before the imported tree', () => {
    const both = compiled({ ...config.config, ...fromUpstream(TEAMS).config })
    expect(both.route({}).map(({ id }) => id)).toEqual(['am:{}@fallback'])
    const merged = compiled({ ...fromUpstream(TEAMS).config, policies: config.config.policies })
    expect(merged.route({}).map(({ id }) => id)).toEqual(['all', 'am:{}@fallback'])
  })
})

test('what no policy takes is kept in one group that tells nobody', () => {
  const config = compiled(nothing)
  expect(config.route({ a: 'b' })).toEqual([UNROUTED])
  expect(config.policy('_none')).toBe(UNROUTED)
  expect(UNROUTED.targets).toEqual([])
})

describe('groups', () => {
  const labels = { instance: 'i1', alertname: 'A', team: 'x' }

  test('are made of the labels that the alert has', () => {
    expect(groupLabels({ groupBy: ['team', 'zone'] }, labels)).toEqual({ team: 'x' })
    expect(groupLabels({ groupBy: [] }, labels)).toEqual({})
    expect(groupLabels({ groupBy: 'all' }, labels)).toEqual(labels)
    const odd = Object.fromEntries([['__proto__', 'x']])
    expect(Object.entries(groupLabels({ groupBy: ['__proto__'] }, odd))).toEqual([['__proto__', 'x']])
    expect(Object.entries(groupLabels({ groupBy: ['__proto__', 'toString'] }, labels))).toEqual([])
  })

  test.each<[Labels, string]>([
    [{}, '{}:{}'],
    [{ instance: 'i1', alertname: 'A' }, '{}:{alertname="A", instance="i1"}'],
    [{ a: 'q"\\\n\té🙂\u0000\u200b' }, '{}:{a="q\\"\\\\\\n\\té🙂\\x00\\u200b"}'],
    [{ 'foo🙂': 'x', '\uffff': 'y' }, '{}:{foo🙂="x", \uffff="y"}'],
  ])('%j have the key that Alertmanager would send', (group, key) => {
    expect(groupKey({ routeKey: '{}' }, group)).toBe(key)
  })

  test('have ids that differ by account, policy and labels, and not by the order of labels', () => {
    const id = groupId('a', 'p', { x: '1', y: '2' })
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(groupId('a', 'p', { y: '2', x: '1' })).toBe(id)
    const others = [
      groupId('b', 'p', { x: '1', y: '2' }),
      groupId('a', 'q', { x: '1', y: '2' }),
      groupId('a', 'p', { x: '1' }),
      groupId('a', 'p', { x: '2', y: '1' }),
      groupId('a', 'p', { x: '1y2' }),
    ]
    expect(new Set([id, ...others]).size).toBe(6)
  })
})
