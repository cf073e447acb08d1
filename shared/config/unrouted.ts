import { DEFAULTS, type Policy, UNROUTED_POLICY } from './config.ts'

/**
 * The route key of a native policy. No imported route has such a key: the matchers of an imported route always have
 * an operator and quotes.
 */
export function nativeRouteKey(policyId: string): string {
  return `{}/{${policyId}}`
}

/**
 * Takes the alerts that no policy takes, as a single group that tells nobody. The group is listed until a policy
 * takes the alerts.
 */
export const UNROUTED: Policy = {
  id: UNROUTED_POLICY,
  name: 'Unrouted',
  match: [],
  groupBy: [],
  groupWaitMs: DEFAULTS.groupWaitMs,
  groupIntervalMs: DEFAULTS.groupIntervalMs,
  repeatIntervalMs: DEFAULTS.repeatIntervalMs,
  targets: [],
  lifecycle: [],
  muteTimes: [],
  activeTimes: [],
  silencedEnds: 'told',
  receiver: UNROUTED_POLICY,
  routeKey: nativeRouteKey(UNROUTED_POLICY),
}
