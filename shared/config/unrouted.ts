import { DEFAULTS, type Policy, UNROUTED_POLICY } from './config.ts'

/** The route key of a native policy: never that of an imported route, whose matchers all have an operator and quotes. */
export function nativeRouteKey(policyId: string): string {
  return `{}/{${policyId}}`
}

/** Takes the alerts that no policy takes: one group that tells nobody, listed until somebody routes them. */
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
  receiver: UNROUTED_POLICY,
  routeKey: nativeRouteKey(UNROUTED_POLICY),
}
