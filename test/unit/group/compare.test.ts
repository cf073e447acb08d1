import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../../shared/base/time.ts'
import { difference } from '../../../shared/group/compare.ts'

const NOW = 1_000_000_000
const LONG_AGO = -1e15

/**
 * What was told (firing | resolved, minutes ago), what is, repeat in minutes → does a flush notify?
 * Facts from prometheus/alertmanager notify/notify_test.go (Apache-2.0).
 */
const upstream: [string, string | undefined, string, number, boolean, boolean][] = [
  ['nothing told, something fires', undefined, 'bcd|', 0, false, true],
  ['nothing told, only resolved', undefined, '|bcd', 0, false, false],
  ['another alert fires', 'abc|@long', 'bcd|', 0, false, true],
  ['told long ago', 'abc|@long', 'abc|', 0, false, true],
  ['told a moment before repeat', 'abc|@9', 'abc|', 10, false, false],
  ['told longer ago than repeat', 'abc|@11', 'abc|', 10, false, true],
  ['nothing fired then or now', '|abc@11', '|cde', 10, true, false],
  ['one resolved, resolves are not sent', 'ab|c@9', 'a|bc', 10, false, false],
  ['one resolved, resolves are sent', 'ab|c@9', 'a|bc', 10, true, true],
  ['all resolved, resolves are not sent', 'ab|c@9', '|abc', 10, false, true],
  ['all resolved, resolves are sent', 'ab|c@9', '|abc', 10, true, true],
]

describe('what is against what was told, as Alertmanager compares', () => {
  test.each(upstream)('%s', (_, told, present, repeatMinutes, sendResolved, notifies) => {
    const rhythm = { nominal: NOW, repeatIntervalMs: repeatMinutes * MINUTE, sendResolved }
    expect(difference({ ...mark(told) }, sets(present), rhythm) !== undefined).toBe(notifies)
  })
})

test('what fires after all was told as resolved is told as for the first time', () => {
  const rhythm = { nominal: NOW, repeatIntervalMs: 60 * MINUTE, sendResolved: true }
  expect(difference(mark('|a@1'), sets('a|'), rhythm)).toBe('first')
  expect(difference(mark('b|a@1'), sets('ab|'), rhythm)).toBe('new-alerts')
})

test.each([
  ['an end is news, though what fires is muted', 'ab|', '|b', 'all-resolved'],
  ['ends that were told are no news, though what fires is muted', 'a|b', '|b', undefined],
])('where muted alerts stay known, %s', (_, told, present, reason) => {
  const rhythm = { nominal: NOW, repeatIntervalMs: 60 * MINUTE, sendResolved: true, keepsMuted: true }
  expect(difference(mark(`${told}@1`), sets(present), rhythm)).toBe(reason)
})

describe('with an answer that was lost', () => {
  const rhythm = { nominal: NOW, repeatIntervalMs: 60 * MINUTE, sendResolved: true }
  const cases: [string, string | undefined, string, string, string | undefined][] = [
    ['a firing alert nobody surely heard of is told', undefined, 'a|', 'a|', 'first'],
    ['a resolve is owed to who may have heard the firing', undefined, 'a|', '|a', 'all-resolved'],
    ['a doubtful resolve of what fires again contradicts told', 'a|@1', '|a', 'a|', 'new-alerts'],
    ['a doubtful firing makes a told resolve uncertain', 'b|a@1', 'a|', 'b|a', 'some-resolved'],
    ['what told says for sure is not told again', 'ab|@1', 'a|', 'ab|', undefined],
  ]
  test.each(cases)('%s', (_, told, doubt, present, reason) => {
    expect(difference({ ...mark(told), doubt: { ...sets(doubt), until: NOW } }, sets(present), rhythm)).toBe(reason)
  })
})

function sets(text: string) {
  const [firing = '', resolved = ''] = text.split('|')
  return { firing: [...firing], resolved: [...resolved] }
}

function mark(text: string | undefined) {
  if (text === undefined) return {}
  const [present = '', age = ''] = text.split('@')
  return { told: { at: age === 'long' ? LONG_AGO : NOW - Number(age) * MINUTE, ...sets(present) } }
}
