import type { Fingerprint, Origin } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Level } from '../alert/level.ts'
import type { Millis } from '../base/time.ts'
import type { Outcome } from './outcome.ts'

/** Why a target is told something. It reaches the message, the timeline and the metric. */
export type NotifyReason =
  | 'first'
  | 'new-alerts'
  | 'all-resolved'
  | 'some-resolved'
  | 'repeat'
  | 'replay'
  | 'closed'
  | 'lifecycle'

/** What happens to an incident, as seed documents of ARMS name it. */
export type LifecycleType = 'create' | 'claim' | 'comment' | 'close'

/** One alert as a notification shows it: firing alerts have no end. */
export interface NotifiedAlert {
  fingerprint: Fingerprint
  labels: Labels
  annotations: Labels
  startsAt: Millis
  /** Absent while it fires. */
  endsAt?: Millis
  generatorURL?: string
  /** Only in events and forwards: where it came from … */
  origin?: Origin
  /** … and until when it is held to fire: */
  until?: Millis
  /** by our recovery time; absent: by its sender's word. */
  timeout?: boolean
}

/** One moment of an incident's life, which never changes any more. */
export interface LifecycleEvent {
  /** Unique, and the same on every attempt: `<incident>_create`, `<incident>_close`. */
  id: string
  type: LifecycleType
  at: Millis
  incident: { id: string; openedAt: Millis; closedAt?: Millis }
  policy: NotifiedPolicy
  /** What somebody did and said. Absent: nobody did, it happened. */
  person?: PersonsPart
}

/** The incident that a notification is about, as the incident was when the delivery was first opened. */
export interface NotifiedIncident {
  readonly id: string
  readonly openedAt: Millis
  /** The person who has the incident in hand. */
  readonly handler?: string
}

/** The policy by which something is told: name and owner as they were. */
export interface NotifiedPolicy {
  readonly id: string
  readonly name: string
  readonly owner?: string
}

/** Who has the incident in hand, who acted, and with which words: of a comment, or of a close its solution. */
export interface PersonsPart {
  handler?: string
  operator?: string
  comment?: string
  solution?: string
}

/** What a channel's events say beside what happened. */
export interface EventSettings {
  /** The attribute `source`: which of a bus's event sources this is. */
  source: string
  /** What comes before `:create` in the attribute `type`. */
  typePrefix: string
  /** IANA zone of the times that people read. */
  timeZone: string
  /** The attributes aliyuneventbusname, aliyunregionid, aliyunaccountid; absent: not sent. */
  eventBus?: string
  region?: string
  accountId?: string
  /** externalURL is a signed link, which shows the incident to whoever has the event. */
  links?: boolean
  /** The bus itself writes when it was published, and whatever else of `aliyun…` is not here. */
  stampedByBus?: true
}

/** How an event was written: with it and the delivery it can be written again, whatever its channel says by now. */
export interface WrittenAs extends EventSettings {
  publicUrl: string
}

/** What a notification says, frozen when the delivery is opened; rendering it for a channel adds nothing. */
export interface Notification {
  receiver: string
  groupKey: string
  groupLabels: Labels
  reason: NotifyReason
  alerts: NotifiedAlert[]
  /** Alerts left out because the content is capped. */
  truncated: number
  /**
   * Absent from life-cycle events, which name their incident themselves, from forwards, and where the group never
   * had an incident: its alerts were over before they were regrouped.
   */
  incident?: NotifiedIncident
  /** Absent from life-cycle events and forwards, as is `level`. */
  policy?: NotifiedPolicy
  /** The worst level of the alerts that fire, or of all when none does. */
  level?: Level
  /** Told to a life-cycle channel: the moment; `alerts` are those of the incident then. */
  event?: LifecycleEvent
}

/** One message to one target: immutable but for `attempt` and `last`, which notify writes. */
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
}

/** What notify writes of a delivery: which attempt was begun last, and what it came to. */
export interface DeliveryProgress {
  begun: number
  begunAt?: Millis
  /** Of an event, as that attempt wrote it. */
  as?: WrittenAs
  last?: Outcome
}
