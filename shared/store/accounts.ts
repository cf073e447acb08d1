import { type ApiKey, type KeyRing, keyByHash } from '../account/key-ring.ts'
import { isAccountId } from '../base/account-id.ts'
import { HOUR, type Millis } from '../base/time.ts'
import { keys } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'
import type { Version } from '../table/version.ts'

export interface Account {
  id: string
  name: string
}

export interface NewAccount extends Account {
  /** Its first owner key. */
  key: { id: string; name: string; hash: string }
}

export interface AccountBody {
  name: string
  /** The truth about the account's keys; an index item of each text says only which account to ask. */
  keys: KeyRing
}

interface IndexBody {
  account: string
}

/**
 * Two writes without a transaction. The index of the key goes first and is worth nothing until the account
 * names the key: a crash between them leaves no account without a key, and of two that race for one id the
 * loser is left with a key that opens nothing.
 */
export async function createAccount(
  table: Table,
  { id, name, key }: NewAccount,
  now: Millis,
): Promise<{ ok: true } | { ok: false; reason: 'invalid_id' | 'exists' }> {
  if (!isAccountId(id)) return { ok: false, reason: 'invalid_id' }
  const known = await readAccount(table, id)
  if (known !== undefined) return madeWith(known.body, key.hash, now)
  await indexKey(table, key.hash, id)
  const first: ApiKey = { id: key.id, name: key.name, role: 'owner', createdAt: now, texts: [{ hash: key.hash }] }
  const account: AccountBody = { name, keys: [first] }
  // Twice or late: the first one stands, and the same key may ask again.
  const saved = await table.put({ ...keys.instance('account', id), body: JSON.stringify(account) }, 'absent')
  if (saved !== 'lost') return { ok: true }
  const winner = await readAccount(table, id)
  return winner === undefined ? { ok: false, reason: 'exists' } : madeWith(winner.body, key.hash, now)
}

function madeWith({ keys: ring }: AccountBody, hash: string, now: Millis): Awaited<ReturnType<typeof createAccount>> {
  return keyByHash(ring, hash, now) === undefined ? { ok: false, reason: 'exists' } : { ok: true }
}

/** Whose key it is. */
export interface FoundKey extends Pick<ApiKey, 'id' | 'name' | 'role'> {
  account: string
}

/** How exactly a key's last use is known; no request writes more often than that. */
const LAST_USED_MS = HOUR

export async function findKey(table: Table, hash: string, now: Millis): Promise<FoundKey | undefined> {
  const item = await table.get(keys.instance('key', hash))
  if (item === undefined) return undefined
  const { account } = JSON.parse(item.body) as IndexBody
  const found = await readAccount(table, account)
  const key = found && keyByHash(found.body.keys, hash, now)
  if (found === undefined || key === undefined) return undefined
  if (now - (key.lastUsedAt ?? 0) >= LAST_USED_MS) await noteUse(table, account, found, key, now)
  return { account, id: key.id, name: key.name, role: key.role }
}

/** Best effort: a note that loses to a change of the keys, or fails, is made by a later request. */
async function noteUse(table: Table, account: string, found: FoundAccount, key: ApiKey, now: Millis): Promise<void> {
  const ring = found.body.keys.map((one) => (one === key ? { ...key, lastUsedAt: now } : one))
  await saveAccount(table, account, { ...found.body, keys: ring }, found.version).catch(() => 'lost')
}

export interface FoundAccount {
  body: AccountBody
  version: Version
}

export async function readAccount(table: Table, id: string): Promise<FoundAccount | undefined> {
  const item = await table.get(keys.instance('account', id))
  return item && { body: JSON.parse(item.body) as AccountBody, version: item.version }
}

/** Safe twice and late: it holds only over the version that it was decided from. */
export function saveAccount(table: Table, id: string, body: AccountBody, version: Version): Promise<Version | 'lost'> {
  return table.put({ ...keys.instance('account', id), body: JSON.stringify(body) }, { version })
}

/** Before the account names the key. Twice or late: the same words about the same key. */
export async function indexKey(table: Table, hash: string, account: string): Promise<void> {
  const body: IndexBody = { account }
  await table.put({ ...keys.instance('key', hash), body: JSON.stringify(body) }, 'always')
}

/** After the account forgot the key. Late: it is asked about by nobody; not at all: it opens nothing. */
export async function forgetKey(table: Table, hash: string): Promise<void> {
  await table.remove(keys.instance('key', hash))
}

export async function hasAccount(table: Table, id: string): Promise<boolean> {
  return (await readAccount(table, id)) !== undefined
}

/** In order of ids. */
export async function listAccounts(table: Table, page: Page): Promise<{ items: Account[]; next?: string }> {
  const { partition, sort } = keys.instance('account', '')
  const { items, next } = await table.query(partition, sort, page)
  const accounts = items.map((item) => ({
    id: item.sort.slice(sort.length),
    name: (JSON.parse(item.body) as AccountBody).name,
  }))
  return next === undefined ? { items: accounts } : { items: accounts, next }
}
