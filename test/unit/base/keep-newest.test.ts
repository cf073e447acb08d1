import { expect, test } from 'vitest'
import { keepNewest } from '../../../shared/base/keep-newest.ts'

test('the entry that was put there before all others goes, and an entry that is put again is the newest', () => {
  const kept = new Map<string, number>()
  expect(['a', 'b', 'a', 'c', 'd'].map((key, place) => keepNewest(kept, key, place, 2))).toEqual([
    ...[undefined, undefined, undefined, 'b', 'a'],
  ])
  expect([...kept]).toEqual([
    ['c', 3],
    ['d', 4],
  ])
})
