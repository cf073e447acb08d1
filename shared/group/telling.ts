import type { NotifyReason } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import { type AlertSet, common, union, without } from './alert-sets.ts'
import type { Addressee } from './audience.ts'
import { owedAlerts } from './compare.ts'
import type { Context, Draft } from './context.ts'
import { mayThinkFiring } from './heard.ts'
import { nextPart } from './parts.ts'
import { sendsResolved } from './target.ts'
import type { Rest, TargetState } from './target-state.ts'
import { type View, viewOnly } from './view.ts'
import { firstThatFit, type GroupAlerts, type Words, wordsOf } from './words.ts'

/** The alerts that a delivery tells, and the rest. */
export interface Telling {
  alerts: GroupAlerts
  firing: AlertSet
  resolved: AlertSet
  /** Alerts of the comparison that the delivery does not mention. */
  leftOut: AlertSet
  shown?: number
  partOf?: Words
  rest?: Rest
}

/**
 * The alerts that are told now: all of them, or the next part, if they are too large for a body and the target has to be
 * told of every alert.
 */
export function tellingOf(
  { frozen }: Pick<Draft, 'frozen'>,
  addressee: Addressee,
  state: TargetState,
  why: NotifyReason,
  { seen, forced, under }: { seen: View; forced?: NotifyReason; under?: string },
  ctx: Context,
): Telling {
  const { target } = addressee
  const sendResolved = sendsResolved(target, ctx)
  // Resolved alerts beside firing alerts are compared like the others, but not sent.
  const alerts = sendResolved ? seen.alerts : seen.firingAlerts
  const resolved = sendResolved ? seen.resolved : mayKnow(state, seen.resolved)
  const whole = { alerts, firing: seen.firing, resolved, leftOut: seen.leftOut }
  const words = wordsOf(frozen, alerts, target.kind, ctx.now)
  const channel = ctx.channel(target.channel)
  const { partAlerts = channel?.partAlerts, mostAlerts = channel?.mostAlerts } = ctx.written?.(target, addressee) ?? {}
  const bytes = Math.min(channel?.bodyBytes ?? ctx.bodyBytes, ctx.bodyBytes)
  if (mostAlerts !== undefined) return { ...whole, shown: Math.min(mostAlerts, firstThatFit(words, bytes)) }
  if (words.bytes <= bytes && partAlerts === undefined) return whole
  const rest = forced === undefined ? state.rest : undefined
  const again = why === 'repeat' || why === 'replay' ? '' : undefined
  const owed = owedAlerts(state, seen, { sendResolved })
  const now = under === undefined ? firstInTicket(state, seen, owed) : owed
  const part = nextPart(words, now, rest?.from ?? again, { bytes, alerts: partAlerts })
  const more = part.more || without(owed, now).length > 0
  return {
    alerts: part.alerts,
    firing: without(seen.firing, part.left),
    resolved: sendResolved ? without(resolved, part.left) : resolved,
    leftOut: union(seen.leftOut, part.left),
    partOf: words,
    rest: more ? { reason: rest?.reason ?? why, from: part.from } : undefined,
  }
}

/**
 * The owed alerts that come first. A part without an alert that fires would open a ticket in which nothing fires, unless
 * the target surely knows of one under the present key.
 */
function firstInTicket({ told, earlier }: TargetState, { firing }: View, owed: AlertSet): AlertSet {
  const known = without(told?.firing, earlier?.only)
  if (firing.length === 0 || common(known, firing).length > 0) return owed
  const beginnings = common(owed, firing)
  return beginnings.length > 0 ? beginnings : firing
}

/**
 * The alerts that the target may ever have heard of. An unsent resolve must not make an alert known that the target
 * never heard of.
 */
export function mayKnow(state: TargetState, alerts: AlertSet): AlertSet {
  return common(alerts, union(mayThinkFiring(state), union(state.told?.resolved, state.doubt?.resolved)))
}

/**
 * A forward has no end that this account computed (`shared/forwarding/send.ts`). Such an end of an alert that the other
 * account never heard of is left out: else the alert would count as told by a message that does not mention the alert.
 */
export function forwardable({ views }: Pick<Draft, 'views'>, { kind }: Target, state: TargetState, seen: View): View {
  if (kind !== 'forward') return seen
  const computed = seen.alerts.flatMap(([fingerprint, { alert }]) => (alert.timeout ? [fingerprint] : []))
  const ends = common(seen.resolved, computed)
  const unheard = without(ends, mayKnow(state, ends))
  // With nothing else to compare the whole comparison finds nothing to tell, and says so.
  if (unheard.length === 0 || unheard.length === seen.alerts.length) return seen
  return viewOnly(views, seen, seen.firing, without(seen.resolved, unheard))
}
