import { describe, expect, test } from 'vitest'
import { HOUR } from '../../../shared/base/time.ts'
import type { SourceEntry } from '../../../shared/inhibition/inhibition.ts'
import { noteSources, readSources } from '../../../shared/store/inhibition.ts'
import type { Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'

const clock = { now: () => 0, elapsed: () => 0, after: () => () => {} }

function entry(fingerprint: string, at: number, endsAt: number): SourceEntry {
  return { fingerprint, startsAt: 0, endsAt, timeout: false, stamp: { at, tie: '' }, twoSided: false }
}

describe('kept sources', () => {
  test('are read under their account and key', async () => {
    const table = memoryTable(clock)
    await noteSources(table, 'one', 'r-1', [entry('a', 0, 50), entry('b', 0, 60)], 0)
    await noteSources(table, 'two', 'r-2', [entry('c', 0, 50)], 0)
    const read = await readSources(table, 'one', ['r-1', 'r-2', ...Array.from({ length: 100 }, (_, i) => `r-${i + 3}`)])
    expect([...read]).toEqual([['r-1', [entry('b', 0, 60), entry('a', 0, 50)]]])
  })

  test('are not written when nothing changes, and may go when nobody needs them', async () => {
    const table = memoryTable(clock)
    for (let i = 0; i < 3; i++) await noteSources(table, 'one', 'r', [entry('a', 1, 50)], 0)
    await noteSources(table, 'one', 'r', [], 0)
    expect(table.everything()).toMatchObject([{ version: expect.stringMatching(/^1\./), expiresAt: 50 + HOUR }])
  })

  test('one that ended long ago is not written at all', async () => {
    const table = memoryTable(clock)
    await noteSources(table, 'one', 'r', [entry('a', 1, 50)], 50 + HOUR)
    expect(table.everything()).toEqual([])
  })

  test('writers at the same moment lose nothing of each other', async () => {
    const table = memoryTable(clock)
    const writers = Array.from({ length: 15 }, (_, i) => noteSources(table, 'one', 'r', [entry(`f${i}`, i, 50)], 0))
    await Promise.all(writers)
    expect((await readSources(table, 'one', ['r'])).get('r')).toHaveLength(15)
  })

  test('a table that never lets it win is an error, not an endless loop', async () => {
    const table: Table = { ...memoryTable(clock), put: async () => 'lost' }
    await expect(noteSources(table, 'one', 'r', [entry('a', 1, 50)], 0)).rejects.toThrow('too many at once')
  })
})
