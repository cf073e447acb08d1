import type { SecretBox } from '../secret/seal.ts'

/**
 * How an account is named in the hops of forwarded alerts. Not by its id alone: every installation has an
 * account `default`, and two of them that forward to each other must not take each other for themselves.
 */
export function hopOf(secrets: Pick<SecretBox, 'mac'>, account: string): string {
  return `${account}~${secrets.mac('forward-hop', account).toString('hex').slice(0, 16)}`
}
