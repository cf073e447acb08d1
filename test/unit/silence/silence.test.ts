import { describe, expect, test } from 'vitest'
import {
  hasMatchers,
  pruneSilences,
  SILENCE_RETENTION_MS,
  type Silence,
  silenceState,
  sortSilences,
} from '../../../shared/silence/silence.ts'

const NOW = 1_000_000

describe('silences', () => {
  test('are pending, active from their start and expired at their end', () => {
    const at = (now: number) => silenceState({ startsAt: 10, endsAt: 20 }, now)
    expect([9, 10, 19, 20].map(at)).toEqual(['pending', 'active', 'active', 'expired'])
  })

  test('are listed active by end, pending by start, expired from the newest end', () => {
    const sorted = [
      silence('ends next', -5, 1),
      silence('ends later', -9, 2),
      silence('begins next', 3, 99),
      silence('begins later', 4, 50),
      silence('ended last', -9, -1),
      silence('ended first', -5, -2),
    ]
    expect(sortSilences(sorted.toReversed(), NOW)).toEqual(sorted)
  })

  test('are kept 120 hours after their end', () => {
    const list = [silence('kept', -9, 1 - SILENCE_RETENTION_MS), silence('gone', -9, -SILENCE_RETENTION_MS)]
    expect(pruneSilences(list, NOW).map(({ id }) => id)).toEqual(['kept'])
    expect(SILENCE_RETENTION_MS).toBe(5 * 24 * 3_600_000)
  })

  test('are filtered by the matchers they have, not by what these would match', () => {
    const one = { ...silence('a', 0, 1), matchers: [{ name: 'a', op: '=~', value: 'x|y' } as const] }
    expect(hasMatchers(one, [])).toBe(true)
    expect(hasMatchers(one, [{ name: 'a', op: '=~', value: 'x|y' }])).toBe(true)
    expect(hasMatchers(one, [{ name: 'a', op: '=', value: 'x' }])).toBe(false)
    expect(hasMatchers(one, [...one.matchers, { name: 'b', op: '=', value: '1' }])).toBe(false)
  })
})

function silence(id: string, from: number, to: number): Silence {
  return { id, matchers: [], startsAt: NOW + from, endsAt: NOW + to, updatedAt: NOW, createdBy: '', comment: '' }
}
