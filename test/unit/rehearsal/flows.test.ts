import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { account, NOON, notes, play, tellings } from './setup.ts'

/* Flows as their users meet them: who is told what and when, played on the machine. Seconds count from noon. */

const CRITICAL = '{ if: { any: { field: severity, value: critical } }, then: [{ channel: voice }] }'

describe('conditions', () => {
  const policy = account(`flow: [${CRITICAL}, { then: [{ channel: ops }] }]`)

  test('decide who is told, and the message speaks of everything', () => {
    const played = play(policy, ['0 a', '30 b:critical'], 300)
    expect(tellings(played)).toEqual(['0 ops first a+', '60 voice first a+ b+', '60 ops new-alerts a+ b+'])
    expect(played.told[1]).toMatchObject({ step: 'flow[0]', policy: 'p' })
  })

  test('hold no more: the end of what was told is told, and nothing new', () => {
    const played = play(
      policy,
      ['0 a', '0 b:critical', '70 -b:critical', '130 c', '200 d:critical', '400 -a', '400 -c', '400 -d:critical'],
      600,
    )
    expect(tellings(played).filter((text) => text.includes('voice'))).toEqual([
      '0 voice first a+ b+',
      '120 voice some-resolved a+ b-',
      '240 voice new-alerts a+ c+ d+',
      '420 voice all-resolved a- c- d-',
    ])
    expect(notes(played, 'not-told').filter((text) => text.includes('voice'))).toEqual([
      '180 voice no step that holds names it',
    ])
  })

  test('that a new alert makes true wait for the tick', () => {
    expect(tellings(play(policy, ['0 a', '10 b:critical', '20 -b:critical'], 300))).toEqual(['0 ops first a+'])
  })

  test('for all alerts hold until one does not fit', () => {
    const all = account(
      'flow: [{ if: { all: { field: severity, value: low } }, then: [{ channel: mail }] }, { then: [{ channel: ops }] }]',
    )
    expect(tellings(play(all, ['0 a:low', '30 b', '200 -b'], 400)).filter((text) => text.includes('mail'))).toEqual([
      '0 mail first a+',
    ])
  })
})

describe('an escalation', () => {
  const stages = `escalation: [
    { unclaimed: 15m, flow: [{ then: [{ channel: voice, users: [alice] }] }] },
    { claimed: 1h, flow: [{ then: [{ channel: mail, users: [bobby] }] }] }]`
  const policy = account(`notify: [{ channel: ops }], ${stages}`)

  test('calls at its moment, between two ticks', () => {
    const late = account(`notify: [{ channel: ops }], groupInterval: 7m, ${stages}`.replace('groupInterval: 7m, ', ''))
    expect(tellings(play(late, ['0.5 a'], 1000))).toEqual(['0.5 ops first a+', '900.5 voice@alice escalated a+'])
  })

  test('does not call after a claim, and calls who is next when the claim lasts', () => {
    expect(tellings(play(policy, ['0 a', '899 mei claims'], 5000))).toEqual([
      '0 ops first a+',
      '4499 mail@bobby escalated a+',
    ])
  })

  test('calls again after it was given back', () => {
    expect(tellings(play(policy, ['0 a', '1000 mei claims', '1200 mei unclaims'], 2200))).toEqual([
      '0 ops first a+',
      '900 voice@alice escalated a+',
      '2100 voice@alice escalated a+',
    ])
  })

  test('is not restarted by an unclaim when nobody has it', () => {
    expect(tellings(play(policy, ['0 a', '600 mei unclaims'], 1000))).toContain('900 voice@alice escalated a+')
  })

  test('tells the end to the person it called', () => {
    expect(tellings(play(policy, ['0 a', '1000 -a'], 1200))).toEqual([
      '0 ops first a+',
      '900 voice@alice escalated a+',
      '1020 ops all-resolved a-',
      '1020 voice@alice all-resolved a-',
    ])
  })

  test('of a closed and reopened incident begins anew', () => {
    expect(
      tellings(play(policy, ['0 a', '100 mei closes', '800 mei reopens'], 1750)).filter((text) =>
        text.includes('voice'),
      ),
    ).toEqual(['1700 voice@alice escalated a+'])
  })

  test('waits for the end of a silence, and then from its end', () => {
    const silence = {
      id: 's',
      matchers: [],
      startsAt: NOON,
      endsAt: NOON + 20 * MINUTE,
      updatedAt: 0,
      createdBy: '',
      comment: '',
    }
    const played = play(policy, ['0 a'], 2500, { silences: [{ ...silence, startsAt: NOON + 5 * MINUTE }] })
    expect(tellings(played)).toEqual(['0 ops first a+', `${20 * 60 + 900} voice@alice escalated a+`])
  })

  test('calls from a stage whom the primary flow told before', () => {
    const same = account(`notify: [{ channel: voice, users: [alice] }], ${stages}`)
    expect(tellings(play(same, ['0 a'], 1000))).toEqual(['0 voice@alice first a+', '900 voice@alice escalated a+'])
  })

  test('is found by the machine although the first call was refused', () => {
    const answer = (attempt: { target: string; attempt: number }, at: number) => {
      const refuses = attempt.target === 'voice@alice' && attempt.attempt === 1
      const refused = { kind: 'refused' as const, at, reason: 'serverError' as const, detail: '' }
      return { afterMs: 100, outcome: refuses ? refused : { kind: 'arrived' as const, at } }
    }
    expect(tellings(play(policy, ['0 a'], 1000, { answer }))).toEqual([
      '0 ops first a+',
      '900 voice@alice escalated a+',
      '900.6 voice@alice escalated a+',
    ])
  })

  test('is over for a handler who is a user and was disabled', () => {
    const people = (enabled: boolean) => `
channels: [{ id: ops, type: webhook, url: "https://hooks.example/a" }, { id: voice, type: email, host: mail.example.com, from: tocsin@example.com, to: [team@example.com] }, { id: mail, type: email, host: mail.example.com, from: tocsin@example.com, to: [team@example.com] }]
users: [{ id: alice, name: A }, { id: bobby, name: B }, { id: handler, name: H, enabled: ${enabled} }]`
    const before = play(
      account(`notify: [{ channel: ops }], ${stages}`, people(true)),
      ['0 a', '10 handler claims'],
      600,
    )
    const after = account(`notify: [{ channel: ops }], ${stages}`, people(false))
    const played = play(after, ['700 b'], 2000, { groups: before.groups, from: NOON + 700 * SECOND })
    expect(notes(played, 'unclaimed')).toEqual(['700 handler is disabled or removed'])
    expect(tellings(played)).toEqual(['720 ops new-alerts a+ b+', '1600 voice@alice escalated a+ b+'])
  })
})

describe('who has it in hand', () => {
  const policy = account('notify: [{ channel: ops }, { channel: mail, onDuty: [oncall] }]')

  test('nobody new is told because a shift begins', () => {
    expect(tellings(play(policy, ['0 a', '10 mei claims'], 2 * 3600))).toEqual([
      '0 ops first a+',
      '0 mail@alice first a+',
    ])
  })

  test('without a claim the next on duty is told, and the last one hears the end', () => {
    const [first, second, third, ...ends] = tellings(play(policy, ['0 a', '5000 -a'], 2 * 3600))
    expect([first, second]).toEqual(['0 ops first a+', '0 mail@alice first a+'])
    expect(third).toMatch(/^18\d\d(\.\d+)? mail@bobby first a\+$/)
    expect(ends).toEqual([
      '5040 ops all-resolved a-',
      '5040 mail@alice all-resolved a-',
      '5040 mail@bobby all-resolved a-',
    ])
  })

  test('what begins after the claim is told to who is on duty then', () => {
    expect(tellings(play(policy, ['0 a', '10 mei claims', '2000 b'], 4000))).toEqual([
      '0 ops first a+',
      '0 mail@alice first a+',
      '2040 ops new-alerts a+ b+',
      '2040 mail@bobby first a+ b+',
    ])
  })

  test('an alert that ended and began anew is not in hand', () => {
    const played = play(policy, ['0 a', '0 b', '10 mei claims', '100 -a', '2000 a'], 4000)
    expect(tellings(played)).toContain('2040 mail@bobby first a+ b+')
  })
})

describe('periods', () => {
  const policy = account('calendar: office, notify: [{ channel: ops }, { channel: mail, period: worktime }]')
  const evening = 5.5 * 3600
  const morning = 21 * 3600

  test('an alert of the night is told in the morning', () => {
    const played = play(policy, [`${7 * 3600} a`], morning + 120)
    const [first, second] = tellings(played)
    expect(first).toBe(`${7 * 3600} ops first a+`)
    expect(second).toMatch(/ mail first a\+$/)
    const at = played.told[1]!.at - NOON - 21 * HOUR
    expect([at >= 0, at < MINUTE]).toEqual([true, true])
  })

  test('an end of the night is told in the morning, and nothing else', () => {
    const played = play(
      policy,
      [`${evening} a`, `${evening} b`, `${7 * 3600} -a`, `${8 * 3600} c`, `${9 * 3600} -c`],
      morning + 120,
    )
    expect(tellings(played).filter((text) => text.includes('mail'))).toEqual([
      `${evening} mail first a+ b+`,
      expect.stringMatching(/ mail some-resolved a- b\+$/),
    ])
    expect(notes(played, 'not-told').filter((text) => text.includes('mail'))[0]).toMatch(
      /the end is told in its period, from 2026-03-03T09:00/,
    )
    expect([...played.groups[0]!.members.values()].map(({ alert }) => alert.labels.alertname)).toEqual(['b'])
  })

  test('an alert that began and ended at night is not told in the morning', () => {
    const played = play(policy, [`${7 * 3600} a`, `${8 * 3600} -a`], morning + 120)
    expect(tellings(played).filter((text) => text.includes('mail'))).toEqual([])
  })

  test('an end is not told when the period opens more than three days after it', () => {
    const people = `
channels: [{ id: ops, type: webhook, url: "https://hooks.example/a" }, { id: mail, type: email, host: mail.example.com, from: tocsin@example.com, to: [team@example.com] }]
calendars: [{ id: office, daysOff: ["2026-03-03:2026-03-07"] }]`
    const off = account('calendar: office, notify: [{ channel: ops }, { channel: mail, period: worktime }]', people)
    const played = play(off, [`${evening} a`, `${7 * 3600} -a`], 8 * 24 * 3600)
    expect(tellings(played).filter((text) => text.includes('mail'))).toEqual([`${evening} mail first a+`])
    expect(notes(played, 'not-told').filter((text) => text.includes('mail'))).toEqual([
      expect.stringContaining('its period opens too long after the end'),
    ])
    expect(played.groups.flatMap(({ members }) => [...members])).toEqual([])
  })
})

describe('the fallback', () => {
  const policy = account('notify: [{ channel: ops }], fallback: { after: 5m, then: [{ channel: backup }] }')
  const fails =
    (kind: 'refused' | 'dead' | 'ambiguous', until = 1e9) =>
    (attempt: { target: string }, at: number) => {
      const failed = { kind, at, reason: 'serverError' as const, detail: '' }
      const wrong = attempt.target === 'ops' && at < NOON + until * SECOND
      return { afterMs: 100, outcome: wrong ? failed : { kind: 'arrived' as const, at } }
    }
  const backup = (kind: 'refused' | 'dead' | 'ambiguous', until?: number) =>
    tellings(play(policy, ['0 a', '900 -a'], 1100, { answer: fails(kind, until) })).filter((text) =>
      text.includes('backup'),
    )

  test('is told when nothing arrives for so long', () => {
    expect(backup('refused')).toEqual(['300.1 backup fallback a+', '960 backup all-resolved a-'])
    expect(backup('ambiguous')).toEqual(['300.1 backup fallback a+', '960 backup all-resolved a-'])
  })

  test('is told at once when the target refuses for good', () => {
    expect(backup('dead')[0]).toBe('0.1 backup fallback a+')
  })

  test('is told at once when the quota of the target is used up, and after the wait when the provider has no slot', () => {
    const answer = (reason: 'quota' | 'limited') => (attempt: { target: string }, at: number) => {
      const refused = { kind: 'refused' as const, at, reason, detail: '', retryAfterMs: 30 * SECOND }
      return { afterMs: 100, outcome: attempt.target === 'ops' ? refused : { kind: 'arrived' as const, at } }
    }
    const told = (reason: 'quota' | 'limited') =>
      tellings(play(policy, ['0 a', '900 -a'], 1100, { answer: answer(reason) })).filter((text) =>
        text.includes('backup'),
      )
    expect(told('quota')[0]).toBe('0.1 backup fallback a+')
    expect(told('limited')[0]).toBe('300.1 backup fallback a+')
  })

  test('is not told when the target takes it in time', () => {
    expect(backup('refused', 100)).toEqual([])
  })

  test('hears the end although the target is well again', () => {
    expect(backup('refused', 400)).toEqual(['300.1 backup fallback a+', '960 backup all-resolved a-'])
  })

  test('is told when no answer ever comes', () => {
    const answer = (attempt: { target: string }, at: number) =>
      attempt.target === 'ops' ? undefined : { afterMs: 0, outcome: { kind: 'arrived' as const, at } }
    expect(tellings(play(policy, ['0 a'], 500, { answer })).filter((text) => text.includes('backup'))).toEqual([
      '420 backup fallback a+',
    ])
  })

  test('is not called for what somebody has in hand', () => {
    const played = play(policy, ['0 a', '10 mei claims'], 1000, { answer: fails('refused') })
    expect(tellings(played).filter((text) => text.includes('backup'))).toEqual([])
  })
})

describe('nobody', () => {
  const policy = account(`flow: [${CRITICAL}]`)

  test('is said once an incident', () => {
    const played = play(policy, ['0 a', '100 b', '200 -a', '200 -b', '400 c'], 1000)
    expect(notes(played, 'not-told')).toEqual([
      expect.stringContaining('0 nobody is told'),
      expect.stringContaining('resolved before'),
      expect.stringContaining('400 nobody is told'),
    ])
    expect(tellings(played)).toEqual([])
  })
})

describe('ends that are not sent', () => {
  test('by the channel, and by the word of an action', () => {
    const events = ['0 a', '100 -a', '300 a']
    expect(tellings(play(account(`flow: [${CRITICAL}, { then: [{ channel: quiet }] }]`), events, 500))).toEqual([
      '0 quiet first a+',
      '300 quiet first a+',
    ])
    const action = account('notify: [{ channel: ops, sendResolved: false }, { channel: quiet, sendResolved: true }]')
    expect(tellings(play(action, ['0 a', '100 -a', '300 a'], 500))).toEqual([
      '0 ops first a+',
      '0 quiet first a+',
      '120 quiet all-resolved a-',
      '300 ops first a+',
      '300 quiet first a+',
    ])
  })
})
