import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { FORWARD_POLICY } from '../../../shared/config/config.ts'
import { cardOf, cardRank } from '../../../shared/group/card.ts'
import type { Group, Member } from '../../../shared/group/group.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { play, START, unborn } from './setup.ts'

const NOW = START + 10 * MINUTE

function member(labels: Labels, { began = 0, ends = 60, annotations = {}, closed = false } = {}): Member {
  const origin = { account: 'acme', integration: 'default' }
  const [startsAt, endsAt] = [START + began * MINUTE, START + ends * MINUTE]
  const alert = { labels, annotations, startsAt, endsAt, timeout: false, origin }
  const stamp = { at: START, tie: '1' }
  return { alert, stamp, claimedEnd: endsAt, ...(closed && { closedByHand: { at: NOW } }) }
}

function groupOf(members: Member[], more: Partial<Group> = {}): Group {
  return {
    ...unborn(),
    lastTick: START,
    members: new Map(members.map((one) => [fingerprint(one.alert.labels), one])),
    ...more,
  }
}

const p1 = (pod: string, more = {}) => member({ alertname: 'Errors', severity: 'critical', pod }, more)
const p2 = (pod: string, more = {}) => member({ alertname: 'Errors', severity: 'error', pod }, more)
const incident = { id: `${'g'.repeat(32)}-abc`, openedAt: START + MINUTE }
const failing = (failures: number): TargetState => ({
  count: 1,
  retry: { notBefore: NOW, failures, since: START, later: 0 },
})

describe('the rank of a group', () => {
  test.each<[name: string, group: Group, rank: string | undefined]>([
    ['the worst level that fires', groupOf([p2('a'), p1('b')]), 'P1'],
    ['not the level of what is over', groupOf([p2('a'), p1('b', { ends: 5 })]), 'P2'],
    ['not the level of what a person closed', groupOf([p2('a'), p1('b', { closed: true })]), 'P2'],
    ['in hand', groupOf([p1('a')], { incident: { ...incident, handler: 'mei' } }), 'inhand'],
    ['the worst level that is not held back', groupOf([p1('a'), p2('b')], { held: { P1: 1 } }), 'P2'],
    ['all held back', groupOf([p1('a')], { held: { P1: 1 } }), 'held'],
    [
      'all held back, in hand',
      groupOf([p1('a')], { held: { P1: 1 }, incident: { ...incident, handler: 'mei' } }),
      'held',
    ],
    ['held back once, over now', groupOf([p1('a', { ends: 5 })], { held: { P1: 1 }, incident }), 'P1'],
    ['all over, and the incident is open', groupOf([p1('a', { ends: 5 })], { incident }), 'P1'],
    ['all over', groupOf([p1('a', { ends: 5 })]), undefined],
    ['before a first flush that is near', groupOf([p1('a')], { lastTick: undefined, nextTick: NOW + 5000 }), undefined],
    ['before a first flush that is far', groupOf([p1('a')], { lastTick: undefined, nextTick: NOW + 30_000 }), 'P1'],
    ['without alerts', groupOf([]), undefined],
    ['of forwarding', groupOf([p1('a')], { policy: FORWARD_POLICY }), undefined],
  ])('%s', (_, group, rank) => {
    expect(cardOf(group, NOW)?.rank).toBe(rank)
    expect(cardRank(group, NOW)).toBe(rank)
  })
})

describe('a card', () => {
  test('names the alert that fires longest, the labels that all have, and the numbers by level', () => {
    const annotations = { summary: 'it fails' }
    const group = groupOf(
      [
        ...[p2('a', { began: 2, annotations }), p2('b', { began: 1, annotations })],
        ...[p1('c', { began: 3, annotations }), p1('d', { ends: 4, annotations })],
      ],
      { labels: { alertname: 'Errors' }, incident },
    )
    expect(cardOf(group, NOW)!.card).toEqual({
      ...{ policy: 'p', title: 'Errors', summary: 'it fails', labels: { alertname: 'Errors' } },
      ...{ firing: { P1: 1, P2: 2 }, since: START + MINUTE, incident: incident.id, openedAt: incident.openedAt },
    })
  })

  test('has no summary where alerts have different summaries', () => {
    const [one, other] = [p1('a', { annotations: { summary: 'x' } }), p1('b', { annotations: { summary: 'y' } })]
    expect(cardOf(groupOf([one, other]), NOW)!.card).not.toHaveProperty('summary')
  })

  test('of one alert has all labels of the alert', () => {
    expect(cardOf(groupOf([p1('a')]), NOW)!.card.labels).toEqual({
      ...{ alertname: 'Errors', severity: 'critical', pod: 'a' },
    })
  })

  test('of many alerts has the labels by which they are grouped, without a comparison of all', () => {
    const many = Array.from({ length: 201 }, (_, n) => p1(`${n}`))
    const group = groupOf(many, { labels: { alertname: 'Errors' } })
    expect(cardOf(group, NOW)!.card).toMatchObject({ labels: { alertname: 'Errors' }, firing: { P1: 201 } })
  })

  test('leaves labels out for which there is no room, and says so', () => {
    const group = groupOf([member({ alertname: 'x', long: 'y'.repeat(300), pod: 'a' })])
    expect(cardOf(group, NOW)!.card).toMatchObject({ labels: { alertname: 'x', pod: 'a' }, cut: true })
  })

  test('names targets that failed twice or are paused, three at most', () => {
    const paused: TargetState = { count: 1, paused: { at: START, reason: { code: 'target-gone' } } }
    const targets = new Map([
      ...([1, 2].map((failures) => [`hook${failures}`, failing(failures)]) as [string, TargetState][]),
      ['gone', paused] as const,
      ...(['x', 'y'].map((name) => [name, failing(3)]) as [string, TargetState][]),
    ])
    expect(cardOf(groupOf([p1('a')], { targets }), NOW)!.card).toMatchObject({
      ...{ failing: ['hook2', 'gone', 'x'], moreFailing: 1 },
    })
  })

  test('of a group in which nothing fires has the worst level of what is over', () => {
    const group = groupOf([p2('a', { ends: 5 }), p1('b', { ends: 5 })], { incident })
    expect(cardOf(group, NOW)!.card).toMatchObject({ firing: {}, level: 'P1' })
  })
})

test('a flush counts the firing alerts that are muted, and counts anew at the next flush', () => {
  const story = play({ muted: (print) => (print === 'a' ? { code: 'silenced', silence: 's' } : undefined) })
  story.step(0, story.alert(0, 'a'), story.alert(0, 'b'))
  expect(story.group().held).toEqual({ P3: 1 })
  story.under({ muted: () => undefined })
  story.step(30, { kind: 'wake' })
  expect(story.group().held).toBeUndefined()
})

test('a wake without a moment looks at what is muted, although nothing is to be told', () => {
  const story = play()
  story.step(0, story.alert(0, 'a'), story.alert(0, 'b'))
  story.came(1)
  story.under({ muted: (print) => (print === 'a' ? { code: 'silenced', silence: 's' } : undefined) })
  story.step(10, { kind: 'wake', at: START })
  expect(story.group().held).toBeUndefined()
  story.step(10, { kind: 'wake' })
  expect([story.group().held, story.group().muted]).toEqual([{ P3: 1 }, true])
  expect(story.noted('not-told')).toEqual(['10 silenced by s'])
  story.under({ muted: () => undefined })
  story.step(30, { kind: 'wake' })
  expect([story.group().held, story.group().muted, story.told.length]).toEqual([undefined, false, 1])
})
