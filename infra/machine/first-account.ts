import { FIRST_KEY, hashKey, makeKey } from '../../shared/account/keys.ts'
import { integrationToken, integrationUrl } from '../../shared/account/token.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { SecretBox } from '../../shared/secret/seal.ts'
import { createAccount, hasAccount } from '../../shared/store/accounts.ts'
import { saveOwnerKey } from '../../shared/store/api-keys.ts'
import { putSignIn, SIGN_IN_MS } from '../../shared/store/sign-ins.ts'
import type { Table } from '../../shared/table/port.ts'

const ACCOUNT = 'default'
const INTEGRATION = 'default'
const GIVEN = { id: 'environment', name: 'TOCSIN_API_KEY' }

/**
 * Creates the account that every installation begins with, and the operator's owner key. Undefined when the account
 * existed already: a key that was made cannot be shown twice.
 */
export async function firstAccount(
  table: Table,
  secrets: SecretBox,
  by: { publicUrl: string; apiKey: string | undefined; randomBytes(size: number): Buffer; now: Millis },
): Promise<{ apiKey?: string; integrationUrl: string; signInUrl: string } | undefined> {
  if (await hasAccount(table, ACCOUNT)) {
    // Safe twice and late: the same key becomes an owner key again, and the key given before loses its text.
    if (by.apiKey) await saveOwnerKey(table, ACCOUNT, { ...GIVEN, hash: hashKey(by.apiKey) }, by.now)
    return undefined
  }
  const text = by.apiKey ?? makeKey(by.randomBytes(32))
  const key = { ...(by.apiKey ? GIVEN : FIRST_KEY), hash: hashKey(text) }
  // A crash before this line leaves no account, and the next start makes the account with another key.
  await createAccount(table, { id: ACCOUNT, name: 'Default', key }, by.now)
  // A crash here leaves no address for signing in: the key signs in as well.
  const code = makeKey(by.randomBytes(32))
  await putSignIn(table, hashKey(code), { account: ACCOUNT, key: key.hash, until: by.now + SIGN_IN_MS })
  return {
    signInUrl: `${by.publicUrl}/sign-in?code=${code}`,
    integrationUrl: integrationUrl(by.publicUrl, integrationToken(secrets, ACCOUNT, INTEGRATION, 0)),
    apiKey: by.apiKey ? undefined : text,
  }
}
