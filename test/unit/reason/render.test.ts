import { expect, test } from 'vitest'
import type { MuteReason } from '../../../shared/reason/reason.ts'
import { renderReason } from '../../../shared/reason/render.ts'

test.each<[MuteReason, string]>([
  [{ code: 'inhibited', source: 'f1', rule: 'r' }, 'inhibited by f1'],
  [{ code: 'outsideActiveIntervals', intervals: ['a', 'b'] }, 'outside active interval a, b'],
  [{ code: 'mutedByInterval', interval: 'nights' }, 'muted by interval nights'],
  [{ code: 'silenced', silence: 's1' }, 'silenced by s1'],
])('%j reads %s', (reason, text) => {
  expect(renderReason(reason)).toBe(text)
})
