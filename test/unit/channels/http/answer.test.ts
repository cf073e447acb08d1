import { describe, expect, test } from 'vitest'
import { classify, parseRetryAfter } from '../../../../shared/channels/http/answer.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const answer = (status: number, headers: Record<string, string> = {}) =>
  classify({ kind: 'answer', status, headers, body: 'token=s3cret' }, 'hooks.example.com', NOW)

describe('classify', () => {
  test.each([200, 201, 202, 204, 299])('%i arrived', (status) => {
    expect(answer(status)).toEqual({ kind: 'arrived', at: NOW })
  })

  test.each([
    [301, 'clientError'],
    [302, 'clientError'],
    [307, 'clientError'],
    [400, 'clientError'],
    [401, 'authError'],
    [403, 'authError'],
    [404, 'clientError'],
    [410, 'gone'],
    [422, 'clientError'],
  ])('%i is dead: %s', (status, reason) => {
    expect(answer(status)).toEqual({ kind: 'dead', at: NOW, reason, detail: `hooks.example.com: status ${status}` })
  })

  test.each([
    [408, 'timeout'],
    [429, 'rateLimited'],
    [500, 'serverError'],
    [502, 'serverError'],
    [503, 'serverError'],
    [599, 'serverError'],
  ])('%i is refused: %s', (status, reason) => {
    expect(answer(status)).toEqual({ kind: 'refused', at: NOW, reason, detail: `hooks.example.com: status ${status}` })
  })

  test('passes on how long the target wants to be left alone', () => {
    expect(answer(429, { 'retry-after': '120' })).toMatchObject({ kind: 'refused', retryAfterMs: 120_000 })
    expect(answer(503, { 'retry-after': '7' })).toMatchObject({ kind: 'refused', retryAfterMs: 7_000 })
  })

  test.each([
    [{ kind: 'unsent', reason: 'connection', detail: 'h: ECONNREFUSED' } as const, 'refused'],
    [{ kind: 'unsent', reason: 'forbiddenTarget', detail: 'h: private' } as const, 'dead'],
    [{ kind: 'unknown', reason: 'timeout', detail: 'h: no answer' } as const, 'ambiguous'],
    [{ kind: 'unknown', reason: 'connection', detail: 'h: ECONNRESET' } as const, 'ambiguous'],
  ])('%o is %s', (result, kind) => {
    expect(classify(result, 'h', NOW)).toEqual({ kind, at: NOW, reason: result.reason, detail: result.detail })
  })
})

describe('parseRetryAfter', () => {
  const SIX_HOURS = 6 * 3_600_000
  test.each([
    ['0', 0],
    ['90', 90_000],
    [' 5 ', 5_000],
    ['99999999999999999999', SIX_HOURS],
    ['86400', SIX_HOURS],
    ['Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
    ['Monday, 05-Jan-26 12:00:30 GMT', 30_000],
    ['Mon, 05 Jan 2026 11:00:00 GMT', 0],
    ['Tue, 06 Jan 2026 12:00:00 GMT', SIX_HOURS],
    ['', undefined],
    ['-5', undefined],
    ['5.5', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s → %s', (text, expected) => {
    expect(parseRetryAfter(text, NOW)).toBe(expected)
  })
})
