import { hashKey, makeKey } from '../../shared/account/keys.ts'
import { integrationToken, integrationUrl } from '../../shared/account/token.ts'
import type { SecretBox } from '../../shared/secret/seal.ts'
import { createAccount, hasAccount, saveKey } from '../../shared/store/accounts.ts'
import type { Table } from '../../shared/store/port.ts'

const ACCOUNT = 'default'
const INTEGRATION = 'default'

/**
 * The account that every installation begins with, and the operator's owner key of it. Undefined when
 * the account was there already: a key that was made cannot be shown twice.
 */
export async function firstAccount(
  table: Table,
  secrets: SecretBox,
  by: { publicUrl: string; apiKey: string | undefined; randomBytes(size: number): Buffer },
): Promise<{ apiKey?: string; integrationUrl: string } | undefined> {
  if (await hasAccount(table, ACCOUNT)) {
    // Twice or late: the same key is an owner's key again.
    if (by.apiKey) await saveKey(table, { account: ACCOUNT, keyHash: hashKey(by.apiKey), role: 'owner' })
    return undefined
  }
  const key = by.apiKey ?? makeKey(by.randomBytes(32))
  // A crash before this leaves no account, and the next start makes it with another key.
  await createAccount(table, { id: ACCOUNT, name: 'Default', keyHash: hashKey(key), role: 'owner' })
  return {
    integrationUrl: integrationUrl(by.publicUrl, integrationToken(secrets, ACCOUNT, INTEGRATION, 0)),
    ...(by.apiKey ? {} : { apiKey: key }),
  }
}
