import type { Origin, PostedAlert } from '../alert/alert.ts'
import type { AlertsReceived } from './message.ts'

/**
 * The origin of a posted alert. A forwarded alert keeps the origin that its forwarder names, and is never taken for an
 * alert of this account's own rules.
 */
export function originOf(
  { account, integration, rule, hops }: Pick<AlertsReceived, 'account' | 'integration' | 'rule' | 'hops'>,
  posted: Pick<PostedAlert, 'origin'>,
): Origin {
  if (posted.origin !== undefined || hops !== undefined) {
    return { ...(posted.origin ?? { account, integration }), via: hops ?? [] }
  }
  return rule === undefined ? { account, integration } : { account, integration, rule }
}
