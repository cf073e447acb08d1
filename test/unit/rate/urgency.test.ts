import { expect, test } from 'vitest'
import { MINUTE } from '../../../shared/base/time.ts'
import { canWait, urgencyOf } from '../../../shared/rate/urgency.ts'

const NOW = Date.UTC(2026, 0, 5)

test('the level goes first, then news, ends and repeats; who waited long goes before all', () => {
  const order = [
    urgencyOf({ reason: 'repeat', level: 'P4' }, NOW - 5 * MINUTE, NOW),
    urgencyOf({ reason: 'first', level: 'P1' }, undefined, NOW),
    urgencyOf({ reason: 'all-resolved', level: 'P1' }, NOW - 4 * MINUTE, NOW),
    urgencyOf({ reason: 'repeat', level: 'P1' }, undefined, NOW),
    urgencyOf({ reason: 'new-alerts', level: 'P2' }, undefined, NOW),
    urgencyOf({ reason: 'claim' }, undefined, NOW),
    urgencyOf({ reason: 'some-resolved', level: 'P4' }, undefined, NOW),
  ]
  expect(order).toEqual(order.toSorted())
})

test('a repeat does not wait, unless its target waited long', () => {
  expect(canWait({ reason: 'repeat' }, undefined, NOW)).toBe(false)
  expect(canWait({ reason: 'repeat' }, NOW - 4 * MINUTE, NOW)).toBe(false)
  expect(canWait({ reason: 'repeat' }, NOW - 5 * MINUTE, NOW)).toBe(true)
  expect(canWait({ reason: 'all-resolved' }, undefined, NOW)).toBe(true)
})
