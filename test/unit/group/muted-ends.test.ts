import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { lifecycleTarget, notificationTarget } from '../../../shared/delivery/target.ts'
import type { MuteReason } from '../../../shared/reason/reason.ts'
import { type Play, play, START } from './setup.ts'

const BY: Record<string, MuteReason> = {
  'a silence': { code: 'silenced', silence: 's' },
  'an inhibition': { code: 'inhibited', source: 'z', rule: 'r' },
  'a mute time': { code: 'muted-by-interval', interval: 'nights' },
  'an active time': { code: 'outside-active-intervals', intervals: ['days'] },
}

/** Mutes these alerts. */
function mutes(names: string, reason: MuteReason = BY['a silence']!): Pick<Play, 'muted'> {
  return { muted: (print) => (names.includes(print) ? reason : undefined) }
}

const NOTHING = mutes('')
const WAKE = { kind: 'wake' } as const

/** `a`, and further alerts, told at 0; `a` is muted from 10 on. */
function toldAndMuted(names = 'a', first: Partial<Play> = {}) {
  const story = play(first)
  story.step(0, ...[...names].map((name) => story.alert(0, name)))
  for (const target of story.group().targets.keys()) story.came(1, target)
  story.under(mutes('a'))
  return story
}

describe('an alert that resolves while it is muted', () => {
  test.each(Object.entries(BY))('is told as resolved once, when %s is over', (_, reason) => {
    const { step, end, came, under, told, group } = toldAndMuted()
    under(mutes('a', reason))
    step(20, end(20, 'a'))
    step(30, WAKE)
    step(60, WAKE)
    expect(told).toEqual(['0 hook first: a+'])
    under(NOTHING)
    step(90, WAKE)
    came(91)
    step(120, WAKE)
    expect(told).toEqual(['0 hook first: a+', '90 hook all-resolved: a-'])
    expect([group().members.size, group().lastIncident]).toEqual([0, undefined])
  })

  test('is told as resolved although it resolved before it was muted, and no flush had seen it', () => {
    const { step, end, under, told } = toldAndMuted()
    under(NOTHING)
    step(20, end(20, 'a'))
    under(mutes('a'))
    step(30, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect(told.slice(1)).toEqual(['60 hook all-resolved: a-'])
  })

  test('is told as resolved although its muting is over before a flush, and something else comes before', () => {
    const { step, alert, end, under, told } = toldAndMuted()
    step(20, end(20, 'a'))
    step(30, WAKE)
    under(NOTHING)
    // No flush: the alert is compared already, and every target is settled.
    step(45, alert(45, 'b'))
    step(60, WAKE)
    expect(told.slice(1)).toEqual(['60 hook new-alerts: a- b+'])
  })

  test('is told as resolved although a silence came between two attempts of its end', () => {
    const { step, end, came, under, told, group } = toldAndMuted()
    under(NOTHING)
    step(20, end(20, 'a'))
    step(30, WAKE)
    came(31, 'hook', 'refused')
    under(mutes('a'))
    step((group().wakeAt! - START) / SECOND, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect(told.slice(1)).toEqual(['30 hook all-resolved: a-', '60 hook all-resolved: a-'])
  })

  test('and fires again under the silence is not told: the target knows that it fires', () => {
    const { step, alert, end, under, told, group } = toldAndMuted()
    step(20, end(20, 'a'))
    step(30, WAKE)
    step(40, alert(40, 'a'))
    step(60, WAKE)
    under(NOTHING)
    step(90, WAKE)
    expect(told).toEqual(['0 hook first: a+'])
    step(100, end(100, 'a'))
    step(120, WAKE)
    expect(told.slice(1)).toEqual(['120 hook all-resolved: a-'])
    expect(group().members.size).toBe(1)
  })

  test('does not wait where nobody was told that it fires', () => {
    const { step, alert, end, under, told, group, noted } = play(mutes('a'))
    step(0, alert(0, 'a'))
    step(20, end(20, 'a'))
    step(30, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect([told, group().members.size]).toEqual([[], 0])
    expect(noted('not-told')).toEqual(['0 silenced by s', '30 resolved before anybody was told'])
  })

  test('waits for who may have heard, and not for who surely did not', () => {
    for (const [kind, left] of [
      ['ambiguous', 1],
      ['refused', 0],
    ] as const) {
      const { step, alert, end, came, under, group } = play()
      step(0, alert(0, 'a'))
      came(1, 'hook', kind)
      under(mutes('a'))
      step(20, end(20, 'a'))
      step(30, WAKE)
      expect(group().members.size).toBe(left)
    }
  })

  test('waits while the message that it fires is under way', () => {
    const { step, alert, end, came, under, told } = play()
    step(0, alert(0, 'a'))
    under(mutes('a'))
    step(20, end(20, 'a'))
    step(30, WAKE)
    came(40)
    under(NOTHING)
    step(60, WAKE)
    expect(told).toEqual(['0 hook first: a+', '60 hook all-resolved: a-'])
  })

  test('is told beside what fires', () => {
    const { step, end, under, told } = toldAndMuted('ab')
    step(20, end(20, 'a'))
    step(30, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect(told.slice(1)).toEqual(['60 hook some-resolved: a- b+'])
  })

  test('is told although messages about other alerts came in between', () => {
    const { step, alert, end, came, under, told, group } = toldAndMuted('ab')
    step(5, alert(5, 'c'))
    step(20, end(20, 'a'))
    step(30, WAKE)
    came(31)
    step(40, end(40, 'b'), end(40, 'c'))
    step(60, WAKE)
    came(61)
    expect([...group().members.keys()]).toEqual(['a'])
    under(NOTHING)
    step(90, WAKE)
    came(91)
    expect(told.slice(1)).toEqual([
      '30 hook new-alerts: b+ c+',
      '60 hook all-resolved: b- c-',
      '90 hook all-resolved: a-',
    ])
    expect(group().members.size).toBe(0)
  })

  test('is told anew as firing, as in Alertmanager, if a message left it out and it fires on', () => {
    const { step, alert, came, under, told } = toldAndMuted('ab')
    step(5, alert(5, 'c'))
    step(30, WAKE)
    came(31)
    under(NOTHING)
    step(60, WAKE)
    came(61)
    step(90, WAKE)
    expect(told.slice(1)).toEqual(['30 hook new-alerts: b+ c+', '60 hook new-alerts: a+ b+ c+'])
  })

  test('is told to each target that was told, and to no other', () => {
    const targets = ['hook', 'other', 'gone'].map(notificationTarget)
    const { step, alert, end, came, under, told } = play({ policy: { targets } })
    step(0, alert(0, 'a'))
    came(1, 'hook')
    came(1, 'other', 'ambiguous')
    came(1, 'gone', 'refused')
    under(mutes('a'))
    step(20, end(20, 'a'))
    step(30, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect(told.slice(3)).toEqual(['60 hook all-resolved: a-', '60 other all-resolved: a-'])
  })

  test('is told although it was silenced for longer than told knowledge counts', () => {
    const { step, end, under, told, group } = toldAndMuted('a', { policy: { repeatIntervalMs: HOUR } })
    step(20, end(20, 'a'))
    let seconds = 30
    for (; seconds * SECOND < 3 * DAY; seconds = (group().wakeAt! - START) / SECOND) step(seconds, WAKE)
    under(NOTHING)
    step(seconds, WAKE)
    expect(told.slice(1)).toEqual([`${seconds} hook all-resolved: a-`])
  })

  test('that a person closed is told as closed when the silence is over', () => {
    const { step, end, under, told, group } = toldAndMuted()
    const incident = group().incident!.id
    step(10, { kind: 'action', action: { id: '1', type: 'close', incident, by: 'mei', at: START } })
    step(20, end(20, 'a'))
    step(30, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect(told.slice(1)).toEqual(['60 hook closed: a-'])
  })

  test('that a person has in hand is told as resolved', () => {
    const { step, end, under, told, group } = toldAndMuted()
    const incident = group().incident!.id
    step(10, { kind: 'action', action: { id: '1', type: 'claim', incident, by: 'mei', at: START } })
    step(20, end(20, 'a'))
    step(30, WAKE)
    under(NOTHING)
    step(60, WAKE)
    expect(told.slice(1)).toEqual(['60 hook all-resolved: a-'])
  })

  test('does not wait for a paused target, nor for a target that the policy names no longer', () => {
    for (const stop of ['gone', 'unnamed']) {
      const { step, end, under, group, alert, noted } = toldAndMuted('ab')
      step(20, end(20, 'a'))
      if (stop === 'unnamed') under({ policy: { targets: [] }, revision: '2' })
      else {
        step(25, alert(25, 'c'))
        step(30, WAKE)
        const { delivery, attempt } = group().targets.get('hook')!.open!
        const outcome = { kind: 'dead', at: START, reason: 'gone', detail: '' } as const
        step(31, { kind: 'outcome', target: 'hook', delivery, attempt, outcome })
      }
      step(60, WAKE)
      expect(group().members.has('a')).toBe(false)
      expect(noted('not-told')).toContainEqual(expect.stringContaining('and the end is not told'))
    }
  })

  test('is not told where ends are not sent, and its next firing is', () => {
    const { step, alert, end, under, told, group } = toldAndMuted('a', {
      channels: [{ id: 'hook', sendResolved: false }],
    })
    step(20, end(20, 'a'))
    step(30, WAKE)
    expect(group().members.size).toBe(0)
    under(NOTHING)
    step(70, alert(70, 'a'))
    expect(told).toEqual(['0 hook first: a+', '70 hook first: a+'])
  })

  test('is told in parts like other ends', () => {
    const { step, end, came, under, told, group } = toldAndMuted('abcd', { channels: [{ id: 'hook', bodyBytes: 600 }] })
    while (group().targets.get('hook')!.open) came(2)
    under(mutes('abcd'))
    step(20, ...[...'abcd'].map((name) => end(20, name)))
    step(30, WAKE)
    const before = told.length
    under(NOTHING)
    step(60, WAKE)
    while (group().targets.get('hook')!.open) came(61)
    const ends = told.slice(before).flatMap((text) => text.split(': ')[1]!.split(' '))
    expect([ends.sort(), group().members.size]).toEqual([['a-', 'b-', 'c-', 'd-'], 0])
    expect(told.length).toBeGreaterThan(before + 1)
  })
})

describe('where ends of muted alerts are dropped, as in Alertmanager', () => {
  const dropped: Partial<Play> = { policy: { silencedEnds: 'dropped' } }

  test('the alert leaves, and nobody is told', () => {
    const { step, end, under, told, group, noted } = toldAndMuted('a', dropped)
    step(20, end(20, 'a'))
    step(30, WAKE)
    expect(group().members.size).toBe(0)
    expect(noted('not-told')).toEqual(['30 silenced by s', '30 it ended while it was muted, and the end is not told'])
    under(NOTHING)
    step(60, WAKE)
    expect(told).toEqual(['0 hook first: a+'])
  })

  test('a message that leaves a muted alert out makes its end unknown', () => {
    const { step, alert, end, came, under, told } = toldAndMuted('ab', dropped)
    step(5, alert(5, 'c'))
    step(30, WAKE)
    came(31)
    step(40, end(40, 'b'), end(40, 'c'))
    step(60, WAKE)
    came(61)
    under(NOTHING)
    step(70, end(70, 'a'))
    step(90, WAKE)
    expect(told.slice(1)).toEqual(['30 hook new-alerts: b+ c+', '60 hook all-resolved: b- c-'])
  })
})

describe('the incident of an end that waits', () => {
  const bus: Partial<Play> = { policy: { lifecycle: [lifecycleTarget('bus')] } }
  const events = (told: readonly string[]): string[] => told.filter((text) => text.includes('bus'))

  test('closes when its alerts are over, says that the end waits, and is named by the end', () => {
    const { step, end, came, under, told, noted, decisions, group } = toldAndMuted('a', bus)
    const { id } = group().incident!
    step(20, end(20, 'a'))
    step(30, WAKE)
    came(31, 'lifecycle:bus')
    expect(events(told).at(-1)).toBe('30 lifecycle:bus close: a-')
    expect(decisions.flatMap(({ closed }) => closed.map(({ closedBecause }) => closedBecause))).toEqual(['resolved'])
    expect(noted('not-told')).toEqual(['30 silenced by s', '30 the end is told when the muting is over'])
    under(NOTHING)
    const { contents } = step(60, WAKE)
    expect(contents[0]!.notification.incident?.id).toBe(id)
    // The entry belongs to the closed incident.
    expect(group().log.find(({ kind }) => kind === 'telling')?.incident).toBe(id)
    expect(events(told)).toHaveLength(2)
  })

  test('is not the next incident, which does not show the alert', () => {
    const { step, alert, end, came, under, told, group, decisions } = toldAndMuted('a', bus)
    step(20, end(20, 'a'))
    step(30, WAKE)
    came(31, 'lifecycle:bus')
    step(50, alert(50, 'b'))
    step(60, WAKE)
    came(61)
    came(61, 'lifecycle:bus')
    const incident = group().incident!.id
    step(62, { kind: 'action', action: { id: '1', type: 'claim', incident, by: 'mei', at: START } })
    came(63, 'lifecycle:bus')
    step(70, end(70, 'b'))
    step(90, WAKE)
    came(91)
    expect(events(told).slice(2)).toEqual([
      '60 lifecycle:bus create: b+',
      '62 lifecycle:bus claim: b+',
      '90 lifecycle:bus close: b-',
    ])
    const last = decisions.flatMap(({ closed }) => closed).at(-1)!
    expect(last.alerts.map(([fingerprint]) => fingerprint)).toEqual(['b'])
    under(NOTHING)
    step(120, WAKE)
    expect(told.at(-1)).toBe('120 hook all-resolved: a-')
  })
})

describe('a group that only waits to tell ends', () => {
  const wakeAfter = (days: number, silenceEnds?: number): number => {
    const { step, end, group, under } = toldAndMuted()
    step(20, end(20, 'a'))
    step(30, WAKE)
    under({ silenceEnds })
    const seconds = 30 + (days * DAY) / SECOND
    step(seconds, WAKE)
    return group().wakeAt! - (START + seconds * SECOND)
  }

  test('looks at every tick for a day, and then every 15 minutes', () => {
    expect(wakeAfter(0.5)).toBe(30 * SECOND)
    expect(wakeAfter(2)).toBe(15 * MINUTE)
  })

  test('looks when the silence runs out', () => {
    expect(wakeAfter(2, START + 2 * DAY + 100 * SECOND)).toBe(90 * SECOND)
  })

  test('looks at a tick at which something comes anyway', () => {
    const { step, alert, end, came, under, told } = toldAndMuted('ab')
    const later = (2 * DAY) / SECOND
    step(20, end(20, 'a'), alert(20, 'b', later + 7200))
    step(30, WAKE)
    step(later, WAKE)
    came(later + 1)
    under(NOTHING)
    step(later + 30, alert(later + 30, 'b', later + 7200))
    expect(told.at(-1)).toBe(`${later + 30} hook some-resolved: a- b+`)
  })

  test('looks at every tick while a muted alert fires', () => {
    const { step, alert, end, under, group } = toldAndMuted('ab')
    under(mutes('ab'))
    step(20, end(20, 'a'))
    step(30, WAKE)
    step((2 * DAY) / SECOND + 10, alert((2 * DAY) / SECOND + 10, 'b', (4 * DAY) / SECOND))
    step((2 * DAY) / SECOND + 30, WAKE)
    expect(group().wakeAt! - START).toBe(2 * DAY + 60 * SECOND)
  })
})
