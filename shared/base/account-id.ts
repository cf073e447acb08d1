const ACCOUNT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Whether a value has the form of an account id. The account itself need not exist. */
export function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && ACCOUNT_ID.test(value)
}
