import { DEFAULTS, type Defaults, type Policy, UNROUTED_POLICY } from './config.ts'
import type { Flow } from './flow.ts'

/**
 * The route key of a native policy. No imported route has such a key: the matchers of an imported route always have
 * an operator and quotes.
 */
export function nativeRouteKey(policyId: string): string {
  return `{}/{${policyId}}`
}

/**
 * The policy of alerts that no policy takes. Alerts of rules are told to the default recipients, and grouped by rule, so
 * that no other alert is in such a message.
 */
export function unroutedPolicy(defaults: Defaults | undefined): Policy {
  if (defaults === undefined) return UNROUTED
  const { recipients: actions, calendar } = defaults
  const raisedHere = { over: 'any' as const, is: { field: 'raisedBy', op: '=' as const, value: 'rule' } }
  const steps = [{ if: raisedHere, actions }]
  const flow: Flow = { steps, stages: [], ...(calendar === undefined ? {} : { calendar }) }
  return { ...UNROUTED, groupBy: ['rule'], flow }
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
