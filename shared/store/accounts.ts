import type { Role } from '../account/keys.ts'
import { keys } from './keys.ts'
import type { Page, Table } from './port.ts'

export interface Account {
  id: string
  name: string
}

export interface NewAccount extends Account {
  keyHash: string
  role: Role
}

interface AccountBody {
  name: string
  /** Hash of the key the account was made with. */
  firstKey: string
}

interface KeyBody {
  account: string
  role: Role
  /** It was made with the account, and counts only if the account says so too. */
  first?: boolean
}

const ACCOUNT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/**
 * Two writes without a transaction. The key goes first and is worth nothing until the account names it:
 * a crash between them leaves no account without a key, and of two that race for one id the loser is
 * left with a key that opens nothing.
 */
export async function createAccount(
  table: Table,
  { id, name, keyHash, role }: NewAccount,
): Promise<{ ok: true } | { ok: false; reason: 'invalid_id' | 'exists' }> {
  if (!ACCOUNT_ID.test(id)) return { ok: false, reason: 'invalid_id' }
  const known = await firstKeyOf(table, id)
  if (known !== undefined) return known === keyHash ? { ok: true } : { ok: false, reason: 'exists' }
  const key: KeyBody = { account: id, role, first: true }
  // Twice or late: a key that is there stays as it is, whatever it may do by now.
  await table.put({ ...keys.instance('key', keyHash), body: JSON.stringify(key) }, 'absent')
  const account: AccountBody = { name, firstKey: keyHash }
  // Twice or late: the first one stands, and the same key may ask again.
  const saved = await table.put({ ...keys.instance('account', id), body: JSON.stringify(account) }, 'absent')
  if (saved === 'saved' || (await firstKeyOf(table, id)) === keyHash) return { ok: true }
  return { ok: false, reason: 'exists' }
}

/** A further key of an account that exists. */
export async function saveKey(table: Table, key: { account: string; keyHash: string; role: Role }): Promise<void> {
  const body: KeyBody = { account: key.account, role: key.role }
  // Twice or late: the same words about the same key.
  await table.put({ ...keys.instance('key', key.keyHash), body: JSON.stringify(body) }, 'always')
}

export async function findKey(table: Table, keyHash: string): Promise<{ account: string; role: Role } | undefined> {
  const item = await table.get(keys.instance('key', keyHash))
  if (!item) return undefined
  const { account, role, first } = JSON.parse(item.body) as KeyBody
  if (first && (await firstKeyOf(table, account)) !== keyHash) return undefined
  return { account, role }
}

export async function hasAccount(table: Table, id: string): Promise<boolean> {
  return (await table.get(keys.instance('account', id))) !== undefined
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

async function firstKeyOf(table: Table, id: string): Promise<string | undefined> {
  const item = await table.get(keys.instance('account', id))
  return item && (JSON.parse(item.body) as AccountBody).firstKey
}
