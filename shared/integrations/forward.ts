import type { Origin, PostedAlert } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Steps } from '../base/steps.ts'
import { expected, isObject, type JsonObject, own } from '../base/value.ts'
import { type DecodeContext, type Decoded, refuseBody } from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { readWithStatus } from './posted-alert.ts'

/**
 * The signed body (`forwarding/signature.ts`) that an account's `forward` posts to an integration of type `arms` in
 * another account. Labels are as the first account raised the alert, so that the alert is the same alert there.
 */
export interface ForwardBody {
  v: 1
  type: typeof FORWARD
  /** Accounts that the alerts came through (`forwarding/hop.ts`), the sender last: 1 to MAX_HOPS. */
  hops: string[]
  alerts: ForwardedAlert[]
}

export interface ForwardedAlert {
  labels: Labels
  annotations: Labels
  /** Times are RFC 3339. */
  startsAt: string
  /**
   * For a firing alert: only the end that the first sender gave, so that recovery works at the receiver. For a
   * resolved alert: the end.
   */
  endsAt?: string
  generatorURL?: string
  status: 'firing' | 'resolved'
  origin: Origin
}

export const FORWARD = 'tocsin.forward'
const MAX_HOPS = 8
const LONGEST_NAME = 200

export function isForward(value: unknown): value is JsonObject {
  return isObject(value) && own(value, 'type') === FORWARD
}

export function* decodeForward(body: JsonObject, context: DecodeContext): Steps<Decoded> {
  const version = own(body, 'v')
  if (version !== 1) return refuseBody(expected('1', 'v', version))
  const { hops, alerts } = body
  if (!Array.isArray(hops) || hops.length === 0 || !hops.every(isName))
    return refuseBody('hops: expected names of accounts')
  if (!Array.isArray(alerts)) return refuseBody(expected('a list', 'alerts', alerts))
  // A circle: the alerts are in this account already, and would never come to rest if the account forwarded the
  // alerts again.
  if (hops.includes(context.self())) return { alerts: [], invalid: [], looped: alerts.length }
  if (hops.length > MAX_HOPS) return refuseBody(`hops: forwarded ${hops.length} times, at most ${MAX_HOPS} are allowed`)
  const decoded = yield* alertsOf(alerts, (item): ReadItem => {
    const alert = readForwarded(item, context)
    return typeof alert === 'string' ? { alerts: [], problem: alert } : { alerts: [alert] }
  })
  return 'alerts' in decoded ? { ...decoded, hops } : decoded
}

function readForwarded(item: unknown, context: DecodeContext): PostedAlert | string {
  const alert = readWithStatus(item, undefined, context)
  if (typeof alert === 'string') return alert
  const { origin, status, endsAt } = item as JsonObject
  if (status === 'resolved' && typeof endsAt !== 'string') return expected('a time', 'endsAt', endsAt)
  const from = readOrigin(origin)
  return typeof from === 'string' ? from : { ...alert, origin: from }
}

/** Labels that look like an origin stay labels: only this field names the origin of an alert. */
function readOrigin(value: unknown): Origin | string {
  if (!isObject(value)) return expected('an object', 'origin', value)
  const { account, integration, rule } = value
  if (!isName(account)) return expected('a name', 'origin.account', account)
  if (!isName(integration)) return expected('a name', 'origin.integration', integration)
  if (rule !== undefined && !isName(rule)) return expected('a name', 'origin.rule', rule)
  return { account, integration, ...(rule === undefined ? {} : { rule }) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME
}
