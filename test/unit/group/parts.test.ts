import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import type { Channel } from '../../../shared/config/config.ts'
import type { NotifiedAlert, NotifyReason } from '../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Context, Decision, Input } from '../../../shared/group/context.ts'
import type { Group } from '../../../shared/group/group.ts'
import { nextPart, type PartSize } from '../../../shared/group/parts.ts'
import type { Words } from '../../../shared/group/words.ts'
import { alertInput, context, START, unborn } from './setup.ts'

/** Alerts with the text `a9`: the size is 10, the news is at 9. */
function words(...alerts: string[]): Words {
  const told = alerts.map((text): NotifiedAlert => {
    return { fingerprint: text[0]!, labels: {}, annotations: {}, startsAt: Number(text.slice(1)) }
  })
  return {
    alerts: told,
    firing: told.map(({ fingerprint }) => fingerprint),
    sizes: told.map(() => 10),
    given: told.map(({ fingerprint }) => [fingerprint, {} as never]),
    parts: new Map(),
  } as unknown as Words
}

describe('a part', () => {
  const ALL = ['d1', 'b2', 'a3', 'c4']
  type Case = [what: string, owed: string, from: string | undefined, size: number | PartSize, said: string]
  test.each<Case>([
    ['of one body is all that is owed', 'abcd', undefined, 40, 'dbac'],
    ['is the oldest news first', 'abcd', undefined, 25, 'db, and more'],
    ['leaves out what is known', 'ac', undefined, 40, 'ac'],
    ['has one alert at least', 'abc', undefined, 5, 'b, and more'],
    ['of equally old news goes by fingerprint', 'ef', undefined, 15, 'e, and more'],
    ['of a repeat goes by fingerprint', '', '', 25, 'ab, and more from c'],
    ['of a repeat goes on where the last part ended', '', 'c', 25, 'cd'],
    ['of a repeat has news first', 'd', '', 25, 'da, and more from b'],
    ['of a repeat that has only room for news does not move on', 'dc', '', 25, 'dc, and more from a'],
    ['of a repeat goes on behind an alert that has left', '', 'bb', 40, 'cd'],
    ['has what is there when nothing there is news', '', undefined, 25, 'db'],
    ['has no more alerts than its target takes', 'abcd', undefined, { bytes: 1000, alerts: 2 }, 'db, and more'],
    ['has no more bytes either', 'abcd', undefined, { bytes: 15, alerts: 2 }, 'd, and more'],
  ])('%s', (_, owed, from, size, said) => {
    const all = words(...ALL, ...(owed === 'ef' ? ['f5', 'e5'] : []))
    const part = nextPart(all, [...owed], from, typeof size === 'number' ? { bytes: size } : size)
    const next = part.from === undefined ? '' : ` from ${part.from}`
    const names = part.alerts.map(([fingerprint]) => fingerprint)
    expect(`${names.join('')}${part.more ? ', and more' : ''}${next}`).toBe(said)
    expect([...part.left, ...names].sort()).toEqual(all.alerts.map(({ fingerprint }) => fingerprint).sort())
  })

  test('is made once for targets that are owed the same', () => {
    const all = words(...ALL)
    const owed = ['a', 'b']
    expect(nextPart(all, owed, undefined, { bytes: 15 })).toBe(nextPart(all, owed, undefined, { bytes: 15 }))
    expect(nextPart(all, owed, '', { bytes: 15 })).not.toBe(nextPart(all, owed, undefined, { bytes: 15 }))
  })
})

/** Two alerts of these stories fit into a body. */
const TWO_ALERTS = 500
const REPEAT = 2 * MINUTE
const POLICY = { groupWaitMs: 0, groupIntervalMs: 30 * SECOND, repeatIntervalMs: REPEAT }

/** A group whose deliveries arrive at once, unless the story says otherwise. */
function story(more: Partial<Context> = {}, policy = {}) {
  let group: Group = unborn()
  let decision: Decision
  let now = START
  const said: string[] = []
  const ctx = (): Context => context(now, { ...POLICY, ...policy }, { bodyBytes: TWO_ALERTS, ...more })
  const step = (...inputs: Input[]): Decision => {
    decision = advance(group, inputs, ctx())
    group = decision.group
    for (const { id, notification, firing, resolved } of decision.contents) {
      const { reason, truncated, fires, alerts } = notification
      const told = alerts.map(({ fingerprint, endsAt }) => `${fingerprint}${endsAt === undefined ? '+' : '-'}`)
      expect([...firing, ...resolved].sort()).toEqual(alerts.map(({ fingerprint }) => fingerprint).sort())
      expect(id).toContain(group.id)
      said.push(
        `${reason}: ${told.join(' ')}${truncated > 0 ? ` (${truncated} left, ${fires ? 'firing' : 'over'})` : ''}`,
      )
    }
    return decision
  }
  const outcome = (kind: 'arrived' | 'refused' | 'ambiguous'): Input => {
    const { delivery, attempt } = group.targets.get('hook')!.open!
    const failed = { reason: 'serverError' as const, detail: '' }
    const result: Outcome = kind === 'arrived' ? { kind, at: now } : { kind, at: now, ...failed }
    return { kind: 'outcome', target: 'hook', delivery, attempt, outcome: result }
  }
  const alert = (text: string): Input => {
    const key = text.replace('-', '')
    const endsAt = text.startsWith('-') ? now : now + 60 * MINUTE
    return alertInput({ name: key }, { at: now, key, tie: text, endsAt })
  }
  const isOpen = (): boolean => group.targets.get('hook')?.open !== undefined
  return {
    /** At this second: `a` fires, `-a` is over. */
    at(seconds: number, ...inputs: (Input | string)[]): void {
      now = START + seconds * SECOND
      step(...inputs.map((input) => (typeof input === 'string' ? alert(input) : input)))
    },
    outcome: (kind: 'arrived' | 'refused' | 'ambiguous') => step(outcome(kind)),
    /** Every open delivery arrives. */
    arrive(): void {
      for (let parts = 0; isOpen(); parts++) {
        if (parts > 50) throw new Error('parts without an end')
        step(outcome('arrived'))
      }
    },
    said: () => said.splice(0),
    group: () => group,
  }
}

describe('a group larger than a body', () => {
  test('is told in parts, each opened when the one before has arrived', () => {
    const { at, outcome, said, group } = story()
    at(0, 'a', 'b', 'c', 'd', 'e')
    expect(said()).toEqual(['first: a+ b+ (3 left, firing)'])
    at(5, { kind: 'wake' })
    expect(said()).toEqual([])
    outcome('arrived')
    expect(said()).toEqual(['first: c+ d+ (3 left, firing)'])
    outcome('arrived')
    expect(said()).toEqual(['first: e+ (4 left, firing)'])
    outcome('arrived')
    expect(said()).toEqual([])
    expect(group().targets.get('hook')).toMatchObject({ told: { firing: ['e', 'c', 'd', 'a', 'b'] }, recheck: false })
    at(30, { kind: 'wake' })
    expect(said()).toEqual([])
  })

  test('keeps an alert whose end was cut off, until the end is told', () => {
    const { at, arrive, outcome, said, group } = story()
    at(0, 'a', 'b', 'c')
    arrive()
    said()
    at(20, '-a', '-b', '-c')
    at(30, { kind: 'wake' })
    outcome('arrived')
    expect([...group().members.keys()]).toEqual(['a', 'b', 'c'])
    outcome('arrived')
    expect(group().members.size).toBe(0)
    expect(said()).toEqual(['all-resolved: a- b- (1 left, over)', 'all-resolved: c- (2 left, over)'])
  })

  test('tries a part again under its id and with its words, whatever became of it', () => {
    const { at, arrive, outcome, said, group } = story()
    at(0, 'a', 'b', 'c', 'd', 'e')
    outcome('arrived')
    const { delivery } = group().targets.get('hook')!.open!
    outcome('refused')
    at(2, { kind: 'wake' })
    expect(group().targets.get('hook')!.open).toMatchObject({ delivery, attempt: 2 })
    outcome('ambiguous')
    at(4, { kind: 'wake' })
    expect(group().targets.get('hook')!.open).toMatchObject({ delivery, attempt: 3 })
    arrive()
    expect(said().map((text) => text.replace(/ \(.*/, ''))).toEqual([
      'first: a+ b+',
      'first: c+ d+',
      'first: c+ d+',
      'first: c+ d+',
      'first: e+',
    ])
  })

  test('is repeated in as many parts, every alert once, and then not before the next interval', () => {
    const { at, arrive, said } = story()
    at(0, 'a', 'b', 'c', 'd', 'e')
    arrive()
    said()
    for (let seconds = 30; seconds <= 330; seconds += 30) {
      at(seconds, { kind: 'wake' })
      arrive()
      const told = said().map((text) => text.replace(/ \(.*/, ''))
      expect(told, `at ${seconds}`).toEqual(
        seconds === 150 || seconds === 300 ? ['repeat: a+ b+', 'repeat: c+ d+', 'repeat: e+'] : [],
      )
    }
  })

  test('has news in between the parts of a repeat, and then the rest of the repeat', () => {
    const { at, arrive, outcome, said } = story()
    at(0, 'a', 'b', 'c', 'd', 'e')
    arrive()
    at(150, { kind: 'wake' })
    said()
    at(151, '0', '-d')
    outcome('arrived')
    arrive()
    expect(said().map((text) => text.replace(/ \(.*/, ''))).toEqual(['new-alerts: 0+ d-', 'repeat: c+ e+'])
  })

  test('is told again in parts when a person asks for it, though a part is refused', () => {
    const { at, arrive, outcome, said } = story()
    at(0, 'a', 'b', 'c')
    arrive()
    said()
    at(10, { kind: 'replay', target: 'hook' })
    outcome('arrived')
    outcome('refused')
    at(20, { kind: 'wake' })
    arrive()
    expect(said().map((text) => text.replace(/ \(.*/, ''))).toEqual(['replay: a+ b+', 'replay: c+', 'replay: c+'])
  })

  test('is no longer repeated when somebody claims its incident between two parts', () => {
    const { at, arrive, outcome, said, group } = story()
    at(0, 'a', 'b', 'c')
    arrive()
    at(150, { kind: 'wake' })
    said()
    const action = { id: 'x', type: 'claim' as const, incident: group().incident!.id, by: 'mei', at: START }
    at(151, { kind: 'action', action })
    outcome('arrived')
    expect(said()).toEqual([])
    expect(group().targets.get('hook')).toMatchObject({ recheck: false })
  })

  test('that shrinks to a body is told as a whole', () => {
    const { at, arrive, outcome, said } = story()
    at(0, 'a', 'b', 'c')
    arrive()
    at(20, '-a', '-b')
    at(30, { kind: 'wake' })
    outcome('arrived')
    said()
    at(60, 'd')
    at(90, { kind: 'wake' })
    expect(said()).toEqual(['new-alerts: c+ d+'])
  })

  test('tells where no ends are sent of beginnings only', () => {
    const channel: Channel = { id: 'hook', type: 'webhook', sendResolved: false, settings: {} }
    const { at, arrive, said, group } = story({ channel: () => channel })
    at(0, 'a', 'b', 'c', 'd')
    arrive()
    at(20, '-a', 'e')
    at(30, { kind: 'wake' })
    arrive()
    expect(said()).toEqual([
      'first: a+ b+ (2 left, firing)',
      'first: c+ d+ (2 left, firing)',
      'new-alerts: e+ (3 left, firing)',
    ])
    expect([...group().members.keys()]).toEqual(['b', 'c', 'd', 'e'])
  })

  test('shares the words of a part among targets that know the same', () => {
    const targets = ['hook', 'two', 'three'].map(notificationTarget)
    const group = unborn()
    const inputs = ['a', 'b', 'c', 'd'].map((key) =>
      alertInput({ name: key }, { key, tie: key, endsAt: START + MINUTE }),
    )
    const { contents } = advance(group, inputs, context(START, { ...POLICY, targets }, { bodyBytes: TWO_ALERTS }))
    expect(new Set(contents.map(({ notification }) => notification)).size).toBe(1)
  })
})

describe('a limit that the user set', () => {
  const channel = (more: Partial<Channel>): Channel => {
    return { id: 'hook', type: 'webhook', sendResolved: true, settings: {}, ...more }
  }
  const names = ['a', 'b', 'c', 'd', 'e']

  test('counts what it cuts off as told', () => {
    let group = unborn()
    const ctx = (seconds: number) =>
      context(START + seconds * SECOND, POLICY, { channel: () => channel({ mostAlerts: 2 }) })
    const inputs = names.map((key) => alertInput({ name: key }, { key, tie: key, endsAt: START + 100 * SECOND }))
    const first = advance(group, inputs, ctx(0))
    const [{ notification, firing }] = first.contents as [Decision['contents'][number]]
    expect([notification.alerts.length, notification.truncated, notification.fires, firing.length]).toEqual([
      2,
      3,
      true,
      5,
    ])
    const { delivery, attempt } = first.open[0]!
    const outcome: Outcome = { kind: 'arrived', at: START }
    group = advance(first.group, [{ kind: 'outcome', target: 'hook', delivery, attempt, outcome }], ctx(1)).group
    expect(group.targets.get('hook')).toMatchObject({ recheck: false, told: { firing: names } })
  })

  test.each([
    ['a target that takes less than others', 250, 5000, 1],
    ['a target that takes more is told no more than others', 5000, 500, 2],
  ])('%s', (_, bodyBytes, most, alerts) => {
    const inputs = names.map((key) => alertInput({ name: key }, { key, tie: key, endsAt: START + MINUTE }))
    const ctx = context(START, POLICY, { bodyBytes: most, channel: () => channel({ bodyBytes }) })
    expect(advance(unborn(), inputs, ctx).contents[0]!.notification.alerts.length).toBe(alerts)
  })
})

/** Updates the alerts that a receiver takes for firing, by one more notification. */
function learn(knows: Set<string>, alerts: readonly NotifiedAlert[]): void {
  for (const { fingerprint, endsAt } of alerts) {
    if (endsAt === undefined) knows.add(fingerprint)
    else knows.delete(fingerprint)
  }
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const turn = fc.record({
  seconds: fc.integer({ min: 0, max: 40 }),
  name: fc.constantFrom(...NAMES),
  fires: fc.boolean(),
  outcome: fc.constantFrom('arrived', 'refused', 'ambiguous', 'none'),
})

test('whatever happens between the parts, all that is counted as told was sent, and the parts come to an end', () => {
  fc.assert(
    fc.property(
      fc.array(turn, { maxLength: 40 }),
      fc.constantFrom(250, 500, 750, 5000),
      fc.boolean(),
      (turns, bodyBytes, sendResolved) => {
        const channel: Channel = { id: 'hook', type: 'webhook', sendResolved, settings: {} }
        const policy = { ...POLICY, repeatIntervalMs: MINUTE }
        let group: Group = unborn()
        let now: Millis = START
        const sent = new Map<string, readonly NotifiedAlert[]>()
        const knows = new Set<string>()
        let reasons: NotifyReason[] = []
        const step = (...inputs: Input[]): void => {
          const decision = advance(group, inputs, context(now, policy, { bodyBytes, channel: () => channel }))
          group = decision.group
          for (const { id, notification } of decision.contents) {
            if (!sent.has(id)) sent.set(id, notification.alerts)
            reasons.push(notification.reason)
          }
        }
        const settle = (kind: string): void => {
          const open = group.targets.get('hook')?.open
          if (open === undefined || kind === 'none') return
          const { delivery, attempt } = open
          const failed = { reason: 'serverError' as const, detail: '' }
          const outcome = (kind === 'arrived' ? { kind, at: now } : { kind, at: now, ...failed }) as Outcome
          if (kind !== 'refused') learn(knows, sent.get(delivery)!)
          step({ kind: 'outcome', target: 'hook', delivery, attempt, outcome })
        }
        const settleAll = (): number => {
          let parts = 0
          for (; group.targets.get('hook')?.open !== undefined; parts++) {
            if (parts > 4 * NAMES.length) throw new Error('parts without an end')
            settle('arrived')
          }
          return parts
        }
        let tie = 0
        for (const { seconds, name, fires, outcome } of turns) {
          now += seconds * SECOND
          const endsAt = fires ? now + 1000 * MINUTE : now
          step(alertInput({ name }, { at: now, key: name, tie: String(tie++), endsAt }), { kind: 'wake' })
          settle(outcome)
        }
        // Nothing happens any more: the target learns the truth, and then hears repeats only, each alert once a round.
        for (let quiet = 0; quiet < 10; quiet++) {
          now += 31 * SECOND
          step({ kind: 'wake' })
          settleAll()
        }
        const firing = [...group.members].filter(([, { alert }]) => alert.endsAt > now).map(([name]) => name)
        if (sendResolved) expect([...knows].sort()).toEqual(firing.sort())
        else expect(firing.filter((name) => !knows.has(name))).toEqual([])
        for (let round = 0; round < 6; round++) {
          now += 31 * SECOND
          const before = sent.size
          reasons = []
          step({ kind: 'wake' })
          settleAll()
          const told = [...sent.values()]
            .slice(before)
            .flatMap((alerts) => alerts.map(({ fingerprint }) => fingerprint))
          expect(new Set(reasons).size, reasons.join()).toBeLessThanOrEqual(1)
          if (reasons.length > 0) expect([reasons[0], ...told.sort()]).toEqual(['repeat', ...firing.sort()])
        }
      },
    ),
    { numRuns: 300 },
  )
})
