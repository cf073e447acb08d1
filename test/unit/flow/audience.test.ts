import { describe, expect, test } from 'vitest'
import type { Stage, Step } from '../../../shared/config/flow.ts'
import { seatsOf } from '../../../shared/flow/audience.ts'
import { compileFlow } from '../../../shared/flow/compile.ts'
import type { IncidentMoments } from '../../../shared/flow/moments.ts'
import { action, alertNamed, flow, look, NOON, PEOPLE, step } from './setup.ts'

const MINUTE = 60_000

describe('the primary flow', () => {
  const rows: [name: string, steps: Step[], alerts: string, told: string[]][] = [
    ['a step without a condition holds', [step(undefined, [action('ops')])], 'a', ['ops primary flow[0]']],
    ['nothing fires', [step(undefined, [action('ops')])], '', []],
    [
      'every step that holds applies, in order',
      [step('a', [action('one')]), step('b', [action('two')]), step(undefined, [action('three')])],
      'a',
      ['one primary flow[0]', 'three primary flow[2]'],
    ],
    [
      'a step with end is the last one that applies',
      [
        step('b', [action('one')], { end: true }),
        step('a', [action('two')], { end: true }),
        step('a', [action('ops')]),
      ],
      'a',
      ['two primary flow[1]'],
    ],
    ['any: one alert is enough', [step('a', [action('ops')])], 'b a', ['ops primary flow[0]']],
    [
      'all: every alert must fit',
      [
        { if: { over: 'all', is: { field: 'alertname', op: '=', value: 'a' } }, actions: [action('one')] },
        { if: { over: 'all', is: { field: 'alertname', op: 'in', value: ['a', 'b'] } }, actions: [action('two')] },
      ],
      'b a',
      ['two primary flow[1]'],
    ],
    [
      'a person whom two steps, a group and a name lead to is one target, named by the first',
      [
        step('a', [action('mail', { users: ['alice'] }), action('mail', { groups: ['both-of'] })]),
        step('a', [action('mail', { users: ['alice', 'alice'], onDuty: ['on-duty'] })]),
      ],
      'a',
      ['mail@alice primary flow[0]', 'mail@bobby primary flow[0]'],
    ],
    [
      'who is disabled, unknown, or in a disabled group is not told',
      [step('a', [action('mail', { users: ['carol', 'gone1'], groups: ['closed', 'none'] })])],
      'a',
      [],
    ],
    [
      'a channel without people is told itself, beside people on it',
      [step('a', [action('mail'), action('mail', { users: ['alice'] })])],
      'a',
      ['mail primary flow[0]', 'mail@alice primary flow[0]'],
    ],
  ]
  test.each(rows)('%s', (_name, steps, alerts, told) => {
    const list = alerts.split(' ').filter((name) => name !== '')
    expect(look(flow(steps), { alerts: list.map((name) => alertNamed(name)) }).told).toEqual(told)
  })
})

describe('stages', () => {
  const stages: Stage[] = [
    { since: 'unclaimed', afterMs: 15 * MINUTE, steps: [step(undefined, [action('voice', { users: ['alice'] })])] },
    { since: 'claimed', afterMs: 60 * MINUTE, steps: [step(undefined, [action('voice', { users: ['bobby'] })])] },
    { since: 'open', afterMs: 240 * MINUTE, steps: [step('a', [action('voice', { users: ['dave1'] })])] },
  ]
  const given = flow([step(undefined, [action('ops')])], stages)
  const ago = (minutes: number): number => NOON - minutes * MINUTE
  const [unclaimed, claimed, open] = [0, 1, 2].map((index) => `escalation[${index}].flow[0]`)
  const rows: [name: string, incident: IncidentMoments | undefined, told: string[], changes: number | undefined][] = [
    ['no incident is open', undefined, [], undefined],
    ['a moment early', { audibleSince: ago(14) }, [], 1],
    ['at its moment', { audibleSince: ago(15) }, [`voice@alice escalated ${unclaimed}`], 225],
    ['everything that fires is muted', {}, [], undefined],
    ['audible again', { audibleSince: ago(5) }, [], 10],
    ['given back', { audibleSince: ago(100), freeSince: ago(1) }, [], 14],
    ['claimed', { audibleSince: ago(100), handler: 'mei', claimedAt: ago(59) }, [], 1],
    [
      'claimed for long',
      { audibleSince: ago(100), handler: 'mei', claimedAt: ago(60) },
      [`voice@bobby escalated ${claimed}`],
      140,
    ],
    [
      'open for long, claimed or not',
      { audibleSince: ago(240), handler: 'mei', claimedAt: ago(1), freeSince: ago(2) },
      [`voice@dave1 escalated ${open}`],
      59,
    ],
  ]
  test.each(rows)('%s', (_name, incident, told, changes) => {
    const seen = look(given, incident === undefined ? {} : { incident })
    expect(seen.told).toEqual(['ops primary flow[0]', ...told])
    expect(seen.changes).toBe(changes)
  })

  test('a stage counts before the primary flow, and of two stages the one with the later moment', () => {
    const voice = [step(undefined, [action('voice', { users: ['alice'] })])]
    const both = flow(voice, [
      { since: 'open', afterMs: 20 * MINUTE, steps: voice },
      { since: 'unclaimed', afterMs: 10 * MINUTE, steps: voice },
    ])
    const { seats } = seatsOf(compileFlow(both, PEOPLE), {
      alerts: [alertNamed('a')],
      incident: { audibleSince: ago(30) },
      failingSince: () => undefined,
      now: NOON,
      spreadMs: 0,
    })
    expect(seats.get('voice@alice')).toMatchObject({ why: 'escalated', step: open?.replace('2', '0'), since: ago(10) })
  })
})

describe('periods', () => {
  const given = (period: 'workday' | 'dayoff' | 'worktime' | 'offtime') =>
    flow([step(undefined, [action('ops', { period })])])
  const rows: [period: 'workday' | 'dayoff' | 'worktime' | 'offtime', at: string, opensIn: number | undefined][] = [
    ['worktime', '2026-03-02T09:00Z', undefined],
    ['worktime', '2026-03-02T08:30Z', 30],
    ['worktime', '2026-03-02T18:00Z', 15 * 60],
    ['worktime', '2026-03-06T18:00Z', 63 * 60],
    ['workday', '2026-03-06T23:00Z', undefined],
    ['workday', '2026-03-07T23:00Z', 25 * 60],
    ['dayoff', '2026-03-06T23:00Z', 60],
    ['dayoff', '2026-03-07T23:00Z', undefined],
    ['offtime', '2026-03-02T17:30Z', 30],
    ['offtime', '2026-03-02T08:59Z', undefined],
  ]
  test.each(rows)('%s at %s opens in %s', (period, at, opensIn) => {
    const { told, changes } = look(given(period), { now: Date.parse(at) })
    expect(told).toEqual([`ops primary flow[0]${opensIn === undefined ? '' : ` opens in ${opensIn}`}`])
    expect(changes).toBe(opensIn)
  })

  test('open later for each group, and end at their moment', () => {
    const at = (text: string) => look(given('worktime'), { now: Date.parse(text), spreadMs: 40_000 }).told
    expect(at('2026-03-02T09:00:30Z')).toEqual([`ops primary flow[0] opens in ${10 / 60}`])
    expect(at('2026-03-02T09:00:40Z')).toEqual(['ops primary flow[0]'])
    expect(at('2026-03-02T17:59:59Z')).toEqual(['ops primary flow[0]'])
    expect(at('2026-03-02T18:00:00Z')).toEqual([`ops primary flow[0] opens in ${15 * 60 + 40 / 60}`])
  })

  test('a target is outside of its periods only when no step that applies and names it is inside', () => {
    const mail = (period: 'worktime' | 'any') => [action('mail', { users: ['alice'], period })]
    const two = flow([step('a', mail('worktime')), step('b', mail('any'))])
    const night = Date.parse('2026-03-02T22:00Z')
    expect(look(two, { now: night }).told).toEqual(['mail@alice primary flow[0] opens in 660'])
    expect(look(two, { now: night, alerts: [alertNamed('a'), alertNamed('b')] }).told).toEqual([
      'mail@alice primary flow[1]',
    ])
  })

  test('a stage outside of its period takes no place from the primary flow', () => {
    const mail = (period: 'worktime' | 'any') => [step(undefined, [action('mail', { users: ['alice'], period })])]
    const given = flow(mail('any'), [{ since: 'open', afterMs: MINUTE, steps: mail('worktime') }])
    const night = Date.parse('2026-03-02T22:00Z')
    const incident = { openedAt: night - 10 * MINUTE, audibleSince: night - 10 * MINUTE }
    expect(look(given, { now: night, incident })).toEqual({ told: ['mail@alice primary flow[0]'], changes: 660 })
    expect(look(given, { now: night + 660 * MINUTE, incident }).told).toEqual([
      'mail@alice escalated escalation[0].flow[0]',
    ])
  })
})

describe('who is on duty', () => {
  const given = flow([step(undefined, [action('sms', { onDuty: ['on-duty', 'closed', 'both-of'] })])])
  const rows: [at: string, told: string[], changes: number][] = [
    ['2026-03-02T09:00Z', ['sms@alice'], 24 * 60],
    ['2026-03-03T08:59Z', ['sms@alice'], 1],
    ['2026-03-03T09:00Z', ['sms@bobby'], 24 * 60],
    ['2026-03-05T09:00Z', ['sms@dave1'], 6 * 60],
    ['2026-03-05T15:00Z', ['sms@bobby'], 18 * 60],
  ]
  test.each(rows)('at %s: %s', (at, told, changes) => {
    const seen = look(given, { now: Date.parse(at) })
    expect(seen.told).toEqual(told.map((key) => `${key} primary flow[0]`))
    expect(seen.changes).toBe(changes)
  })

  test('everybody who can be on duty is a target of the policy', () => {
    expect([...compileFlow(given, PEOPLE).everyone.keys()]).toEqual(['sms@alice', 'sms@bobby', 'sms@dave1'])
  })
})

describe('the fallback', () => {
  const given = flow([step('a', [action('ops')])], [], {
    fallback: { afterMs: 5 * MINUTE, actions: [action('backup')] },
  })
  const failing = (since: number | undefined) => (key: string) => (key === 'ops' ? since : undefined)
  const rows: [name: string, since: number | undefined, told: boolean, changes: number | undefined][] = [
    ['the target is well', undefined, false, undefined],
    ['nothing arrives for a short time', NOON - 4 * MINUTE, false, 1],
    ['nothing arrives for so long', NOON - 5 * MINUTE, true, undefined],
    ['the target is out of reach', Number.NEGATIVE_INFINITY, true, undefined],
  ]
  test.each(rows)('%s', (_name, since, told, changes) => {
    const seen = look(given, { failingSince: failing(since) })
    expect(seen.told).toEqual(['ops primary flow[0]', ...(told ? ['backup fallback fallback'] : [])])
    expect(seen.changes).toBe(changes)
  })

  test('is not told in the place of a target that is not told now', () => {
    const alerts = [alertNamed('b')]
    expect(look(given, { alerts, failingSince: failing(Number.NEGATIVE_INFINITY) }).told).toEqual([])
  })
})
