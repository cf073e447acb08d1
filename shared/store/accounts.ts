import { type ApiKey, type KeyRing, keyByHash } from '../account/key-ring.ts'
import { isAccountId } from '../base/account-id.ts'
import { HOUR, type Millis } from '../base/time.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'
import {
  type Decision,
  type RetryOptions,
  readItem,
  type StoredBody,
  type Updated,
  updateItem,
} from '../table/update.ts'

export interface Account {
  id: string
  name: string
}

export interface NewAccount extends Account {
  /** The first owner key of the account. */
  key: { id: string; name: string; hash: string }
}

export interface AccountBody {
  name: string
  /** The truth about the keys of the account; the index item of a key text only says which account to ask. */
  keys: KeyRing
}

interface IndexBody {
  account: string
}

const ACCOUNT: BodyShape<AccountBody> = bodyShape('an account')
const KEY_INDEX: BodyShape<IndexBody> = bodyShape('the index of an API key')

/**
 * Two writes without a transaction. The index of the key is written first and is worthless until the account names the
 * key. So a crash between the two writes leaves no account without a key, and after a race for an id the loser has a
 * key that opens nothing.
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
  // Twice or late: the first account stays, and the same key may ask again.
  const saved = await table.put({ ...keys.instance('account', id), body: writeBody(ACCOUNT, account) }, 'absent')
  if (saved !== 'lost') return { ok: true }
  const winner = await readAccount(table, id)
  return winner === undefined ? { ok: false, reason: 'exists' } : madeWith(winner.body, key.hash, now)
}

function madeWith({ keys: ring }: AccountBody, hash: string, now: Millis): Awaited<ReturnType<typeof createAccount>> {
  return keyByHash(ring, hash, now) === undefined ? { ok: false, reason: 'exists' } : { ok: true }
}

/** A key with its account. */
export interface KeyOwner extends Pick<ApiKey, 'id' | 'name' | 'role' | 'user'> {
  account: string
}

/** The precision of the last use of a key; the use is written at most once in this time. */
const LAST_USED_MS = HOUR

export async function findKey(table: Table, hash: string, now: Millis): Promise<KeyOwner | undefined> {
  const item = await table.get(keys.instance('key', hash))
  if (item === undefined) return undefined
  const { account } = readBody(KEY_INDEX, item)
  const found = await readAccount(table, account)
  const key = found && keyByHash(found.body.keys, hash, now)
  if (found === undefined || key === undefined) return undefined
  if (Math.abs(now - (key.lastUsedAt ?? 0)) >= LAST_USED_MS) await noteUse(table, account, found, key, now)
  const { id, name, role, user } = key
  return { account, id, name, role, user }
}

/** Best effort: when the note loses to a change of the keys, or fails, a later request makes the note. */
async function noteUse(
  table: Table,
  account: string,
  found: StoredBody<AccountBody>,
  key: ApiKey,
  now: Millis,
): Promise<void> {
  const ring = found.body.keys.map((one) => (one === key ? { ...key, lastUsedAt: now } : one))
  const next = { body: { ...found.body, keys: ring } }
  await updateAccount(table, account, () => ({ next }), { tries: 1, before: found }).catch(() => 'lost')
}

export function readAccount(table: Table, id: string): Promise<StoredBody<AccountBody> | undefined> {
  return readItem(table, keys.instance('account', id), ACCOUNT)
}

/**
 * Decides over the account as it is, and saves unless another writer was faster. Safe twice and late: the save holds
 * only over the version that was decided from.
 */
export function updateAccount<D extends Decision<AccountBody>>(
  table: Table,
  id: string,
  decide: (before: StoredBody<AccountBody> | undefined) => D | Promise<D>,
  options: RetryOptions & { before?: StoredBody<AccountBody> },
): Promise<Updated<AccountBody, D>> {
  return updateItem(table, keys.instance('account', id), ACCOUNT, decide, options)
}

/** Called before the account names the key. Twice or late: the same statement about the same key. */
export async function indexKey(table: Table, hash: string, account: string): Promise<void> {
  const body: IndexBody = { account }
  await table.put({ ...keys.instance('key', hash), body: writeBody(KEY_INDEX, body) }, 'always')
}

/**
 * Called after the account forgot the key. Late: no request asks about the key. Not at all: the index item opens
 * nothing.
 */
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
    name: readBody(ACCOUNT, item).name,
  }))
  return next === undefined ? { items: accounts } : { items: accounts, next }
}
