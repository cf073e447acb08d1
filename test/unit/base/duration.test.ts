import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration, parseGoDuration } from '../../../shared/base/duration.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'

test.each([
  ['0', 0],
  ['0s', 0],
  ['1ms', 1],
  ['500ms', 500],
  ['5s', 5 * SECOND],
  ['1h30m', HOUR + 30 * MINUTE],
  ['90m', 90 * MINUTE],
  ['1w2d', 9 * DAY],
  ['1y', 365 * DAY],
  ['4900ms', 4900],
])('reads %s as Prometheus does', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '1', '-1s', '1.5s', '1m1h', '1s1s', 's', ' 5s', '5s ', '300y', '9'.repeat(99) + 's', '5S', '1h 30m'])(
  'refuses %j',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test.each([
  [0, '0s'],
  [500, '500ms'],
  [90 * MINUTE, '1h30m'],
  [7 * DAY, '1w'],
  [8 * DAY, '8d'],
  [365 * DAY, '1y'],
  [1001, '1s1ms'],
])('writes %d as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('a written duration reads back as the same duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_223_372_036_854 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})

test.each([
  ['500ms', 500],
  ['1.5s', 1500],
  ['1h0m0s', HOUR],
  ['0', 0],
  ['.5s', 500],
  ['1m1m', 2 * MINUTE],
])('reads %s as Go does', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms)
})

test.each(['', '5', '-1s', '1d', '1.s.', 's'])('refuses %j as Go duration', (text) => {
  expect(parseGoDuration(text)).toBeUndefined()
})
