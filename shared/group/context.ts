import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Chance, Millis } from '../base/time.ts'
import type { Channel, Policy } from '../config/config.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { MuteReason } from '../reason/reason.ts'
import type { Action } from './action.ts'
import type { Arrival } from './fold.ts'
import type { ClosedIncident, Group, TimelineEntry, Tombstone } from './group.ts'
import type { Doubt, NotificationLogEntry, OwedEvent, Pause } from './target-state.ts'

/** What can happen to a group. */
export type Input =
  | { kind: 'alert'; arrival: Arrival }
  /** `at`: the moment the wake was armed for; absent from sweep. */
  | { kind: 'wake'; at?: Millis }
  | { kind: 'outcome'; target: string; delivery: string; attempt: number; outcome: Outcome }
  | { kind: 'action'; action: Action }
  | { kind: 'replay'; target: string; event?: Omit<OwedEvent, 'content'> }
  /** Another group's alerts were routed here, and what it knows of them comes along. */
  | { kind: 'regroup'; knowledge: RegroupedKnowledge }

/** What a group knows of alerts that it hands over, beside the alerts. */
export interface RegroupedKnowledge {
  /** By target: of these alerts, what it surely knows to fire, from which flush, and by when it had heard … */
  told: [target: string, mark: Pick<NotificationLogEntry, 'at' | 'firing'> & { until: Millis }][]
  /** … and what it may have heard of: a delivery is open, or is in doubt. */
  doubt: [target: string, doubt: Doubt][]
  tombstones: [Fingerprint, Tombstone][]
}

/** Everything a decision may depend on besides the group and its inputs. */
export interface Context {
  now: Millis
  chance: Chance
  revision: string
  /** When the revision became current. */
  since: Millis
  policy: Policy
  channel: (id: string) => Channel | undefined
  /** The reason that holds an alert back at `now`: silence, inhibition or time interval. */
  muted: (fingerprint: Fingerprint, alert: Alert) => MuteReason | undefined
  groupKey: string
  /** How long a message of the queue can be on its way. */
  messageLifeMs: number
}

/** A delivery that this decision opened: its message is sent when the head is saved. */
export interface OpenedDelivery {
  target: string
  delivery: string
  attempt: number
  deadline: Millis
}

/** A pause of which the account is to be told. */
export interface PauseNotice {
  /** `targetKey` of the paused target. */
  target: string
  pause: Pause
}

/** Something arrived at a target. */
export interface TargetArrival {
  target: string
  /** The target was paused since the last arrival: the account was told of it. */
  endsPause: boolean
}

export interface Decision {
  group: Group
  /** Written before the head: what is opened now, and life-cycle events whose turn comes later. */
  contents: Delivery[]
  open: OpenedDelivery[]
  closed: ClosedIncident[]
  /** Ids of incidents that are open again: their items go. */
  reopened: string[]
  /** Pauses that the account is told of before the head is saved, and after. */
  announce: { beforeSave: PauseNotice[]; afterSave: PauseNotice[] }
  /** Targets at which something arrived. */
  arrived: TargetArrival[]
  /** Set when a wake has to be put into the queue for this moment. */
  arm?: Millis
}

/** A decision being made: the group is a copy, so a lost race leaves nothing behind. */
export interface Draft {
  group: Group
  contents: Delivery[]
  open: OpenedDelivery[]
  closed: ClosedIncident[]
  reopened: string[]
  log: TimelineEntry[]
  arrived: TargetArrival[]
  /** Of these some target may have heard from another group. */
  heardElsewhere: Set<Fingerprint>
}
