import { keepNewest } from '../base/keep-newest.ts'
import type { Clock, Millis } from '../base/time.ts'
import type { Table } from '../table/port.ts'
import { type Pointer, readPointer } from './config-pointer.ts'

/** The number of accounts that a worker keeps. */
const KEPT_ACCOUNTS = 200

/**
 * Keeps the product of `make` for an account from one request to the next. The pointer is read, unless the last read is
 * younger than `cacheMs`; `make` gets the product of the pointer before.
 */
export function keepAccounts<Made>(
  { table, clock, cacheMs = 0 }: { table: Table; clock: Pick<Clock, 'now'>; cacheMs?: Millis },
  make: (account: string, pointer: Pointer | undefined, known: Made | undefined) => Promise<Made>,
): (account: string) => Promise<Made> {
  const kept = new Map<string, { readAt: Millis; made: Made }>()
  return async (account) => {
    const known = kept.get(account)
    const now = clock.now()
    if (known !== undefined && now - known.readAt < cacheMs && now >= known.readAt) return known.made
    const { pointer } = await readPointer(table, account)
    const made = await make(account, pointer, known?.made)
    keepNewest(kept, account, { readAt: now, made }, KEPT_ACCOUNTS)
    return made
  }
}
