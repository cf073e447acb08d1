import { describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { lifecycleTarget } from '../../../shared/delivery/target.ts'
import type { Action } from '../../../shared/group/action.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Decision, Input } from '../../../shared/group/context.ts'
import { renderReason } from '../../../shared/reason/render.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const POLICY = {
  lifecycle: [lifecycleTarget('bus')],
  groupWaitMs: 0,
  groupIntervalMs: 30 * SECOND,
  repeatIntervalMs: 5 * MINUTE,
}

/** A group whose deliveries arrive at once. Told: `seconds status names reason`, events: `seconds id`. */
function story() {
  let group = unborn()
  const told: string[] = []
  const events: { at: number; id: string; delivery: Delivery }[] = []
  const closed: Decision['closed'] = []
  const reopened: string[] = []
  const timeline: string[] = []
  const contents = new Map<string, Delivery>()
  let actions = 0
  const step = (now: Millis, inputs: Input[]): void => {
    const decision = advance(group, inputs, context(now, POLICY))
    group = decision.group
    closed.push(...decision.closed)
    reopened.push(...decision.reopened)
    timeline.push(
      ...group.log.filter(({ by }) => by).map(({ kind, by, reason }) => `${by} ${kind}: ${renderReason(reason)}`),
    )
    for (const delivery of decision.contents) contents.set(delivery.id, delivery)
    const at = (now - START) / SECOND
    for (const { delivery, target, attempt } of decision.open) {
      const content = contents.get(delivery)!
      const { alerts, reason, event } = content.notification
      if (event !== undefined) events.push({ at, id: event.id, delivery: content })
      else {
        const fires = alerts.some(({ endsAt }) => endsAt === undefined)
        told.push(`${at} ${fires ? 'firing' : 'resolved'} ${alerts.map((alert) => alert.labels.n).join()} ${reason}`)
      }
      step(now, [{ kind: 'outcome', target, delivery, attempt, outcome: { kind: 'arrived', at: now } }])
    }
  }
  return {
    told,
    events,
    closed,
    reopened,
    timeline,
    step,
    group: () => group,
    /** Runs every wake up to a moment. */
    until(seconds: number): void {
      const end = START + seconds * SECOND
      while (group.wakeAt !== undefined && group.wakeAt <= end) step(group.wakeAt, [{ kind: 'wake' }])
    },
    fire: (seconds: number, n: string, endSeconds = 3600) =>
      step(START + seconds * SECOND, [alert(seconds, n, endSeconds)]),
    act(seconds: number, type: Action['type'], more: Partial<Action> = {}): void {
      const incident = group.incident?.id ?? group.reopenable?.id ?? closed.at(-1)!.id
      const at = START + seconds * SECOND
      step(at, [{ kind: 'action', action: { id: `a${++actions}`, type, incident, by: 'ada', at, ...more } }])
    },
  }
}

function alert(seconds: number, n: string, endSeconds: number) {
  const at = START + seconds * SECOND
  return alertInput({ n }, { at, tie: `${n}${seconds}`, endsAt: START + endSeconds * SECOND })
}

describe('a claim', () => {
  test('stops repeats, and nothing else', () => {
    const { fire, act, until, told } = story()
    fire(0, 'a')
    act(10, 'claim')
    until(1200)
    fire(1210, 'b')
    until(1260)
    expect(told).toEqual(['0 firing a first', '1230 firing a,b new-alerts'])
  })

  test('is given back, and repeats go on', () => {
    const { fire, act, until, told } = story()
    fire(0, 'a')
    act(10, 'claim')
    until(1000)
    act(1005, 'unclaim')
    until(1030)
    expect(told).toEqual(['0 firing a first', '1005 firing a repeat'])
  })

  test('is an event with who has it; the same claim again is none', () => {
    const { fire, act, events, group, timeline } = story()
    fire(0, 'a')
    act(10, 'claim', { id: 'once' })
    act(11, 'claim', { id: 'once' })
    act(12, 'assign', { to: 'grace' })
    const people = events.map(({ delivery }) => delivery.notification.event).slice(1)
    expect(people.map((event) => [event?.type, event?.person])).toEqual([
      ['claim', { handler: 'ada', operator: 'ada' }],
      ['claim', { handler: 'grace', operator: 'ada' }],
    ])
    expect(new Set(people.map((event) => event?.id)).size).toBe(2)
    expect(group().incident?.handler).toBe('grace')
    expect(timeline).toEqual(['ada claimed: claimed', 'ada assigned: assigned to grace'])
  })
})

test('comments are shown, the latest ten, and each is an event', () => {
  const { fire, act, events, group } = story()
  fire(0, 'a')
  for (let count = 1; count <= 12; count++) act(count, 'comment', { text: `comment ${count}` })
  expect(group().incident?.comments?.map(({ text }) => text)).toEqual(
    Array.from({ length: 10 }, (_, index) => `comment ${index + 3}`),
  )
  expect(events.filter(({ delivery }) => delivery.notification.event?.type === 'comment')).toHaveLength(12)
})

describe('a close by hand', () => {
  test('is told as resolved at once, and holds against resends', () => {
    const { fire, act, until, told, closed, events, group } = story()
    fire(0, 'a')
    act(10, 'close', { text: 'restarted' })
    for (let seconds = 60; seconds <= 600; seconds += 60) fire(seconds, 'a', seconds + 300)
    until(600)
    expect(told).toEqual(['0 firing a first', '10 resolved a closed'])
    expect(closed.map(({ closedBecause, closedBy, solution }) => [closedBecause, closedBy, solution])).toEqual([
      ['closed', 'ada', 'restarted'],
    ])
    expect(closed[0]?.alerts.map(([, { labels }]) => labels.n)).toEqual(['a'])
    expect(events.map(({ id }) => id.replace(/^.*_/, ''))).toEqual(['create', 'close'])
    expect(events[1]?.delivery.notification.alerts[0]?.endsAt).toBe(START + 10 * SECOND)
    expect(group().incident).toBeUndefined()
  })

  test('a new alert of the group opens a new incident, without the old ones', () => {
    const { fire, act, until, told, events } = story()
    fire(0, 'a')
    act(10, 'close')
    fire(40, 'b')
    until(70)
    expect(told).toEqual(['0 firing a first', '10 resolved a closed', '60 firing a,b first'])
    expect(events.map(({ id }) => id.replace(/^.*_/, ''))).toEqual(['create', 'close', 'create'])
    const shown = events[2]?.delivery.notification.alerts.map(({ labels }) => labels.n)
    expect(shown).toEqual(['b'])
  })

  test.each([
    ['a resolve, then a firing', [100, 200]],
    ['the firing first, the older resolve late', [200, 100]],
  ])('lifts for an alert that really resolved and fired again: %s', (_, order) => {
    const { step, fire, act, until, told } = story()
    fire(0, 'a')
    act(10, 'close')
    const inputs: Record<number, Input> = { 100: alert(100, 'a', 100), 200: alert(200, 'a', 3600) }
    for (const [index, seconds] of order.entries()) step(START + (210 + index) * SECOND, [inputs[seconds]!])
    until(260)
    expect(told).toEqual(['0 firing a first', '10 resolved a closed', expect.stringMatching(/^2\d\d firing a first$/)])
  })

  test('a resolve from before the close that comes late lifts nothing', () => {
    const { step, fire, act, until, told } = story()
    fire(0, 'a')
    fire(8, 'a')
    act(10, 'close')
    step(START + 50 * SECOND, [alert(5, 'a', 5)])
    fire(60, 'a')
    until(200)
    expect(told).toEqual(['0 firing a first', '10 resolved a closed'])
  })

  test('what ran out and was sent again fires anew', () => {
    const { step, fire, act, until, told } = story()
    fire(0, 'a', 100)
    act(10, 'close')
    const later = alert(400, 'a', 3600)
    const { arrival } = later
    const episode = { ...arrival.alert, startsAt: START + 400 * SECOND }
    step(START + 400 * SECOND, [{ kind: 'alert', arrival: { ...arrival, alert: episode } }])
    until(460)
    expect(told.slice(0, 2)).toEqual(['0 firing a first', '10 resolved a closed'])
    expect(told[2]).toMatch(/firing a first$/)
  })

  test('leaves nothing behind when its alerts end', () => {
    const { fire, act, until, told, group } = story()
    fire(0, 'a', 100)
    act(10, 'close')
    until(24 * 3600)
    expect(told).toEqual(['0 firing a first', '10 resolved a closed'])
    expect([group().members.size, group().wakeAt, group().reopenable]).toEqual([0, undefined, undefined])
  })
})

describe('reopening', () => {
  test('tells again what fires, under the same incident; the next close is another event', () => {
    const { fire, act, until, told, events, group, reopened, closed } = story()
    fire(0, 'a')
    const { id } = group().incident!
    act(10, 'close')
    act(20, 'reopen')
    expect([group().incident?.id, reopened]).toEqual([id, [id]])
    act(30, 'close')
    until(60)
    expect(told.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'firing a first',
      'resolved a closed',
      'firing a first',
      'resolved a closed',
    ])
    expect(events.map((event) => event.id.replace(/^.*?_/, ''))).toEqual(['create', 'close', 'close_2'])
    expect(closed.map((incident) => incident.id)).toEqual([id, id])
  })

  test.each([
    [
      'an open incident',
      (tale: ReturnType<typeof story>) => tale.act(10, 'reopen'),
      'ada reopened: it is open already',
    ],
    [
      'beside another that is open',
      (tale: ReturnType<typeof story>) => {
        tale.act(10, 'close', { id: 'c' })
        tale.fire(40, 'b')
        tale.until(70)
        tale.act(80, 'reopen', { incident: tale.closed[0]!.id })
      },
      'ada reopened: another incident of the group is open',
    ],
    [
      'one that ended by itself',
      (tale: ReturnType<typeof story>) => {
        tale.fire(5, 'a', 5)
        tale.until(60)
        tale.act(80, 'reopen')
      },
      'ada reopened: the incident is over',
    ],
  ])('changes nothing: %s', (_, act, said) => {
    const tale = story()
    tale.fire(0, 'a')
    act(tale)
    expect(tale.timeline.at(-1)).toBe(said)
    expect(tale.reopened).toEqual([])
  })
})
