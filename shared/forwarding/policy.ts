import { type Channel, DEFAULTS, FORWARD_POLICY, type Forwarding, type Policy } from '../config/config.ts'
import { nativeRouteKey, UNROUTED } from '../config/unrouted.ts'
import { FORWARD_TARGET } from '../delivery/target.ts'

/**
 * Forwarding as a policy: at once, and again while it fires at a third of the usual recovery time, so that
 * the receiver, who knows no end of it, does not take it for recovered.
 */
export const FORWARD: Policy = {
  ...UNROUTED,
  id: FORWARD_POLICY,
  name: 'Forwarding',
  groupBy: 'shard',
  groupWaitMs: 0,
  groupIntervalMs: 10_000,
  repeatIntervalMs: DEFAULTS.autoRecoverAfterMs / 3,
  targets: [FORWARD_TARGET],
  receiver: FORWARD_POLICY,
  routeKey: nativeRouteKey(FORWARD_POLICY),
}

/** The channel of the account's forwarding. */
export function forwardChannel({ settings }: Forwarding): Channel {
  return { id: FORWARD_TARGET.channel, type: 'forward', sendResolved: true, settings }
}
