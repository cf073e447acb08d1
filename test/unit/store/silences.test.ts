import { describe, expect, test } from 'vitest'
import { activeSilences } from '../../../shared/silence/active.ts'
import type { Silence } from '../../../shared/silence/silence.ts'
import { createSilencesReader, readSilences, updateSilences } from '../../../shared/store/silences.ts'
import type { Table } from '../../../shared/table/port.ts'
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

const put =
  (...silences: Silence[]) =>
  () => ({ ok: true as const, silences, id: 'one' })

describe('stored silences', () => {
  test('are read as they were saved, each account its own', async () => {
    const table = memoryTable({ now: () => 0, elapsed: () => 0, after: () => () => {} })
    expect(await readSilences(table, 'one')).toEqual([])
    expect(await updateSilences(table, 'one', put(SILENCE))).toEqual({ ok: true, silences: [SILENCE], id: 'one' })
    const read = await readSilences(table, 'one')
    expect(read).toEqual([SILENCE])
    expect(Object.keys(read[0]!.annotations!)).toEqual(['__proto__'])
    expect(await readSilences(table, 'two')).toEqual([])
  })

  test('a reader returns the very same silences while nothing was saved, and the new ones from the save on', async () => {
    const table = memoryTable({ now: () => 0, elapsed: () => 0, after: () => () => {} })
    const silencesOf = createSilencesReader(table)
    expect(await silencesOf('one')).toEqual([])
    await updateSilences(table, 'one', put(SILENCE))
    const first = await silencesOf('one')
    expect(first).toEqual([SILENCE])
    expect(await silencesOf('one')).toBe(first)
    expect(activeSilences(first, 1)[0]).toBe(activeSilences(first, 1)[0])
    expect(await silencesOf('two')).toEqual([])
    const ended = { ...SILENCE, endsAt: 1.5 }
    await updateSilences(table, 'one', put(ended))
    expect(await silencesOf('one')).toEqual([ended])
  })

  test('a change over a list that another writer saved meanwhile is decided again', async () => {
    const inner = memoryTable({ now: () => 0, elapsed: () => 0, after: () => () => {} })
    const seen: number[] = []
    const other = { ...SILENCE, id: 'other' }
    const table: Table = {
      ...inner,
      async put(item, when) {
        if (seen.length === 1) await updateSilences(inner, 'one', put(other))
        return inner.put(item, when)
      },
    }
    await updateSilences(table, 'one', (silences) => {
      seen.push(silences.length)
      return { ok: true, silences: [...silences, SILENCE], id: 'one' }
    })
    expect(seen).toEqual([0, 1])
    expect((await readSilences(table, 'one')).map(({ id }) => id)).toEqual(['other', 'one'])
  })

  test('a change that loses every race is lost, and one that is refused writes nothing', async () => {
    const table = {
      ...memoryTable({ now: () => 0, elapsed: () => 0, after: () => () => {} }),
      put: async () => 'lost' as const,
    }
    expect(await updateSilences(table, 'one', put(SILENCE))).toBe('lost')
    const refused = { ok: false, status: 404, error: 'there is none' } as const
    expect(await updateSilences(table, 'one', () => refused)).toEqual(refused)
  })
})
