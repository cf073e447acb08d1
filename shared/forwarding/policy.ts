import { type Channel, DEFAULTS, FORWARD_POLICY, type Forwarding, type Policy } from '../config/config.ts'
import { nativeRouteKey, UNROUTED } from '../config/unrouted.ts'
import { FORWARD_TARGET } from '../delivery/target.ts'

/**
 * Forwarding as a policy: an alert is forwarded at once, and again at a third of the usual recovery time while the alert
 * fires. The receiver knows no end of the alert, and without the repeats would take the alert for recovered.
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

/** An integration of the receiving account takes a body of 1 MiB (`integrations/arms.ts`): room for hops and frame. */
const BODY_BYTES = 960 * 1024

/** The channel of the account's forwarding. */
export function forwardChannel({ settings }: Forwarding): Channel {
  return { id: FORWARD_TARGET.channel, type: 'forward', sendResolved: true, settings, bodyBytes: BODY_BYTES }
}
