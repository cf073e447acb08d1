import type { Fingerprint, Origin } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Level } from '../alert/level.ts'
import { MINUTE, type Millis } from '../base/time.ts'
import type { DetailsPage } from './details-page.ts'
import type { Outcome } from './outcome.ts'

/**
 * The time from opening a delivery until the group gives the attempt up as ambiguous: queue, claim and send together.
 */
export const DELIVERY_WINDOW_MS = 2 * MINUTE

/** The reason why a target gets a message. The reason reaches the message, the timeline and the metric. */
export type NotifyReason =
  | 'first'
  | 'new-alerts'
  | 'all-resolved'
  | 'some-resolved'
  | 'repeat'
  | 'escalated'
  | 'fallback'
  | 'replay'
  | 'claim'
  | 'closed'
  | 'lifecycle'
  | 'test'

/** Whether a message says that every alert under the group key is over. */
export function saysAllIsOver({ reason }: { reason: NotifyReason }): boolean {
  return reason === 'all-resolved' || reason === 'closed'
}

/** Kinds of life-cycle events of an incident, named as in the seed documents of ARMS. */
export type LifecycleType = 'create' | 'claim' | 'comment' | 'close'

/** An alert as a notification shows the alert: a firing alert has no end. */
export interface NotifiedAlert {
  fingerprint: Fingerprint
  labels: Labels
  annotations: Labels
  startsAt: Millis
  /** Absent while the alert fires. */
  endsAt?: Millis
  generatorURL?: string
  /** Only in events and forwards: the origin of the alert … */
  origin?: Origin
  /** … and the moment until which the alert counts as firing: */
  until?: Millis
  /** by Tocsin's recovery time; absent: by the word of the sender. */
  timeout?: boolean
}

/** A moment of an incident's life, which never changes afterwards. */
export interface LifecycleEvent {
  /** Unique, and the same on every attempt: `<incident>_create`, `<incident>_close`. */
  id: string
  type: LifecycleType
  at: Millis
  incident: { id: string; openedAt: Millis; closedAt?: Millis }
  policy: NotifiedPolicy
  /** The part of a person in the event: words and deeds. Absent: the event happened without a person. */
  person?: PersonsPart
}

/** The incident of a notification, as the incident was when the delivery was first opened. */
export interface NotifiedIncident {
  readonly id: string
  readonly openedAt: Millis
  /** The person who has the incident in hand. */
  readonly handler?: string
}

/** The policy of a message: name and owner as written in the configuration then. */
export interface NotifiedPolicy {
  readonly id: string
  readonly name: string
  readonly owner?: string
}

/**
 * The person who has the incident in hand, the person who acted, and the words of the latter: a comment, or the
 * solution of a close.
 */
export interface PersonsPart {
  handler?: string
  operator?: string
  comment?: string
  solution?: string
}

/** Settings of a channel for the text of life-cycle events. */
export interface EventSettings {
  /** The attribute `source`: the name of the event source on the bus. */
  source: string
  /** The text before `:create` in the attribute `type`. */
  typePrefix: string
  /** IANA zone of the times that people read. */
  timeZone: string
  /** The attributes aliyuneventbusname and aliyunregionid; absent: not sent. */
  eventBus?: string
  region?: string
  /** The attribute aliyunaccountid; absent: the account of the delivery. */
  accountId?: string
  /** The attribute aliyunpublishaddr; absent: the address of the host. */
  publishAddress?: string
  /** The event has the attribute `time`. */
  time?: true
  /** externalURL is a signed link, which shows the incident to every holder of the event. */
  links?: boolean
  /** The bus itself writes the time of publication and the further attributes `aliyun…` absent here. */
  stampedByBus?: true
}

/**
 * The settings of a written event. From the settings and the delivery the same event can be written again, even if its
 * channel has changed by now.
 */
export interface WrittenAs extends EventSettings {
  publicUrl: string
  /** The address of the host; absent where the host knows no address of its own. */
  hostAddress?: string
}

/** The content of a message to a target, frozen when the delivery is opened; rendering for a channel adds no facts. */
export interface Notification {
  receiver: string
  groupKey: string
  groupLabels: Labels
  /** Labels of the imported route. Absent: the route has no labels. */
  routeLabels?: Labels
  reason: NotifyReason
  alerts: NotifiedAlert[]
  /** Number of alerts of the group that are left out. */
  truncated: number
  /**
   * Whether an alert fires, among the alerts left out too, and among the alerts that another group tells under the key.
   * Absent: the alerts here say so, or an earlier release wrote.
   */
  fires?: boolean
  /**
   * Absent from life-cycle events, which have an incident of their own, from forwards, and where the group never had an
   * incident: its alerts were over before the group got the alerts by regrouping.
   */
  incident?: NotifiedIncident
  /**
   * Ids of earlier incidents that are over, and that a receiver with incidents of its own may still keep open
   * (`group/kept-incidents.ts`).
   */
  ended?: readonly string[]
  /** Absent from life-cycle events and forwards, as is `level`. */
  policy?: NotifiedPolicy
  /** The worst level of the firing alerts, or of the whole content when no alert fires. */
  level?: Level
  /**
   * Told to a life-cycle channel: the moment of the incident; `alerts` are the alerts of the incident at the moment.
   */
  event?: LifecycleEvent
}

/**
 * How a message is written, as it was when the delivery was opened: by a content template, with the names of people. A
 * delivery with another `How` has another id, so an id always says the same.
 */
export interface How {
  /** Id of the template, for people. Absent, with `hash`: in the built-in text. */
  readonly template?: string
  /** Hash of the whole template, under which it is stored. */
  readonly hash?: string
  readonly language: 'en' | 'zh'
  /** IANA zone of the times in the message. */
  readonly timeZone: string
  readonly mention?: Mention
  readonly details?: DetailsPage
}

/** People for a message into a chat to call by name. */
export interface Mention {
  /** Ids. */
  readonly users: readonly string[]
  /** Every reader of the chat. */
  readonly all?: true
}

/** The words of an action of a flow about the messages to its targets. */
export interface ActionWords {
  /** Content template; absent: that of the policy. */
  readonly template?: string | undefined
  readonly mention?: Mention | undefined
  /** The page of the incident that messages link to; absent: as the channel says. */
  readonly details?: DetailsPage | undefined
}

/** A message to a single target, immutable. The progress of the message is written apart: `DeliveryProgress`. */
export interface Delivery {
  /** `<group>-<hash of birth, target, count, content>`; also the `webhook-id`. */
  id: string
  account: string
  group: string
  policy: string
  target: string
  openedAt: Millis
  notification: Notification
  firing: Fingerprint[]
  resolved: Fingerprint[]
  /** Absent: in the words of the built-in text. */
  how?: How
}

/** The progress of a delivery, written by notify: the attempt begun last, and the outcome of the attempt. */
export interface DeliveryProgress {
  begun: number
  begunAt?: Millis
  /** For an event: the settings by which the attempt wrote the event. */
  as?: WrittenAs
  last?: Outcome
  /** Of a delivery that is sent in several messages: those that earlier attempts surely sent, from the first. */
  done?: number
}
