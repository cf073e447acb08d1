import { type KeyRing, type RingChange, setOwnerKey, withoutEnded } from '../account/key-ring.ts'
import type { Millis } from '../base/time.ts'
import type { Table } from '../table/port.ts'
import { type AccountBody, forgetKey, indexKey, readAccount, updateAccount } from './accounts.ts'

/**
 * Notes of a use, and other changes, may come between; after more lost races the client decides whether to try again.
 */
const TRIES = 5

type RingDecision = { ok: true; ring: KeyRing } | { ok: false }

/**
 * Decides over the keys of the account as they are, and saves unless another writer was faster. `newHash`, of a key
 * text that the decision may add, is indexed before the account names the key. A hash that the account no longer names
 * is forgotten after the save: in between, the hash opens nothing.
 */
async function updateRing<D extends RingDecision>(
  table: Table,
  account: string,
  newHash: string | undefined,
  decide: (ring: KeyRing) => D,
  now: Millis,
): Promise<D | { ok: false; reason: 'lost' }> {
  const updated = await updateAccount(
    table,
    account,
    async (before) => {
      if (before === undefined) throw new Error(`there is no account ${account}`)
      const decided = decide(before.body.keys)
      if (!decided.ok) return { decided, gone: [] }
      if (newHash !== undefined) await indexKey(table, newHash, account)
      const next: AccountBody = { ...before.body, keys: withoutEnded(decided.ring, now) }
      const named = new Set(hashesOf(next.keys))
      return { decided, next: { body: next }, gone: hashesOf(before.body.keys).filter((hash) => !named.has(hash)) }
    },
    { tries: TRIES },
  )
  if (updated.result === 'lost') return { ok: false, reason: 'lost' }
  const { decided, gone } = updated.decided
  await Promise.all(gone.map((hash) => forgetKey(table, hash)))
  return decided
}

export type KeysChanged = RingChange | { ok: false; reason: 'lost' }

export function changeKeys(
  table: Table,
  account: string,
  decide: (ring: KeyRing) => RingChange,
  by: { newHash?: string; now: Millis },
): Promise<KeysChanged> {
  return updateRing(table, account, by.newHash, decide, by.now)
}

export async function listKeys(table: Table, account: string): Promise<KeyRing> {
  return (await readAccount(table, account))?.body.keys ?? []
}

/** The own key of the operator for an account. Twice or late: the same statement about the same key. */
export async function saveOwnerKey(
  table: Table,
  account: string,
  key: { id: string; name: string; hash: string },
  now: Millis,
): Promise<void> {
  const decide = (ring: KeyRing) => ({ ok: true, ring: setOwnerKey(ring, key, now) }) as const
  const saved = await updateRing(table, account, key.hash, decide, now)
  if (!saved.ok) throw new Error(`others change the keys of ${account} all the time: the owner's could not be saved`)
}

function hashesOf(ring: KeyRing): string[] {
  return ring.flatMap(({ texts }) => texts.map(({ hash }) => hash))
}
