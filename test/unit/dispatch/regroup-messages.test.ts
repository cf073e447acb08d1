import { expect, test } from 'vitest'
import { targetKnowledge } from '../../../functions/dispatch/regroup-messages.ts'
import { DELIVERY_WINDOW_MS } from '../../../shared/group/target-state.ts'

const NOW = 1_000_000_000

test.each([
  ['by its deadline, at one attempt', { openedAt: 5 }, 5 + DELIVERY_WINDOW_MS],
  ['by the deadline of the attempt that arrived', { openedAt: 5, heardBy: NOW - 7 }, NOW - 7],
  ['by now at the latest', { openedAt: NOW - 1 }, NOW],
  ['by now, if no delivery of this group told the target', {}, NOW],
])('a target had heard what it was told: %s', (_, times, until) => {
  const told = { at: 1, firing: ['x'], resolved: [], ...times }
  const [known] = targetKnowledge(new Map([['hook', { count: 1, told }]]), NOW)
  expect(known?.told?.until).toBe(until)
})
