import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { LevelCounts } from '../alert/level.ts'
import type { Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { NotifiedIncident, NotifiedPolicy } from '../delivery/delivery.ts'
import type { Reason } from '../reason/reason.ts'
import type { StoredKeys } from './stored-keys.ts'
import type { TargetState } from './target-state.ts'

/** An alert in a group. */
export interface Member {
  readonly alert: Alert
  /** The newest message merged into the alert. */
  readonly stamp: Stamp
  /** Latest endsAt in the alert's messages: the time until which a late duplicate could make the alert fire again. */
  readonly claimedEnd: Millis
  /**
   * Time of the first flush that compared the alert since its last change, by the worker's clock; absent: not compared
   * yet.
   */
  readonly compared?: Millis
  /** A person closed the incident while the alert fired. */
  readonly closedByHand?: ClosedByHand
  /**
   * The `startsAt` of the alert when a person took the incident in hand: another `startsAt` is another episode, which
   * nobody has in hand. Absent: nobody has, or the policy tells every target always.
   */
  readonly inHand?: Millis
}

/**
 * The mark of an alert whose incident a person closed while the alert fired: `closed-by-hand.ts` says how the mark
 * comes and goes.
 */
export interface ClosedByHand {
  /** Time at which the incident was closed. */
  readonly at: Millis
  /** The newest resolve received since. */
  readonly resolve?: Stamp
}

/** The names of a policy in messages. */
export interface Wire {
  readonly receiver: string
  readonly routeKey: string
  readonly routeLabels?: Labels
}

/** What a group said of itself in its messages, for the group that tells the ends of its alerts: `earlier-keys.ts`. */
export interface Teller {
  readonly groupKey: string
  readonly groupLabels: Labels
  readonly routeLabels?: Labels
  readonly receiver: string
  readonly policy: NotifiedPolicy
  /** The incident of the alerts. Absent: the group had none. */
  readonly incident?: NotifiedIncident | undefined
  /** Incidents before that one, which a target that keeps incidents may keep open: they are named as ended. */
  readonly ended?: readonly string[] | undefined
}

/** A fingerprint that resolved and left: an older firing that comes late must not page again. */
export interface Tombstone {
  readonly stamp: Stamp
  readonly until: Millis
  /** The parts of the alert that decide its group under a changed configuration, and the time of its end. */
  readonly alert: Pick<Alert, 'labels' | 'origin' | 'endsAt'>
}

/** An open-to-closed episode. A closed incident is an item of its own (`group-store/incidents.ts`). */
export interface Incident {
  id: string
  openedAt: Millis
  /**
   * The person who has the incident in hand. While an incident has a handler, repeats stop; beginnings and ends are
   * told all the same.
   */
  handler?: string
  /** When the handler took the incident in hand. */
  claimedAt?: Millis
  /** The handler is a user of the account: a user who is disabled or removed has nothing in hand. */
  handlerIsUser?: true
  /** When the incident was given back, or reopened. */
  freeSince?: Millis
  /** Since then an alert fires that nothing mutes; absent: every firing alert is muted, or the policy has no flow. */
  audibleSince?: Millis
  /** The timeline says that the flow names nobody. */
  nobodyTold?: true
  /** The latest comments; the timeline has every comment. */
  comments?: Comment[]
  /** The number of earlier closes. */
  closes?: number
  /** Ids of the latest actions, so that a request received twice acts once. */
  acted?: string[]
}

export interface Comment {
  at: Millis
  by: string
  text: string
}

export interface ClosedIncident extends Incident {
  closedAt: Millis
  /** `moved`: a changed configuration put the firing alerts of the incident into other groups. */
  closedBecause: 'resolved' | 'policy-removed' | 'closed' | 'moved'
  /** The author of the close, with the person's words; absent: the incident ended without a person. */
  closedBy?: string
  solution?: string
  /** The alerts in their state at the close. */
  alerts: [Fingerprint, Alert][]
}

export type TimelineKind =
  | 'opened'
  | 'closed'
  | 'reopened'
  | 'claimed'
  | 'unclaimed'
  | 'assigned'
  | 'commented'
  | 'telling'
  | 'told'
  | 'not-told'
  | 'refused'
  | 'ambiguous'
  | 'dead'
  | 'paused'

export interface TimelineEntry {
  at: Millis
  kind: TimelineKind
  incident?: string
  target?: string
  delivery?: string
  reason: Reason
  /** Of a telling: the step of the flow that names the target, as the policy's document has it. */
  step?: string
  alerts?: readonly Fingerprint[]
  /** The number of further alerts, which the entry does not name. */
  moreAlerts?: number
  /** The part of a message that did not arrive. */
  note?: string
  /** The acting person, with the person's words. */
  by?: string
  text?: string
}

/**
 * An entry of the timeline, or several entries that differ only in the target and in the id of the delivery:
 * `log-entry.ts`.
 */
export interface LogEntry extends TimelineEntry {
  /** Several targets, in the place of `target`. */
  targets?: StoredKeys
  /** Of entries with a delivery: the parts of each id, in the place of `delivery`. */
  deliveries?: DeliveryParts
}

/** The parts of the id of a delivery, beside group and target. */
export interface DeliveryParts {
  readonly birth: Millis
  readonly count: number
  readonly content: string
}

/**
 * The whole state of a group. In memory a group is always whole; `group-store/heads.ts` says how a group is spread over
 * items.
 */
export interface Group {
  account: string
  /** Hash of account, policy and labels: the key. */
  id: string
  policy: string
  labels: Labels
  /** The beginning of this life of the group; an emptied group is born again. */
  birth: Millis
  /** The configuration under which the group was last advanced. */
  revision: string
  /** The revision of the people under which the group was last advanced. Absent: `0`, before the first change. */
  peopleRevision?: string
  /** The grid: the next flush, and the latest flush of this life, made or passed idle. */
  nextTick: Millis
  lastTick?: Millis
  members: Map<Fingerprint, Member>
  tombstones: Map<Fingerprint, Tombstone>
  targets: Map<string, TargetState>
  /** By id: the groups under whose keys ends are owed here. */
  tellers?: Record<string, Teller> | undefined
  /**
   * Alerts that targets were told of under the key of this group went to other groups, which tell their ends under the key:
   * `functions/dispatch/shared-tickets.ts`.
   */
  parted?: true
  /** The names of the policy, as messages said them last. Absent: they follow from the policy's id. */
  wire?: Wire | undefined
  /** The highest count of a forgotten target: a target that comes back counts on, so that no id of a delivery returns. */
  forgottenCount?: number
  incident?: Incident
  /** The last incident closed by a person, while alerts of the incident still fire: the incident can be reopened. */
  reopenable?: Incident
  /** The last incident closed in any way, while a target may think that an alert fires although the alert is over. */
  lastIncident?: NotifiedIncident
  /** The firing alerts that were muted at the last look at the alerts; absent: none. Only the card needs the numbers. */
  held?: LevelCounts
  /** The last flush left muted alerts out. The end of the muting writes nothing here, so the group keeps ticking. */
  muted: boolean
  /** Every muted alert is over, and its end waits to be told: the moment at which the newest of them ended. */
  endedMuted?: Millis
  /** The timeline's last entry about muted alerts, as a hash. */
  notedMuted?: string
  /** The moment at which the audience may change by time alone, as the last decision knew. */
  audienceUntil?: Millis
  /** Next moment at which a part of the group can change without an input. */
  wakeAt?: Millis
  /** The wake already in the queue. */
  armedAt?: Millis
  /**
   * Of a decision: the entries of the timeline that the decision adds. Of a saved group: all entries that are no items
   * yet, of this decision and of earlier decisions (`group-store/timeline.ts`).
   */
  log: LogEntry[]
}
