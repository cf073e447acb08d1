import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRepeated, type WrittenRow, writeRepeated } from '../../../shared/group-store/repeated-rows.ts'
import type { StoredRow } from '../../../shared/group-store/rows.ts'

const alert = (key: string, tie: string, endsAt = 9, compared?: number): StoredRow =>
  compared === undefined ? [key, 'T', 1, endsAt, 0, 5, tie, 0] : [key, 'T', 1, endsAt, 0, 5, tie, 0, compared]
const tombstone = (key: string, tie: string): StoredRow => [`-${key}`, 'T', 9, 99, 5, tie]

test.each<[string, StoredRow[], WrittenRow[]]>([
  [
    'the next alert of a message is its key',
    [alert('a', 'm#00009'), alert('b', 'm#00010')],
    [alert('a', 'm#00009'), 'b'],
  ],
  [
    'a later alert has its distance',
    [alert('a', 'm#00009'), alert('b', 'm#00003')],
    [alert('a', 'm#00009'), ['b', -6]],
  ],
  ['tombstones too', [tombstone('a', 'm#1'), tombstone('b', 'm#2')], [tombstone('a', 'm#1'), '-b']],
  ['another message', [alert('a', 'm#1'), alert('b', 'n#2')], [alert('a', 'm#1'), alert('b', 'n#2')]],
  ['another end', [alert('a', 'm#1'), alert('b', 'm#2', 8)], [alert('a', 'm#1'), alert('b', 'm#2', 8)]],
  ['compared or not', [alert('a', 'm#1', 9, 7), alert('b', 'm#2')], [alert('a', 'm#1', 9, 7), alert('b', 'm#2')]],
  ['a tombstone is no alert', [alert('a', 'm#1'), tombstone('b', 'm#2')], [alert('a', 'm#1'), tombstone('b', 'm#2')]],
  ['rows that are gone', [['a'], ['b']], [['a'], ['b']]],
])('%s', (_, rows, written) => {
  expect(writeRepeated(rows)).toEqual(written)
  expect(readRepeated(written)).toEqual(rows)
})

test('every list of rows is read as it was written', () => {
  const tie = fc.record({
    message: fc.constantFrom('', 'm', 'm#', 'm#1'),
    place: fc.constantFrom('', '0', '1', '9', '09', '10', 'x', '-1'),
  })
  const row = fc.record({
    key: fc.integer({ min: 0, max: 9 }),
    tie,
    kind: fc.constantFrom('gone', 'tombstone', 'alert'),
    at: fc.integer({ min: 1, max: 2 }),
  })
  fc.assert(
    fc.property(fc.array(row), (list) => {
      const rows = list.map(({ key, tie: { message, place }, kind, at }): StoredRow => {
        if (kind === 'gone') return [String(key)]
        return kind === 'alert'
          ? alert(String(key), `${message}#${place}`, at)
          : tombstone(String(key), `${message}${place}`)
      })
      const written = JSON.parse(JSON.stringify(writeRepeated(rows))) as WrittenRow[]
      expect(readRepeated(written)).toEqual(rows)
    }),
  )
})
