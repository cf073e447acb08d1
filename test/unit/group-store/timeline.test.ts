import { expect, test } from 'vitest'
import { unbornGroup } from '../../../shared/group/advance.ts'
import { readTimeline, writeTimeline } from '../../../shared/group-store/timeline.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 10, 21)

test('what was decided at one moment is shown in the order of the saves, the tenth after the ninth', async () => {
  const table = memoryTable({ now: () => NOW, at: () => () => {} })
  const group = unbornGroup('acme', 'g1', 'p', {}, { now: NOW, revision: '1' })
  for (const version of [10, 9, 100]) {
    const log = ['first', 'second'].map((what) => {
      const reason = { code: 'silenced' as const, silence: `${version} ${what}` }
      return { at: NOW, kind: 'not-told' as const, reason }
    })
    await writeTimeline(table, { ...group, log }, version, NOW + 1)
  }
  const { entries } = await readTimeline(table, 'acme', 'g1', undefined, { limit: 10 })
  const reasons = entries.map(({ reason }) => (reason.code === 'silenced' ? reason.silence : undefined))
  expect(reasons).toEqual(['9 first', '9 second', '10 first', '10 second', '100 first', '100 second'])
})
