import type { SecretBox } from '../secret/seal.ts'

/**
 * The name of an account in the hops of forwarded alerts. The id alone is not enough: every installation has an
 * account `default`, and two such accounts that forward to each other must not take the other account for themselves.
 */
export function hopOf(secrets: Pick<SecretBox, 'mac'>, account: string): string {
  return `${account}~${secrets.mac('forward-hop', account).toString('hex').slice(0, 16)}`
}
