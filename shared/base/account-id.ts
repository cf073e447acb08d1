const ACCOUNT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** What can be the id of an account, whether there is one or not. */
export function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && ACCOUNT_ID.test(value)
}
