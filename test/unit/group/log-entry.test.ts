import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { Target } from '../../../shared/delivery/target.ts'
import { targetKey } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Input, Note } from '../../../shared/group/context.ts'
import type { Group, LogEntry, TimelineEntry } from '../../../shared/group/group.ts'
import { entryAbout, joinNotes, targetsOf } from '../../../shared/group/log-entry.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const GROUP = { id: 'a'.repeat(32) }

function expand(log: readonly LogEntry[], group: Pick<Group, 'id'> = GROUP): TimelineEntry[] {
  return log.flatMap((entry) => {
    const targets = targetsOf(entry)
    return targets.length === 0 ? [entry] : targets.map((target) => entryAbout(target, entry, group))
  })
}

describe('entries of a decision', () => {
  const said = (target: string | undefined, silence = 's', more: Partial<Note> = {}): Note => {
    return { at: START, kind: 'not-told', reason: { code: 'silenced', silence }, ...(target && { target }), ...more }
  }

  test.each<[string, Note[], string[][]]>([
    ['differ only in the target', [said('a'), said('b'), said('c')], [['a', 'b', 'c']]],
    ['differ in the reason', [said('a'), said('b', 't'), said('c')], [['a', 'c'], ['b']]],
    ['differ in the time', [said('a'), said('b', 's', { at: START + 1 })], [['a'], ['b']]],
    ['differ in the alerts', [said('a', 's', { alerts: ['1'] }), said('b')], [['a'], ['b']]],
    ['have ids of their own', [said('a', 's', { delivery: '1' }), said('b', 's', { delivery: '2' })], [['a'], ['b']]],
    ['are about the whole group', [said(undefined), said(undefined)], [[], []]],
    ['stand before and after an entry about the group', [said('a'), said(undefined), said('b')], [['a'], [], ['b']]],
    ['are said twice to one target', [said('a'), said('b'), said('a')], [['a', 'b'], ['a']]],
    [
      'come in another order at another target',
      [said('a', '1'), said('a', '2'), said('b', '2'), said('b', '1')],
      [['a'], ['a', 'b'], ['b']],
    ],
  ])('that %s', (_, notes, targets) => {
    expect(joinNotes(notes).map(targetsOf)).toEqual(targets)
  })

  test('are all there, and each target has its own in order', () => {
    const target = fc.constantFrom(undefined, 'ops', 'dev', 'mail@ada', 'mail@grace', 'sms@ada', 'sms@grace')
    const notes = fc.array(fc.tuple(target, fc.constantFrom('1', '2', '3')), { maxLength: 30 })
    const property = fc.property(notes, (drawn) => {
      const all = drawn.map(([target, silence]) => said(target, silence))
      const log = joinNotes(all)
      const aboutOne = (name: string | undefined) => (entry: Note) =>
        entry.target === undefined || entry.target === name
      for (const name of new Set(drawn.map(([target]) => target))) {
        expect(expand(log).filter(aboutOne(name))).toEqual(all.filter(aboutOne(name)))
      }
      expect(expand(JSON.parse(JSON.stringify(log)))).toEqual(expand(log))
    })
    fc.assert(property)
  })
})

describe('600 targets and 20 alerts', () => {
  const CHANNELS = ['mail', 'chat', 'sms']
  const TARGETS = Array.from({ length: 600 }, (_, index): Target => {
    return { kind: 'notification', channel: CHANNELS[index % 3]!, user: `person-${Math.floor(index / 3)}` }
  })
  const KEYS = TARGETS.map(targetKey)
  const POLICY = { groupWaitMs: 0, groupIntervalMs: 30 * SECOND, targets: TARGETS }
  const ALERTS = Array.from({ length: 20 }, (_, index) => {
    return alertInput({ n: `${index}` }, { tie: `${index}`, endsAt: START + 60 * MINUTE })
  })
  const now = START + MINUTE
  const flushed = advance(unborn(), ALERTS, context(now, POLICY))
  const outcomes = (kind: 'arrived' | 'refused', count = 600): Input[] => {
    return flushed.open.slice(0, count).map(({ target, delivery, attempt }) => {
      const outcome =
        kind === 'arrived' ? { kind, at: now } : { kind, at: now, reason: 'serverError' as const, detail: '' }
      return { kind: 'outcome', target, delivery, attempt, outcome }
    })
  }
  const deliveries = new Map(flushed.open.map(({ target, delivery }) => [target, delivery]))

  test('a flush notes a few entries, of 8 KiB at most', () => {
    const { log } = flushed.group
    expect(log.map(({ kind }) => kind)).toEqual(['opened', 'telling'])
    expect(JSON.stringify(log).length).toBeLessThan(8 * 1024)
  })

  test('each target has an entry with the id of its delivery', () => {
    const [opened, ...told] = expand(flushed.group.log, flushed.group)
    expect(opened).toMatchObject({ kind: 'opened' })
    expect(new Map(told.map(({ target, delivery }) => [target, delivery]))).toEqual(deliveries)
    expect(told).toHaveLength(KEYS.length)
  })

  test.each(['arrived', 'refused'] as const)('so have outcomes, %s', (kind) => {
    const { group } = advance(flushed.group, outcomes(kind, 100), context(now + SECOND, POLICY))
    expect(group.log).toHaveLength(1)
    const entries = expand(group.log, group)
    expect(entries).toHaveLength(100)
    for (const { target = '', delivery } of entries) expect(delivery).toBe(deliveries.get(target))
  })

  test('a retry has the id of its first attempt, also in the next life of the group', () => {
    const later = now + SECOND
    const refused = advance(flushed.group, outcomes('refused'), context(later, POLICY))
    const retried = { ...refused.group, birth: refused.group.birth + 1 }
    const again = advance(retried, [{ kind: 'wake' }], context(later + 20 * SECOND, POLICY))
    const telling = again.open.map(({ target, delivery }) => [target, delivery])
    expect(telling.length).toBeGreaterThan(0)
    const entries = expand(again.group.log, again.group).filter(({ kind }) => kind === 'telling')
    expect(entries.map(({ target, delivery }) => [target, delivery])).toEqual(telling)
  })
})
