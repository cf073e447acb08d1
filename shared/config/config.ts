import type { Labels } from '../alert/labels.ts'
import type { TemplateFile } from '../alertmanager-template/templates.ts'
import type { Millis } from '../base/time.ts'
import type { Target } from '../delivery/target.ts'
import type { TimeInterval } from '../interval/interval.ts'
import type { Matcher } from '../matcher/matcher.ts'
import type { Calendar } from '../people/calendar.ts'
import type { UserGroup } from '../people/group.ts'
import type { User } from '../people/user.ts'
import type { ContentTemplate } from './content-template.ts'
import type { Flow, FlowAction } from './flow.ts'
import type { Quotas } from './quota.ts'

/**
 * The account as a single document, validated and filled with defaults: the input of all handlers.
 * `document/tocsin-yml.ts` (tocsin.yml) and `document/alertmanager/read.ts` (alertmanager.yml) read the forms that
 * people write. `store/configs.ts` stores the configuration: parts by hash under a pointer.
 */
export interface Config {
  /** Changes with every accepted PUT and with a reload. */
  revision: string
  /** Time at which this revision became the current revision. Groups restart their timers from here. */
  since: Millis
  integrations: Integration[]
  channels: Channel[]
  /** Definitions of Alertmanager's templates, for channels with such templates in their settings. */
  templateFiles: TemplateFile[]
  /** Native policies: every matching policy applies, in order. */
  policies: Policy[]
  /** An imported route tree: first match, `continue`, fallback. */
  route?: Route
  /** The receivers of the imported file, those without a channel too. */
  receivers: Receiver[]
  inhibitRules: InhibitRule[]
  timeIntervals: NamedInterval[]
  /** Matched against every incoming audit record. */
  rules: RuleEntry[]
  /** The people who can be told, with their personal data. */
  users: User[]
  userGroups: UserGroup[]
  /** Days and hours of work. */
  calendars: Calendar[]
  /** Lists of the console under a name. */
  views: SavedView[]
  /** Texts of messages. */
  templates: ContentTemplate[]
  /** Told of alerts that rules of the account raise and no policy takes. */
  defaults?: Defaults
  /** Messages to a user in a day. Absent: the defaults of `quota.ts`. */
  quotas?: Quotas
  /** Forwarding of this account's alerts to another account. */
  forwarding?: Forwarding
  /** alertmanager.yml's `resolve_timeout`, for alerts of senders that repeat (`Ending` of integrations). */
  resolveTimeoutMs?: number
}

/** A list of the console under a name. */
export interface SavedView {
  id: string
  name: string
  page: 'alerts' | 'incidents' | 'silences'
  /** The query of the page, as its address has the query. */
  query: string
  /** Labels that have a column of their own. */
  columns?: string[]
  density?: 'comfortable' | 'compact'
}

export interface Integration {
  id: string
  /** A format of `integrations/registry.ts`. */
  type: string
  name: string
  description?: string
  /** Time after which an alert without an end resolves. 0: never by itself. Absent: the format's time. */
  autoRecoverAfterMs?: number
  /** `full`: the integration's URL serves the Alertmanager API too, and takes not only posts. */
  access: 'post' | 'full'
  paused: boolean
  /** Raised by a rotation: older tokens stop working. */
  generation: number
  /** Generation before the last rotation. Tokens of this generation work until `until`. */
  previous?: { generation: number; until: Millis }
  /** Settings of the format (`integrations/settings.ts` declares the fields); secrets are sealed. */
  settings: Record<string, unknown>
}

/**
 * A way out for notifications or events. `channels/<kind>/kind.ts` declares the fields of `settings`; secrets are
 * sealed.
 */
export interface Channel {
  id: string
  type: string
  /** For people; absent: the id. */
  name?: string
  description?: string
  sendResolved: boolean
  settings: Record<string, unknown>
  /**
   * Alerts in a message at most; further alerts are counted in the message, and count as told. Absent: every alert that
   * counts as told is in a message.
   */
  mostAlerts?: number
  /** Bytes of alerts in a message at most, where the target takes less than other targets. */
  bodyBytes?: number
  /**
   * The target is told of each alert by itself, and of owed alerts only: so many in a delivery at most. Every alert that
   * counts as told is in a delivery.
   */
  partAlerts?: number
  /**
   * The target keeps an incident of its own for each incident, as PagerDuty does: the target is told of claims, and the
   * end of every incident is told by the id of the incident.
   */
  keepsIncidents?: true
  /** Id of the content template for messages, unless the policy names one. Absent: the built-in text. */
  template?: string
  /** Made by an imported receiver: the receiver's name, which the wire shows; natively the policy's id. */
  receiver?: string
}

export interface Policy {
  /**
   * Stable across edits, because groups are keyed by the policy's id. The id of an imported route is derived from
   * the route key.
   */
  id: string
  name: string
  owner?: string
  match: Matcher[]
  /** `shard`: by the first digits of the fingerprint, for targets of alerts and not of groups. */
  groupBy: string[] | 'all' | 'shard'
  groupWaitMs: number
  groupIntervalMs: number
  repeatIntervalMs: number
  /**
   * Told how the alerts of each group stand. In a document: the channels of a policy without a flow. In a compiled
   * configuration also every target that the flow can name.
   */
  targets: Target[]
  /** Id of the content template for messages. Absent: that of the channel. */
  template?: string
  /** Who is told, by conditions, people and time. Absent: every target, always. */
  flow?: Flow
  /** Told each life-cycle event of each incident, as a CloudEvent. */
  lifecycle: Target[]
  muteTimes: string[]
  activeTimes: string[]
  /** Repeats go on while a person has the incident in hand. Absent: a claim stops the repeats. */
  repeatWhileClaimed?: true
  /** `labels` of an imported route, inherited labels included: shown with the route's groups and notifications. */
  routeLabels?: Labels
  /**
   * The ends of alerts that resolve while they are muted, by a silence, an inhibition or a time interval. `told`: a
   * target that was told of the firing is told of the end when the muting is over. `dropped`: nobody is told, as in
   * Alertmanager.
   */
  silencedEnds: 'told' | 'dropped'
  /** On the wire: Alertmanager's `receiver` (before quoting) and the route part of `groupKey`. */
  receiver: string
  routeKey: string
}

/** A receiver of an imported alertmanager.yml. Its ways out are the channels with its name. */
export interface Receiver {
  name: string
  /** Shown to clients of the Alertmanager API, which select receivers by labels. The label `name` is left out here. */
  labels: Labels
}

/** A node of an imported route tree. Every inherited field is already in `policy`. */
export interface Route {
  policy: Policy
  continue: boolean
  routes: Route[]
}

/** A rule as the account has the rule: the name of a shipped template, or Sigma's own document. */
export interface RuleEntry {
  id: string
  enabled: boolean
  /** Policy for the alerts of the rule. Absent: the matching policies. */
  policy?: string
  /** `actiontrail/vpc-route-change`: a file of the shipped rules. */
  template?: string
  /** Replacements for values of the template, in the places offered by the template. */
  parameters?: Record<string, unknown>
  /**
   * A Sigma rule or correlation (https://sigmahq.io/sigma-specification), or the YAML text of a rule or of several
   * rules.
   */
  sigma?: Record<string, unknown> | string
}

export interface Defaults {
  recipients: FlowAction[]
  /** For the periods of the recipients. */
  calendar?: string
}

export interface Forwarding {
  /** `url`, an integration URL of the receiving account. The URL holds a token, so the URL is sealed. */
  settings: Record<string, unknown>
  /** `own`: alerts raised by this account's rules. `all`: also alerts of the integrations. */
  sources: 'own' | 'all'
}

export interface InhibitRule {
  /** Hash of the rule: the key of the rule's inhibition sources in the table. */
  id: string
  source: Matcher[]
  target: Matcher[]
  equal: string[]
}

export interface NamedInterval {
  name: string
  intervals: TimeInterval[]
}

/** Policy for alerts that no policy takes: only `defaults` can tell anybody, and the alerts can be routed later. */
export const UNROUTED_POLICY = '_none'

/**
 * Integration of the alerts raised by Tocsin about the account itself. No integration of a document can have the
 * id.
 */
export const OWN_INTEGRATION = 'tocsin:'

/** Policy of the alerts forwarded to another account, beside the account's own policies. */
export const FORWARD_POLICY = '_forward'

export const DEFAULTS = {
  groupWaitMs: 5_000,
  groupIntervalMs: 30_000,
  repeatIntervalMs: 4 * 3_600_000,
  autoRecoverAfterMs: 5 * 60_000,
} as const
