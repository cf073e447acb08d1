import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Chance, Millis } from '../base/time.ts'
import type { Channel, Policy } from '../config/config.ts'
import type { ActionWords, Delivery, How } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Target } from '../delivery/target.ts'
import type { CompiledFlow } from '../flow/compile.ts'
import type { UserLean } from '../people/user.ts'
import type { MuteReason, NotToldReason } from '../reason/reason.ts'
import type { Action } from './action.ts'
import type { AlertSet } from './alert-sets.ts'
import type { Arrival } from './fold.ts'
import type {
  ClosedIncident,
  DeliveryParts,
  Group,
  Incident,
  Member,
  Teller,
  TimelineEntry,
  Tombstone,
} from './group.ts'
import type { Doubt, NotificationLogEntry } from './heard.ts'
import type { OwedEvent, Pause } from './target-state.ts'
import type { PartialViews } from './view.ts'
import type { Frozen } from './words.ts'

/** An input of a group. */
export type Input =
  | { kind: 'alert'; arrival: Arrival }
  /** `at`: the moment the wake was armed for; absent from sweep. */
  | { kind: 'wake'; at?: Millis }
  | { kind: 'outcome'; target: string; delivery: string; attempt: number; outcome: Outcome }
  | { kind: 'action'; action: Action }
  | { kind: 'replay'; target: string; event?: Omit<OwedEvent, 'content'> }
  /** Alerts that were in the group until now: a changed configuration puts them into other groups. */
  | { kind: 'moved'; members: ReadonlyMap<Fingerprint, Member>; dropped?: readonly DroppedEnds[] | undefined }
  /** Alerts of another group were routed here: the knowledge of the other group about the alerts. */
  | { kind: 'regroup'; knowledge: RegroupedKnowledge; dropped?: readonly DroppedEnds[] | undefined }
  | { kind: 'key-closed'; targets: ClosedAt[] }

/** A target that may have closed the ticket of this group by the moment: a different group told an end under the key. */
export type ClosedAt = [target: string, until: Millis]

/** Ends that a target is told no more: the changed configuration has no channel, or no policy, for them. */
export interface DroppedEnds {
  target: string
  reason: NotToldReason
  alerts: readonly Fingerprint[]
}

/** The knowledge of a group about alerts that are regrouped, beside the alerts themselves. */
export interface RegroupedKnowledge {
  /**
   * By target: the alerts that the target surely knows to fire, from which flush, and by when the target had heard …
   */
  told: [target: string, mark: Pick<NotificationLogEntry, 'at' | 'firing'> & { until: Millis }][]
  /** … and the alerts that the target may have heard of: a delivery is open, or is in doubt. */
  doubt: [target: string, doubt: Doubt][]
  /** The group under whose key these targets were told … Absent: an earlier release wrote the message. */
  from?: string
  /** … but for these targets, which were told under other keys too: their alerts by the group whose key it was. */
  under?: [target: string, keys: [group: string, alerts: AlertSet][]][]
  /** These groups. */
  tellers?: [group: string, teller: Teller][]
  tombstones: [Fingerprint, Tombstone][]
}

/** How a target is written to, and what its content template means for the alerts of a message. */
export interface Written {
  how: How
  /** As `Channel.mostAlerts`, in the place of the channel's own. */
  mostAlerts?: number
  /** Each message tells only alerts that the target is owed, and so many at most: `parts.ts`. */
  partAlerts?: number
}

export type OpenGroup = Pick<Group, 'id' | 'targets'> & { incident: Incident }

/** The values that a decision may depend on, besides the group and its inputs. */
export interface Context {
  now: Millis
  chance: Chance
  revision: string
  /** Raised by every change of people, which leaves `revision`. */
  peopleRevision: string
  /** The moment at which the revision became current. */
  since: Millis
  policy: Policy
  /** Who is told by the policy, and when; absent: every target, always. */
  flow?: CompiledFlow | undefined
  channel: (id: string) => Channel | undefined
  /**
   * How a target is written to, by the words of the action that names the target. Absent: every message has the built-in
   * text.
   */
  written?: (target: Target, action: ActionWords) => Written | undefined
  /** A user of the account. */
  user: (id: string) => Pick<UserLean, 'enabled'> | undefined
  /** The reason that holds an alert back at `now`: silence, inhibition or time interval. */
  muted: (fingerprint: Fingerprint, alert: Alert) => MuteReason | undefined
  /** The moment at which the next of the active silences runs out. */
  silenceEnds?: Millis
  groupKey: string
  /**
   * By the group under whose key ends are owed: the group with an open incident that tells under the key now, which is the
   * same group, or a group of another policy with the same key.
   */
  openGroups: ReadonlyMap<string, OpenGroup>
  /** Bytes of alerts in a message at most, unless the channel's target takes less. */
  bodyBytes: number
  /** The longest time of a queue message on its way. */
  messageLifeMs: number
  /** The longest delay of a queue message. */
  maxDelayMs: number
}

/** A delivery opened by this decision: the message of the delivery is sent when the head is saved. */
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

/** The arrival of a delivery at a target. */
export interface TargetArrival {
  target: string
  /** The target was paused since the last arrival: the account was told of the pause. */
  endsPause: boolean
}

export interface Decision {
  group: Group
  /** Written before the head: contents of deliveries opened now, and of life-cycle events whose turn comes later. */
  contents: Delivery[]
  /** Contents that lie in a ledger since the batch wrote its ledgers; absent before. */
  inLedger?: readonly Delivery[]
  open: OpenedDelivery[]
  closed: ClosedIncident[]
  /** Ids of reopened incidents: the items of the closed incidents go. */
  reopened: string[]
  /** Pauses that the account is told of before the head is saved, and after. */
  announce: { beforeSave: PauseNotice[]; afterSave: PauseNotice[] }
  /** Targets at which a delivery arrived. */
  arrived: TargetArrival[]
  /** Groups with an open incident, and the targets that may have closed the ticket of the group by an end. */
  closedKeys: [group: string, targets: ClosedAt[]][]
  /** The incident of which nobody is told, when this decision finds that out: the account is told. */
  nobody?: string
  /** Set when a wake has to be put into the queue for this moment. */
  arm?: Millis
}

/** An entry of a decision that is being made, about one target at most. */
export interface Note extends TimelineEntry {
  /** Absent: the entry has no delivery, or the id of the delivery is not the id that such parts give. */
  parts?: DeliveryParts
}

/** A decision being made: the group is a copy, so a lost race leaves no trace. */
export interface Draft {
  group: Group
  contents: Delivery[]
  open: OpenedDelivery[]
  closed: ClosedIncident[]
  reopened: string[]
  log: Note[]
  arrived: TargetArrival[]
  /** By id of the group with the open incident. */
  closedKeys: Map<string, ClosedAt[]>
  nobody?: string
  frozen: Frozen
  views: PartialViews
  /** Alerts that a target may have heard of from another group. */
  heardElsewhere: Set<Fingerprint>
  /** Alerts that moved to other groups. */
  moved: ReadonlyMap<Fingerprint, Member>
}
