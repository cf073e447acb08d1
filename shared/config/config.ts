import type { Millis } from '../base/time.ts'
import type { Target } from '../delivery/target.ts'
import type { TimeInterval } from '../interval/interval.ts'
import type { Matcher } from '../matcher/matcher.ts'

/**
 * The account as one document, validated and filled with defaults: what handlers work from.
 * People write it as `document/tocsin-yml.ts` (tocsin.yml) or `document/alertmanager/read.ts` (alertmanager.yml) reads it;
 * how it is stored, parts by hash under one pointer, is `store/configs.ts`.
 */
export interface Config {
  /** Changes with every accepted PUT and with a reload. */
  revision: string
  /** When this revision became the current one: groups restart their timers from here. */
  since: Millis
  integrations: Integration[]
  channels: Channel[]
  /** Native policies: every one that matches applies, in order. */
  policies: Policy[]
  /** An imported route tree: first match, `continue`, fallback. */
  route?: Route
  inhibitRules: InhibitRule[]
  timeIntervals: NamedInterval[]
  /** Asked about every audit record that comes in. */
  rules: RuleEntry[]
  /** Where this account's alerts are forwarded to. */
  forwarding?: Forwarding
  /** alertmanager.yml's `resolve_timeout`, for integrations that state no recovery time of their own. */
  resolveTimeoutMs?: number
}

export interface Integration {
  id: string
  /** A format of `integrations/registry.ts`. */
  type: string
  name: string
  description?: string
  /** An alert that came without an end resolves after that long. 0: never by itself. Absent: the account's. */
  autoRecoverAfterMs?: number
  /** `full`: its URL serves the Alertmanager API too, not only posting. */
  access: 'post' | 'full'
  paused: boolean
  /** Raised by a rotation: older tokens stop working. */
  generation: number
  /** The generation before the last rotation, whose tokens work until then. */
  previous?: { generation: number; until: Millis }
  /** Settings of the format (`integrations/settings.ts` declares the fields); secrets are sealed. */
  settings: Record<string, unknown>
}

/** A way out. `settings` are its kind's own (`channels/<kind>/kind.ts` declares the fields); secrets are sealed. */
export interface Channel {
  id: string
  type: string
  sendResolved: boolean
  settings: Record<string, unknown>
  /** Made by an imported receiver: the receiver's name, which the wire shows; natively the policy's id. */
  receiver?: string
}

export interface Policy {
  /** Stable across edits: groups are keyed by it. Imported routes: derived from the route key. */
  id: string
  name: string
  owner?: string
  match: Matcher[]
  /** `shard`: by the first digits of the fingerprint, for targets that take alerts and not groups. */
  groupBy: string[] | 'all' | 'shard'
  groupWaitMs: number
  groupIntervalMs: number
  repeatIntervalMs: number
  /** Told how the alerts of each group stand. */
  targets: Target[]
  /** Told each life-cycle event of each incident, as a CloudEvent. */
  lifecycle: Target[]
  muteTimes: string[]
  activeTimes: string[]
  /** On the wire: Alertmanager's `receiver` (before quoting) and the route part of `groupKey`. */
  receiver: string
  routeKey: string
}

/** A node of an imported route tree. `policy` has everything inherited already. */
export interface Route {
  policy: Policy
  continue: boolean
  routes: Route[]
}

/** A rule as the account has it: a shipped template by its name, or Sigma's own document. */
export interface RuleEntry {
  id: string
  enabled: boolean
  /** Takes what the rule raises; absent: the policies that match. */
  policy?: string
  /** `actiontrail/vpc-route-change`: a file of the shipped rules. */
  template?: string
  /** Of a template: other values in the places that it offers. */
  parameters?: Record<string, unknown>
  /** A Sigma rule or correlation (https://sigmahq.io/sigma-specification), or the text of one or several in YAML. */
  sigma?: Record<string, unknown> | string
}

export interface Forwarding {
  /** `url`, an integration URL of the receiving account: it holds a token, so it is sealed. */
  settings: Record<string, unknown>
  /** `own`: what this account's rules raise; `all`: also what came in through other integrations. */
  sources: 'own' | 'all'
}

export interface InhibitRule {
  /** Hash of the rule: inhibition sources are kept under it. */
  id: string
  source: Matcher[]
  target: Matcher[]
  equal: string[]
}

export interface NamedInterval {
  name: string
  intervals: TimeInterval[]
}

/** Where alerts live that no policy takes: it tells nobody, and they can be routed later. */
export const UNROUTED_POLICY = '_none'

/** Where alerts come from that Tocsin raises about the account itself. No integration can have that id. */
export const OWN_INTEGRATION = 'tocsin:'

/** What is forwarded to another account, beside what its policies take. */
export const FORWARD_POLICY = '_forward'

export const DEFAULTS = {
  groupWaitMs: 5_000,
  groupIntervalMs: 30_000,
  repeatIntervalMs: 4 * 3_600_000,
  autoRecoverAfterMs: 5 * 60_000,
} as const
