import { describe, expect, test } from 'vitest'
import type { Labels } from '../../../shared/alert/labels.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { MIN_MILLIS, MINUTE } from '../../../shared/base/time.ts'
import { compileMatchers } from '../../../shared/matcher/compile.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { canUpdate, expireSilence, type PutSilence, putSilence, setSilence } from '../../../shared/silence/put.ts'
import {
  type PostedSilence,
  SILENCE_RETENTION_MS,
  type Silence,
  silenceState,
} from '../../../shared/silence/silence.ts'
import { ITEM_BYTES } from '../../../shared/table/port.ts'

const NOW = Date.parse('2026-11-21T01:21:39.251Z')

// Facts from prometheus/alertmanager (Apache-2.0), silence/silence_test.go; times are minutes from now.
describe('changing a silence in place', () => {
  const SECOND = 1 / 60
  const ROWS: [string, was: [number, number], wanted: [number, number], boolean][] = [
    ['expired', [-60, -SECOND], [0, 0], false],
    ['pending, to begin in the past', [60, 120], [-1, 60], false],
    ['pending, moved', [60, 120], [1, 1], true],
    ['pending, to begin now', [60, 120], [0, 120], true],
    ['active, with another start', [-60, 120], [-1, 120], false],
    ['active, with a start in the same second', [-60, 120], [-60 - 0.2 * SECOND, 120], true],
    ['active, to end in the past', [-60, 120], [-60, -SECOND], false],
    ['active, to end now', [-60, 120], [-60, 0], true],
    ['active, extended', [-60, 120], [-60, 180], true],
  ]
  test.each(ROWS)('%s', (_, was, wanted, expected) => {
    expect(canUpdate(silence('a', ...was), posted(...wanted), NOW)).toBe(expected)
  })

  test('is not possible with other matchers, nor with the same in another order', () => {
    const two: Matcher[] = [matcher('a', '=', 'b'), matcher('c', '=', 'd')]
    const was = { ...silence('x', -60, 120), matchers: two }
    expect(canUpdate(was, { ...posted(-60, 120), matchers: two }, NOW)).toBe(true)
    expect(canUpdate(was, { ...posted(-60, 120), matchers: two.toReversed() }, NOW)).toBe(false)
    expect(canUpdate(was, { ...posted(-60, 120), matchers: [two[0]!] }, NOW)).toBe(false)
    expect(canUpdate(was, { ...posted(-60, 120), matchers: [two[0]!, matcher('c', '=~', 'd')] }, NOW)).toBe(false)
  })
})

describe('the life of a silence', () => {
  test('goes as upstream', () => {
    let list = saved(putSilence([], posted(2, 5), NOW, 'one'))
    expect(list).toEqual([{ ...silence('one', 2, 5), updatedAt: NOW }])
    expect(silenceState(list[0]!, NOW)).toBe('pending')

    list = saved(putSilence(list, { ...posted(0, 1), startsAt: MIN_MILLIS }, NOW, 'two'))
    expect(list[1]).toEqual({ ...silence('two', 0, 1), updatedAt: NOW })

    const later = NOW + 10_000
    const again = { ...posted(0, 1), id: 'two' }
    list = saved(putSilence(list, again, later, 'unused'), 'two')
    list = saved(putSilence(list, { ...again, comment: 'c2' }, later, 'unused'), 'two')
    list = saved(putSilence(list, { ...again, endsAt: NOW + 9 * MINUTE }, later, 'unused'), 'two')
    expect(list[1]).toEqual({ ...silence('two', 0, 9), updatedAt: later })

    const other = { ...again, endsAt: NOW + 9 * MINUTE, matchers: [matcher('a', '=', 'c')] }
    list = saved(putSilence(list, other, later, 'three'), 'three')
    expect(list[1]).toEqual({ ...silence('two', 0, 9), endsAt: later, updatedAt: later })
    expect(list[2]).toMatchObject({ id: 'three', startsAt: later, endsAt: NOW + 9 * MINUTE })

    list = saved(
      putSilence(list, { ...again, startsAt: NOW - MINUTE, endsAt: NOW + 9 * MINUTE }, later, 'four'),
      'four',
    )
    expect(list[1]!.endsAt).toBe(later)
    expect(list[3]).toMatchObject({ id: 'four', startsAt: later })

    const before = structuredClone(list)
    const zero = setSilence(list, { ...again, id: 'four', endsAt: MIN_MILLIS }, later, 'unused')
    expect(zero).toEqual({ ok: false, status: 400, error: 'invalid silence: invalid zero end timestamp' })
    expect(list).toEqual(before)
  })

  test('deciding again after a lost answer adds nothing', () => {
    const once = saved(putSilence([], posted(0, 5), NOW, 'one'))
    expect(putSilence(once, posted(0, 5), NOW + 1, 'one')).toEqual({ ok: true, silences: once, id: 'one' })
  })

  test('keeps nothing but its own fields', () => {
    const extra = { ...posted(0, 5), status: 'x', updatedAt: 1, annotations: { team: 'a' } }
    const [kept] = saved(putSilence([], extra, NOW, 'one'))
    expect(kept).toEqual({ ...silence('one', 0, 5), updatedAt: NOW, annotations: { team: 'a' } })
  })

  test('expiring ends an active one, empties a pending one and leaves an expired one', () => {
    const list = [silence('active', -5, 5), silence('pending', 5, 9), silence('expired', -5, -1)]
    for (const { id } of list) {
      const after = saved(expireSilence(list, id, NOW)).find((one) => one.id === id)!
      expect(silenceState(after, NOW)).toBe('expired')
      expect(saved(expireSilence([after], id, NOW + MINUTE))).toEqual([after])
      expect([after.startsAt, after.endsAt]).toEqual(
        id === 'active' ? [NOW - 5 * MINUTE, NOW] : id === 'pending' ? [NOW, NOW] : [NOW - 5 * MINUTE, NOW - MINUTE],
      )
    }
    expect(expireSilence(list, 'unknown', NOW)).toEqual({ ok: false, status: 404, error: 'silence not found' })
  })

  test('an old one leaves when another is put', () => {
    const old = { ...silence('old', -5, 0), endsAt: NOW - SILENCE_RETENTION_MS }
    expect(saved(putSilence([old], posted(0, 5), NOW, 'new')).map(({ id }) => id)).toEqual(['new'])
    expect(putSilence([old], { ...posted(0, 5), id: 'old' }, NOW, 'new')).toMatchObject({ status: 404 })
  })
})

describe('refused silences', () => {
  const ONE = { matchers: [matcher('a', '=', 'b')] }
  const REFUSED: [Partial<PostedSilence>, string][] = [
    [{ startsAt: NOW + MINUTE, endsAt: NOW }, 'Failed to create silence: start time must be before end time'],
    [{ startsAt: NOW, endsAt: NOW }, 'Failed to create silence: start time must be before end time'],
    [{ startsAt: MIN_MILLIS, endsAt: MIN_MILLIS }, 'Failed to create silence: start time must be before end time'],
    [{ startsAt: NOW - 9, endsAt: NOW - 1 }, "Failed to create silence: end time can't be in the past"],
    [{ matchers: [] }, 'invalid silence: matcher set 0 is empty'],
    [
      { matchers: [matcher('a', '=~', '.*')] },
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      { matchers: [matcher('a', '=', ''), matcher('b', '=~', '.*')] },
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      { matchers: [...ONE.matchers, matcher('', '=', 'b')] },
      'invalid silence: invalid label matcher 1 in set 0: invalid label name ""',
    ],
    [
      { matchers: [matcher('a', '=', '\ud800')] },
      'invalid silence: invalid label matcher 0 in set 0: invalid label value "\ufffd"',
    ],
    [
      { matchers: [matcher('a', '=~', '(')] },
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      { matchers: [matcher('a', '!~', 'a)|(b')] },
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "a)|(b": error parsing regexp: unexpected ): `a)|(b`',
    ],
  ]
  test.each(REFUSED)('%j: %s', (change, error) => {
    expect(putSilence([], { ...posted(0, 5), ...change }, NOW, 'id')).toEqual({ ok: false, status: 400, error })
  })

  test('an unknown id is not found', () => {
    const unknown = { ...posted(0, 5), id: 'unknown' }
    expect(putSilence([], unknown, NOW, 'id')).toEqual({ ok: false, status: 404, error: 'silence not found' })
  })

  test('negative matchers alone are enough, and names may be anything', () => {
    for (const one of [matcher('a', '!=', 'x'), matcher('a-b ü', '=', 'x'), matcher('00', '=', 'b')]) {
      expect(putSilence([], { ...posted(0, 5), matchers: [one] }, NOW, 'id').ok).toBe(true)
    }
  })

  test('there is a most of live silences, and history does not count', () => {
    const live = Array.from({ length: LIMITS.liveSilences }, (_, i) => silence(`s${i}`, 0, 5))
    const error = 'exceeded maximum number of silences: 1000 (limit: 1000)'
    expect(putSilence(live, posted(0, 5), NOW, 'id')).toEqual({ ok: false, status: 400, error })
    expect(putSilence(live, { ...posted(0, 9), id: 's7' }, NOW, 'id')).toMatchObject({ ok: true, id: 's7' })
    expect(putSilence([...live.slice(1), silence('old', -5, -1)], posted(0, 5), NOW, 'id').ok).toBe(true)
  })

  test('hostile expressions are refused before anything is compiled', () => {
    const refused = (matchers: Matcher[]) => {
      const put = putSilence([], { ...posted(0, 5), matchers }, NOW, 'id')
      return put.ok ? undefined : put.error
    }
    const many = Array.from({ length: 101 }, (_, i) => matcher(`l${i}`, '=', 'x'))
    expect(refused(many)).toBe('invalid silence: matcher set 0 has 101 matchers (limit: 100)')
    expect(refused([matcher('a', '=~', '(a|b|c7){1,900}')])).toMatch(
      /too large: it has \d+ steps.*at most 1000 are allowed$/,
    )
    const large = (i: number) => matcher(`l${i}`, '=~', `x${i}[a-z]{900}`)
    expect(refused([0, 1, 2, 3, 4].map(large))).toBeUndefined()
    expect(refused([0, 1, 2, 3, 4, 5].map(large))).toMatch(/too large together: they have more than 5000 steps/)
  })

  test('the expressions of all live silences have a limit; expired silences do not count', () => {
    const wide = (id: string, to: number) => ({
      ...silence(id, -9, to),
      matchers: [matcher('a', '=~', `${id}[a-z]{900}`)],
    })
    const live = Array.from({ length: 32 }, (_, i) => wide(`s${i}`, 5))
    const one = { ...posted(0, 5), matchers: [matcher('a', '=~', 'more[a-z]{900}')] }
    const put = putSilence([...live, wide('x', 5)], one, NOW, 'id')
    expect(!put.ok && put.error).toMatch(/^silences exceeded maximum size of regular expressions: \d+ steps/)
    expect(putSilence([...live.slice(1), wide('x', -1)], one, NOW, 'id').ok).toBe(true)
    expect(putSilence([...live, wide('x', 5)], posted(0, 5), NOW, 'id').ok).toBe(false)
  })

  test('they fit into one item: history gives way, then a silence is refused', () => {
    expect(LIMITS.silencesBytes).toBeLessThan(ITEM_BYTES)
    const big = (id: string, to: number) => ({ ...silence(id, -9, to), comment: 'ü'.repeat(60 * 1024) })
    const list = [big('newer', -1), big('older', -2), big('live', 5)]
    const after = saved(putSilence(list, { ...posted(0, 5), comment: 'ü'.repeat(60 * 1024) }, NOW, 'id'))
    expect(after.map(({ id }) => id)).toEqual(['newer', 'live', 'id'])
    const huge = putSilence(list, { ...posted(0, 5), comment: 'x'.repeat(LIMITS.silencesBytes) }, NOW, 'id')
    expect(huge).toMatchObject({ ok: false, status: 400 })
    expect(!huge.ok && huge.error).toMatch(/^silences exceeded maximum size: \d+ bytes \(limit: 399360 bytes\)$/)
  })
})

test('a silence mutes what all its matchers match', () => {
  const [one] = saved(
    putSilence([], { ...posted(0, 5), matchers: [matcher('a', '=', 'b'), matcher('c', '!=', 'd')] }, NOW, 'i'),
  )
  const mutes = (labels: Labels) => compileMatchers(one!.matchers)(labels)
  expect([mutes({ a: 'b' }), mutes({ a: 'b', c: 'd' }), mutes({})]).toEqual([true, false, false])
})

function saved(put: PutSilence, id?: string): Silence[] {
  if (!put.ok) throw new Error(put.error)
  if (id !== undefined) expect(put.id).toBe(id)
  return put.silences
}

function matcher(name: string, op: Matcher['op'], value: string): Matcher {
  return { name, op, value }
}

function posted(from: number, to: number): PostedSilence {
  return {
    matchers: [matcher('a', '=', 'b')],
    startsAt: NOW + Math.round(from * MINUTE),
    endsAt: NOW + Math.round(to * MINUTE),
    createdBy: 'me',
    comment: 'c',
  }
}

function silence(id: string, from: number, to: number): Silence {
  return { id, ...posted(from, to), updatedAt: NOW - 60 * MINUTE }
}
