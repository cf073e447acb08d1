import type { Origin } from '../alert/alert.ts'
import { OWN_INTEGRATION } from './config.ts'

/**
 * Whether Tocsin raised the alert about this account. Such an alert is for the account's own
 * people and is never forwarded: the subject may be forwarding itself.
 */
export function isOwn({ integration, via }: Origin): boolean {
  return integration === OWN_INTEGRATION && via === undefined
}
