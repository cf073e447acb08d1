import { type KeyRing, type RingChange, setOwnerKey, withoutEnded } from '../account/key-ring.ts'
import type { Millis } from '../base/time.ts'
import type { Table } from '../table/port.ts'
import { type AccountBody, forgetKey, indexKey, readAccount, saveAccount } from './accounts.ts'

/** Readers that note a use, and other changes, may come between; more than that is the client's to look at. */
const TRIES = 5

type Decision = { ok: true; ring: KeyRing } | { ok: false }

/**
 * Decides over the account's keys as they are and saves, if nobody was faster. `newHash`, of a text that the
 * decision may bring, is indexed before the account names it; what the account no longer names is forgotten
 * after: between the two it opens nothing.
 */
async function change<D extends Decision>(
  table: Table,
  account: string,
  newHash: string | undefined,
  decide: (ring: KeyRing) => D,
  now: Millis,
): Promise<D | { ok: false; reason: 'lost' }> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await readAccount(table, account)
    if (found === undefined) throw new Error(`there is no account ${account}`)
    const { body, version } = found
    const decided = decide(body.keys)
    if (!decided.ok) return decided
    if (newHash !== undefined) await indexKey(table, newHash, account)
    const next: AccountBody = { ...body, keys: withoutEnded(decided.ring, now) }
    if ((await saveAccount(table, account, next, version)) === 'lost') continue
    const named = new Set(hashesOf(next.keys))
    await Promise.all(hashesOf(body.keys).map((hash) => (named.has(hash) ? undefined : forgetKey(table, hash))))
    return decided
  }
  return { ok: false, reason: 'lost' }
}

export type KeysChanged = RingChange | { ok: false; reason: 'lost' }

export function changeKeys(
  table: Table,
  account: string,
  decide: (ring: KeyRing) => RingChange,
  by: { newHash?: string; now: Millis },
): Promise<KeysChanged> {
  return change(table, account, by.newHash, decide, by.now)
}

export async function listKeys(table: Table, account: string): Promise<KeyRing> {
  return (await readAccount(table, account))?.body.keys ?? []
}

/** The operator's own key of an account. Twice or late: the same words about the same key. */
export async function saveOwnerKey(
  table: Table,
  account: string,
  key: { id: string; name: string; hash: string },
  now: Millis,
): Promise<void> {
  const decide = (ring: KeyRing) => ({ ok: true, ring: setOwnerKey(ring, key, now) }) as const
  const saved = await change(table, account, key.hash, decide, now)
  if (!saved.ok) throw new Error(`others change the keys of ${account} all the time: the owner's could not be saved`)
}

function hashesOf(ring: KeyRing): string[] {
  return ring.flatMap(({ texts }) => texts.map(({ hash }) => hash))
}
