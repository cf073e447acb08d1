import { keepNewest } from '../../../shared/base/keep-newest.ts'
import type { Clock } from '../../../shared/base/time.ts'

/** An answer is kept for so many times as long as it took: making it takes at most a twentieth of the time. */
const KEPT_FACTOR = 20
const LONGEST_MS = 15_000
/** Accounts whose answers are kept. */
const MOST_KEPT = 200

/**
 * An answer that needs many reads, made for one account. A small account always gets a fresh answer. For a large account
 * the answer is some seconds old, and requests that come meanwhile share one making.
 */
export function createKept<Value>(
  clock: Pick<Clock, 'elapsed'>,
  make: (account: string) => Promise<Value>,
): (account: string) => Promise<Value> {
  const kept = new Map<string, { value: Promise<Value>; until: number }>()
  return async (account) => {
    const known = kept.get(account)
    if (known !== undefined && clock.elapsed() < known.until) return await known.value
    const began = clock.elapsed()
    const entry = { value: make(account), until: Number.POSITIVE_INFINITY }
    keepNewest(kept, account, entry, MOST_KEPT)
    try {
      const value = await entry.value
      const took = clock.elapsed() - began
      entry.until = began + took + Math.min(LONGEST_MS, KEPT_FACTOR * took)
      return value
    } catch (error) {
      if (kept.get(account) === entry) kept.delete(account)
      throw error
    }
  }
}
