import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import { DAY } from '../../../shared/base/time.ts'
import { createMuting, type Muting } from '../../../shared/muting/muting.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { activeSilences } from '../../../shared/silence/active.ts'
import type { Silence } from '../../../shared/silence/silence.ts'
import { parsed } from '../document/setup.ts'

const config = compileConfig({
  ...parsed({
    timeIntervals: [
      { name: 'nights', time_intervals: [{ times: [{ start_time: '22:00', end_time: '24:00' }] }] },
      { name: 'weekend', time_intervals: [{ weekdays: ['saturday', 'sunday'] }] },
    ],
    policies: [
      { id: 'free' },
      { id: 'muted', muteTimes: ['weekend', 'nights'] },
      { id: 'active', activeTimes: ['weekend', 'nights'] },
      { id: 'both', activeTimes: ['weekend'], muteTimes: ['nights'] },
    ],
    inhibitRules: [
      {
        source_matchers: ['sev="critical"'],
        target_matchers: ['sev="warning"'],
        equal: ['host'],
      },
    ],
  }),
  revision: '1',
  since: 0,
})

const WEEKDAY = Date.parse('2026-11-20T12:00Z')

function silence(id: string, host: string, startsAt = 0, endsAt = WEEKDAY + DAY): Silence {
  const matchers = [{ name: 'host', op: '=' as const, value: host }]
  return { id, matchers, startsAt, endsAt, updatedAt: 0, createdBy: 'jo', comment: '' }
}

/** Muting at a moment, while an alert of each of these label sets fires. */
function mutingAt(now: number, silences: Silence[] = [], firing: Labels[] = []): Muting {
  const sources = new Map(
    firing.flatMap((labels) =>
      config.inhibition.sources(labels).map(({ key, twoSided }) => {
        const stamp = { at: 0, tie: '' }
        const entry = { fingerprint: fingerprint(labels), startsAt: 0, endsAt: now + 1, timeout: true, stamp, twoSided }
        return [key, [entry]] as const
      }),
    ),
  )
  return createMuting({ silences: activeSilences(silences, now), sources, config, now })
}

function policy(id: string) {
  const found = config.policy(id)
  if (found === undefined) throw new Error(id)
  return found
}

describe('time intervals of a policy', () => {
  const outside = (...intervals: string[]) => ({ code: 'outside-active-intervals', intervals })
  const inside = (interval: string) => ({ code: 'muted-by-interval', interval })

  test.each([
    ['muted', '2026-11-20T12:00Z', undefined, []],
    ['muted', '2026-11-20T22:00Z', inside('nights'), ['nights']],
    ['muted', '2026-11-21T12:00Z', inside('weekend'), ['weekend']],
    ['muted', '2026-11-21T22:00Z', inside('weekend'), ['weekend', 'nights']],
    ['active', '2026-11-20T12:00Z', outside('weekend', 'nights'), ['weekend', 'nights']],
    ['active', '2026-11-20T22:00Z', undefined, []],
    ['both', '2026-11-20T22:00Z', outside('weekend'), ['weekend']],
    ['both', '2026-11-21T22:00Z', inside('nights'), ['nights']],
    ['both', '2026-11-21T12:00Z', undefined, []],
  ])('%s at %s: %j', (id, at, reason, names) => {
    const muting = mutingAt(Date.parse(at))
    expect(muting.reasonsOf(policy(id))('f', {})).toEqual(reason)
    expect(muting.mutedBy(policy(id))).toEqual(names)
  })
})

describe('an alert', () => {
  const labels = { sev: 'warning', host: 'a' }
  const source = { sev: 'critical', host: 'a' }
  const own = fingerprint(labels)
  const silences = [silence('other', 'b'), silence('first', 'a'), silence('second', 'a')]
  const inhibited = { code: 'inhibited', source: fingerprint(source), rule: config.config.inhibitRules[0]!.id }

  test('is listed with every silence and the one source that hold it back', () => {
    const muting = mutingAt(WEEKDAY, silences, [source])
    expect(muting.silencedBy(labels)).toEqual(['first', 'second'])
    expect(muting.inhibitedBy(own, labels)).toEqual([fingerprint(source)])
    expect(muting.silencedBy({ host: 'c' })).toEqual([])
    expect(muting.inhibitedBy(own, { ...labels, host: 'c' })).toEqual([])
  })

  test.each([
    ['inhibition', 'both', [source], inhibited],
    ['then time intervals', 'both', [], { code: 'outside-active-intervals', intervals: ['weekend'] }],
    ['then the first silence', 'free', [], { code: 'silenced', silence: 'first' }],
  ])('of several reasons has the first in the order of the pipeline: %s', (_, id, firing, reason) => {
    expect(mutingAt(WEEKDAY, silences, firing).reasonsOf(policy(id))(own, labels)).toEqual(reason)
  })

  test.each([
    ['a pending one', silence('s', 'a', WEEKDAY + 1)],
    ['an expired one', silence('s', 'a', 0, WEEKDAY)],
  ])('is not held back by a silence that is not active: %s', (_, inactive) => {
    const muting = mutingAt(WEEKDAY, [inactive])
    expect(muting.silencedBy(labels)).toEqual([])
    expect(muting.reasonsOf(policy('free'))(own, labels)).toBeUndefined()
  })
})
