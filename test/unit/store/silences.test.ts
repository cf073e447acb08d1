import { describe, expect, test } from 'vitest'
import type { Silence } from '../../../shared/silence/silence.ts'
import { readSilences, saveSilences } from '../../../shared/store/silences.ts'
import type { Version } from '../../../shared/table/version.ts'
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
    expect(await readSilences(table, 'one')).toEqual({ silences: [], version: 'absent' })
    const version = await saveSilences(table, 'one', [SILENCE], 'absent')
    const read = await readSilences(table, 'one')
    expect(read).toEqual({ silences: [SILENCE], version })
    expect(Object.keys(read.silences[0]!.annotations!)).toEqual(['__proto__'])
    expect(await readSilences(table, 'two')).toEqual({ silences: [], version: 'absent' })
  })

  test('a save over what somebody else saved since is lost', async () => {
    const table = memoryTable({ now: () => 0, at: () => () => {} })
    const first = (await saveSilences(table, 'one', [SILENCE], 'absent')) as Version
    expect(await saveSilences(table, 'one', [], 'absent')).toBe('lost')
    const second = await saveSilences(table, 'one', [], first)
    expect(await saveSilences(table, 'one', [SILENCE], first)).toBe('lost')
    expect(await readSilences(table, 'one')).toEqual({ silences: [], version: second })
  })
})
