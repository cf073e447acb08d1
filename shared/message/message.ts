import type { PostedAlert } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { How, LifecycleType } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Action } from '../group/action.ts'
import type { ClosedAt, DroppedEnds, RegroupedKnowledge } from '../group/context.ts'
import type { Member } from '../group/group.ts'
import type { AuditRecord } from '../record/record.ts'

/**
 * The version of messages in this code, for writing and reading. A message of a newer version is failed (so
 * redelivered, at last dead-lettered), never guessed. A new kind, or a field that readers have to know, needs a new
 * version: within a version, an unknown kind is malformed.
 */
export const MESSAGE_VERSION = 1
/** Deliveries that lie in a ledger: a reader of version 1 would look for an item of the delivery, and find none. */
export const LEDGER_VERSION = 2
// Version 3 is that of compressed messages on SQS (`shared/sqs/packed-body.ts`).
/** Wakes of several groups. */
export const WAKES_VERSION = 4
/** Several deliveries of a ledger. */
export const DELIVERIES_VERSION = 5

/** Alerts, accepted by an integration. Recorded when ingest answers 2xx. */
export interface AlertsReceived {
  v: number
  kind: 'alerts'
  account: string
  integration: string
  /**
   * The moment of receipt, stamped by ingest; this moment, the message id and the index in `alerts` are the only order.
   */
  receivedAt: Millis
  /** The order, in the place of `receivedAt`, after the clock of ingest was set back: `shared/alert/stamp.ts`. */
  order?: Millis
  /**
   * Recovery time of the integration: the end of an alert that came without an end. 0: such an alert never ends by
   * itself.
   */
  recoverAfterMs: number
  alerts: PostedAlert[]
  /** The rule behind the alerts; absent when a sender posted the alerts. */
  rule?: string
  /** Accounts on the way of the alerts, nearest last; absent when the alerts were not forwarded. */
  hops?: string[]
}

/** Audit records, accepted by an integration: `evaluate` asks the rules about the records. */
export interface RecordsReceived {
  v: number
  kind: 'records'
  account: string
  integration: string
  receivedAt: Millis
  order?: Millis
  /** As in `AlertsReceived`, for the alerts that the records raise. */
  recoverAfterMs: number
  records: AuditRecord[]
}

/** A body that ingest could not accept, kept for the owner to see. */
export interface BodyRefused {
  v: number
  kind: 'refused'
  account: string
  integration: string
  receivedAt: Millis
  reason: string
  /** At most the first 64 KiB of the body, base64. */
  body: string
}

/** "Look at this group again." The table holds the truth; a wake is only the alarm clock. */
export interface GroupWake {
  v: number
  kind: 'wake'
  account: string
  group: string
  /**
   * The moment of the wake; absent in a wake from sweep. The group knows a duplicate by this moment, so wakes never
   * multiply.
   */
  at?: Millis
  /** Targets that may have closed the ticket of the group. An older reader of the message only looks at the group. */
  closed?: ClosedAt[]
}

/** Wakes of several groups for the same second, where each message is billed. */
export interface GroupWakes {
  v: number
  kind: 'wakes'
  account: string
  wakes: Pick<GroupWake, 'group' | 'at'>[]
}

/** The outcome of an attempt of a delivery. Recorded when `notify` gave up or got an answer. */
export interface DeliverySettled {
  v: number
  kind: 'outcome'
  account: string
  group: string
  target: string
  delivery: string
  attempt: number
  outcome: Outcome
}

/** A person asks for a replay: a target gets the present state again, or a life-cycle event once more. */
export interface ReplayRequested {
  v: number
  kind: 'replay'
  account: string
  group: string
  target: string
  /** A life-cycle event, which is sent again unchanged: the group of the event may be over. */
  event?: { delivery: string; type: LifecycleType; at: Millis; attempts: number }
  /** The policy and the labels of the event's group: a group may have to be made again for the event. */
  policy?: string
  labels?: Record<string, string>
}

/** An action of a person on an incident. */
export interface ActionRequested {
  v: number
  kind: 'action'
  account: string
  group: string
  /**
   * Policy and labels of the group. The group may be over, and is then made again to take the action on its incident.
   */
  policy: string
  labels: Record<string, string>
  action: Action
}

/**
 * Alerts that a changed configuration routes to another group, with the knowledge of the old group about the alerts.
 */
export interface AlertsRegrouped extends RegroupedKnowledge {
  v: number
  kind: 'regrouped'
  account: string
  /** Revision of the configuration that routed the alerts here. */
  revision: string
  policy: string
  labels: Record<string, string>
  members: Member[]
  /** Ends that are told no more: routed again on its way, the message has no group whose timeline could say so. */
  dropped?: DroppedEnds[]
}

/**
 * A configuration is about to change, or has changed: every group of the account has to look at the new configuration.
 */
export interface ConfigChanged {
  v: number
  kind: 'reconfigured'
  account: string
  /** The place in the list of groups to go on from. */
  after?: string
}

export type DispatchMessage =
  | AlertsReceived
  | BodyRefused
  | GroupWake
  | GroupWakes
  | DeliverySettled
  | ReplayRequested
  | ActionRequested
  | AlertsRegrouped
  | ConfigChanged

/** An attempt that `notify` should make. */
export interface DeliveryDue {
  v: number
  kind: 'delivery'
  account: string
  group: string
  target: string
  delivery: string
  attempt: number
  /** The send must have ended by this moment; afterwards the group takes the attempt as ambiguous. */
  deadline: Millis
  /** The ledger with the delivery, beside which the attempt is claimed. Absent: the delivery has an item of its own. */
  ledger?: string
  /**
   * Nothing waits for the arrival: the arrival is kept beside the claim for the next look of the group. Every other
   * outcome is reported. A `notify` that does not know the field reports the arrival, too.
   */
  lazy?: true
  /** The target waits since then for a slot in the rate of its provider, in earlier attempts too. */
  waitsSince?: Millis
  /** Of a message that notify sent to itself, because the rate of the provider left no slot at the time. */
  turn?: Turn
}

/** A message about a single delivery. */
export interface DeliveryMessage extends DeliveryDue {
  /** The notification, where a message is cheaper than a read of the ledger (`words.ts`). */
  words?: string
}

/**
 * A message about several deliveries of a ledger, where each message is billed. The deliveries share nothing but the way:
 * an attempt is claimed, sent and reported for a single delivery, and a delivery comes again in a single message.
 */
export interface DeliveriesMessage {
  v: number
  kind: 'deliveries'
  account: string
  ledger: string
  deliveries: SharedDue[]
  /** The notifications of the deliveries, each once, in one text (`words.ts`). */
  words: string
}

export interface SharedDue
  extends Pick<DeliveryDue, 'group' | 'target' | 'delivery' | 'attempt' | 'deadline' | 'lazy' | 'waitsSince'> {
  /** The index in the list of notifications. */
  says: number
  how?: How
}

/** The place of a delivery among the deliveries that wait for a slot. */
export interface Turn {
  /** The moment at which the queue took the first message of the attempt. */
  sentAt: Millis
  /** The moment at which the message is to come again: earlier, the clock was set back. */
  until: Millis
  /** The name of its item (`store/rates.ts`). Absent: nobody else can take the delivery along. */
  waiting?: string
  /** The slot that the delivery has. Absent: none yet. */
  slot?: Millis
}
