import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { FailureReason, Outcome } from '../../../shared/delivery/outcome.ts'
import { retryAfter } from '../../../shared/group/backoff.ts'
import type { Retry } from '../../../shared/group/target-state.ts'

const NOW = Date.UTC(2026, 0, 5)
const at = (now: number) => ({ now, chance: () => 0.5, policy: { groupIntervalMs: 5 * MINUTE } }) as never
const refused = (reason: FailureReason, retryAfterMs?: number): Exclude<Outcome, { kind: 'arrived' }> => ({
  ...{ kind: 'refused', at: NOW, reason, detail: '' },
  ...(retryAfterMs !== undefined && { retryAfterMs }),
})
const failed: Retry = { notBefore: NOW, failures: 3, since: NOW - HOUR, later: 2 }

describe.each(['limited', 'quota'] as const)('an attempt that was not begun (%s)', (reason) => {
  test('is tried at the moment that the outcome names, and counts as no failure', () => {
    const first = retryAfter(undefined, refused(reason, 20 * SECOND), at(NOW))
    expect(first).toEqual({ notBefore: NOW + 20 * SECOND, failures: 0, since: NOW, later: 0, waitsSince: NOW })
    const again = retryAfter(first, refused(reason, 30 * SECOND), at(NOW + MINUTE))
    expect(again).toMatchObject({ notBefore: NOW + 90 * SECOND, failures: 0, waitsSince: NOW })
  })

  test('leaves the failures before as they are, and a failure after keeps the begin of the wait', () => {
    const waits = retryAfter(failed, refused(reason, SECOND), at(NOW))
    expect(waits).toEqual({ ...failed, notBefore: NOW + SECOND, waitsSince: NOW })
    const next = retryAfter(waits, refused('serverError'), at(NOW + SECOND))
    expect(next).toMatchObject({ failures: 4, since: NOW - HOUR, waitsSince: NOW })
  })

  test('is looked at after six hours, however long the wait is', () => {
    expect(retryAfter(undefined, refused(reason, 20 * HOUR), at(NOW)).notBefore).toBe(NOW + 6 * HOUR)
  })
})

test('the failures of a target that waited first begin with the first failure', () => {
  const waits = retryAfter(undefined, refused('limited', SECOND), at(NOW))
  const next = retryAfter(waits, refused('serverError'), at(NOW + MINUTE))
  expect(next).toMatchObject({ failures: 1, since: NOW + MINUTE, later: 0, waitsSince: NOW })
})
