import type { PostedAlert } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { LifecycleType } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Action } from '../group/action.ts'
import type { RegroupedKnowledge } from '../group/context.ts'
import type { Member } from '../group/group.ts'
import type { AuditRecord } from '../record/record.ts'

/**
 * Messages of a newer version are failed (so redelivered, at last dead-lettered), never guessed. A new kind,
 * or a field that readers have to know, needs a new version: within one, what is unknown is malformed.
 */
export const MESSAGE_VERSION = 1

/** Alerts that an integration accepted. Recorded when ingest answers 2xx. */
export interface AlertsReceived {
  v: number
  kind: 'alerts'
  account: string
  integration: string
  /** Stamped by ingest; with the message id and the index in `alerts` it is the only order. */
  receivedAt: Millis
  /** Recovery time of the integration: the end of an alert that came without one. 0: it never ends by itself. */
  recoverAfterMs: number
  alerts: PostedAlert[]
  /** The rule that raised them; absent when a sender did. */
  rule?: string
  /** Who raised them in other accounts, nearest last: absent when they were not forwarded. */
  hops?: string[]
}

/** Audit records that an integration accepted: `evaluate` asks the rules about them. */
export interface RecordsReceived {
  v: number
  kind: 'records'
  account: string
  integration: string
  receivedAt: Millis
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

/** "Look at this group again." The table holds the truth; this is only the alarm clock. */
export interface GroupWake {
  v: number
  kind: 'wake'
  account: string
  group: string
  /** The moment it was armed for; absent from sweep. A duplicate is told by it, so wakes never multiply. */
  at?: Millis
}

/** What became of one attempt of one delivery. Recorded when `notify` gave up or got an answer. */
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

/** A person asks that a target be told the present state again, or an event once more. */
export interface ReplayRequested {
  v: number
  kind: 'replay'
  account: string
  group: string
  target: string
  /** A life-cycle event, which is sent again as it was: its group may be over. */
  event?: { delivery: string; type: LifecycleType; at: Millis; attempts: number }
  /** Where the event belongs, for a group that has to be made for it. */
  policy?: string
  labels?: Record<string, string>
}

/** What a person did to an incident. */
export interface ActionRequested {
  v: number
  kind: 'action'
  account: string
  group: string
  /** The group may be over, and is made again for what is said of its incident. */
  policy: string
  labels: Record<string, string>
  action: Action
}

/** Alerts that a changed configuration routes to another group, with what is known of them. */
export interface AlertsRegrouped extends RegroupedKnowledge {
  v: number
  kind: 'regrouped'
  account: string
  /** Of the configuration that routed them here. */
  revision: string
  policy: string
  labels: Record<string, string>
  members: Member[]
}

/** A configuration is about to change, or did: every group of the account has to look at it. */
export interface ConfigChanged {
  v: number
  kind: 'reconfigured'
  account: string
  /** Where to go on in the list of groups. */
  after?: string
}

export type DispatchMessage =
  | AlertsReceived
  | BodyRefused
  | GroupWake
  | DeliverySettled
  | ReplayRequested
  | ActionRequested
  | AlertsRegrouped
  | ConfigChanged

/** One attempt that `notify` should make. */
export interface DeliveryDue {
  v: number
  kind: 'delivery'
  account: string
  group: string
  target: string
  delivery: string
  attempt: number
  /** The send must have ended by then; later, the group takes the attempt as ambiguous. */
  deadline: Millis
}
