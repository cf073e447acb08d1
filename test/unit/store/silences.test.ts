import { describe, expect, test } from 'vitest'
import type { Silence } from '../../../shared/silence/silence.ts'
import { readSilences, saveSilences } from '../../../shared/store/silences.ts'
import { memoryTable } from '../../sim/table.ts'

const SILENCE: Silence = {
  id: 'one',
  matchers: [{ name: '__proto__', op: '=~', value: 'a|b' }],
  startsAt: 1,
  endsAt: 2,
  updatedAt: 1,
  createdBy: 'me',
  comment: 'ü\ud83d\ude42',
  annotations: Object.fromEntries([['__proto__', 'x']]),
}

describe('stored silences', () => {
  test('are read as they were saved, each account its own', async () => {
    const table = memoryTable({ now: () => 0, at: () => () => {} })
    expect(await readSilences(table, 'one')).toEqual({ silences: [], version: 0 })
    expect(await saveSilences(table, 'one', [SILENCE], 0)).toBe('saved')
    const read = await readSilences(table, 'one')
    expect(read).toEqual({ silences: [SILENCE], version: 1 })
    expect(Object.keys(read.silences[0]!.annotations!)).toEqual(['__proto__'])
    expect(await readSilences(table, 'two')).toEqual({ silences: [], version: 0 })
  })

  test('a save over what somebody else saved since is lost', async () => {
    const table = memoryTable({ now: () => 0, at: () => () => {} })
    await saveSilences(table, 'one', [SILENCE], 0)
    expect(await saveSilences(table, 'one', [], 0)).toBe('lost')
    expect(await saveSilences(table, 'one', [], 1)).toBe('saved')
    expect(await saveSilences(table, 'one', [SILENCE], 1)).toBe('lost')
    expect(await readSilences(table, 'one')).toEqual({ silences: [], version: 2 })
  })
})
