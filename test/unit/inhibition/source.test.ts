import { describe, expect, test } from 'vitest'
import { MAX_MILLIS, MINUTE } from '../../../shared/base/time.ts'
import { inhibitedBy } from '../../../shared/inhibition/inhibition.ts'
import {
  foldSource,
  MAX_SOURCES,
  pruneSources,
  SOURCE_KEEP_MS,
  type SourceEntry,
  sourcesInReach,
  sourcesKeptUntil,
} from '../../../shared/inhibition/source.ts'
import { MESSAGE_LIFE_MS } from '../../../shared/queue/port.ts'

const TARGET = { fingerprint: 'target', twoSided: false }

/** Received at minute `at`, firing from 0 until minute `to`; `~` for an end that is only a recovery time. */
function entry(fingerprint: string, at: number, to: number, timeout: '~' | '' = ''): SourceEntry {
  const stamp = { at: at * MINUTE, tie: String(at) }
  return { fingerprint, startsAt: 0, endsAt: to * MINUTE, timeout: timeout === '~', stamp, twoSided: false }
}

describe('sources', () => {
  test('inhibit until their end', () => {
    const sources = foldSource([], entry('a', 0, 5))
    expect(inhibitedBy(sources, TARGET, 5 * MINUTE - 1)).toBe('a')
    expect(inhibitedBy(sources, TARGET, 5 * MINUTE)).toBeUndefined()
  })

  test('that were over when their message came stay over by a clock that was set back since', () => {
    expect(inhibitedBy([entry('a', 60, 60)], TARGET, 0)).toBeUndefined()
    expect(inhibitedBy([entry('a', 60, 65)], TARGET, 0)).toBe('a')
    expect(inhibitedBy([entry('a', 60, 65, '~')], TARGET, 0)).toBe('a')
  })

  test('that were written before the clock was set back fire no longer than their recovery time', () => {
    const now = 10 * MINUTE
    const reached = (...entries: SourceEntry[]) => sourcesInReach(entries, now).map(({ endsAt }) => endsAt / MINUTE)
    expect(reached(entry('a', 60, 65, '~'), entry('a', 60, 60), entry('a', 60, 65))).toEqual([15, 10, 65])
    expect(sourcesInReach([{ ...entry('a', 60, 65, '~'), endsAt: MAX_MILLIS }], now)[0]!.endsAt).toBe(MAX_MILLIS)
    const [known] = sourcesInReach([entry('a', 60, 65, '~')], now)
    expect(sourcesInReach([known!], now + 1)).toEqual([known])
    // What the sender repeats comes later in the order, by the present clock.
    const repeated = { ...entry('a', 12, 17, '~'), stamp: { at: 12 * MINUTE, order: 61 * MINUTE, tie: '' } }
    expect(foldSource([known!], repeated)[0]!.endsAt).toBe(17 * MINUTE)
    expect(foldSource([known!], { ...repeated, stamp: { ...repeated.stamp, order: 59 * MINUTE } })[0]!.stamp).toBe(
      known!.stamp,
    )
    const right = [entry('a', 10, 15, '~')]
    expect(sourcesInReach(right, now)).toBe(right)
  })

  test('a duplicate changes nothing', () => {
    const sources = foldSource(foldSource([], entry('a', 0, 5)), entry('b', 0, 5))
    expect(foldSource(sources, entry('a', 0, 5))).toBe(sources)
  })

  test('a resolve holds against an older firing that comes late, and also when it came first', () => {
    const [fired, resolved] = [entry('a', 1, 5, '~'), entry('a', 2, 2)]
    const inOrder = foldSource(foldSource([], fired), resolved)
    const turned = foldSource(foldSource([], resolved), fired)
    expect(turned).toEqual(inOrder)
    expect(foldSource(inOrder, fired)).toBe(inOrder)
    expect(inhibitedBy(inOrder, TARGET, 3 * MINUTE)).toBeUndefined()
  })

  test('firing again after a resolve inhibits again', () => {
    const sources = [entry('a', 1, 5, '~'), entry('a', 2, 2), entry('a', 3, 8, '~')].reduce(foldSource, [])
    expect(inhibitedBy(sources, TARGET, 6 * MINUTE)).toBe('a')
  })

  test('any order of arrival of firings comes to the same', () => {
    const messages = [
      entry('a', 1, 6, '~'),
      entry('b', 1, 4),
      entry('a', 2, 7, '~'),
      entry('b', 3, 3),
      entry('a', 4, 4),
    ]
    const expected = messages.reduce(foldSource, [])
    for (const order of permutations(messages)) expect(order.reduce(foldSource, [])).toEqual(expected)
  })

  test('are forgotten once no message about them can be on its way', () => {
    expect(SOURCE_KEEP_MS).toBeGreaterThan(MESSAGE_LIFE_MS)
    const sources = [entry('a', 1, 5), entry('b', 9, 2)].reduce(foldSource, [])
    const names = (now: number) => pruneSources(sources, now).map(({ fingerprint }) => fingerprint)
    expect(names(5 * MINUTE + SOURCE_KEEP_MS - 1)).toEqual(['a', 'b'])
    expect(names(5 * MINUTE + SOURCE_KEEP_MS)).toEqual(['b'])
    expect(names(9 * MINUTE + SOURCE_KEEP_MS)).toEqual([])
    expect(sourcesKeptUntil(sources)).toBe(9 * MINUTE + SOURCE_KEEP_MS)
    expect(pruneSources(sources, 0)).toBe(sources)
  })

  test('of very many the latest-ending are kept', () => {
    const many = Array.from({ length: MAX_SOURCES + 20 }, (_, i) => entry(`f${i}`, 0, i + 1))
    const sources = many.reduce(foldSource, [])
    expect(sources).toHaveLength(MAX_SOURCES)
    expect(inhibitedBy(sources, TARGET, 119 * MINUTE)).toBe('f119')
    expect(foldSource(sources, entry('early', 0, 1))).toBe(sources)
  })
})

function permutations<T>(list: T[]): T[][] {
  if (list.length < 2) return [list]
  return list.flatMap((one, index) => permutations(list.toSpliced(index, 1)).map((rest) => [one, ...rest]))
}
