import type { Chance } from '../../../shared/base/time.ts'
import type { Again } from './answer.ts'

/** Three times the longest attempt, and the pauses between, fit into the time of every function. */
export const ATTEMPTS = 3

/**
 * The budget of repetitions of a client. While a service is away, repetitions of all calls would make its load three
 * times as large: they end when the budget is used up, and every call makes a single attempt.
 */
export interface RetryBudget {
  /** Whether a repetition may be made; the repetition is paid. */
  pay(): boolean
  /** A call got its output at this attempt, 1 or later. */
  succeeded(attempt: number): void
}

const BUDGET = 500
const PRICE = 5

export function createRetryBudget(): RetryBudget {
  let left = BUDGET
  return {
    pay() {
      if (left < PRICE) return false
      left -= PRICE
      return true
    },
    succeeded(attempt) {
      left = Math.min(BUDGET, left + (attempt === 1 ? 1 : PRICE))
    },
  }
}

const PAUSE_MS: Record<Exclude<Again, 'never'>, number> = { transient: 100, throttled: 500, skewed: 0 }

/** The pause after a failed attempt, drawn up to a length that doubles: callers that failed together come apart. */
export function pauseMs(again: Exclude<Again, 'never'>, attempt: number, chance: Chance): number {
  return chance() * PAUSE_MS[again] * 2 ** (attempt - 1)
}
