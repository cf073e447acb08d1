import type { Origin, PostedAlert } from '../alert/alert.ts'
import type { AlertsReceived } from './message.ts'

/** What somebody passed on keeps the origin they name, and is never taken for our own. */
export function originOf(
  { account, integration, rule, hops }: Pick<AlertsReceived, 'account' | 'integration' | 'rule' | 'hops'>,
  posted: Pick<PostedAlert, 'origin'>,
): Origin {
  if (posted.origin !== undefined || hops !== undefined) {
    return { ...(posted.origin ?? { account, integration }), via: hops ?? [] }
  }
  return rule === undefined ? { account, integration } : { account, integration, rule }
}
