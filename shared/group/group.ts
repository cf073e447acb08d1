import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { LifecycleType, NotifiedIncident, NotifyReason } from '../delivery/delivery.ts'
import type { PauseReason, Reason } from '../reason/reason.ts'

/** An alert in a group. */
export interface Member {
  readonly alert: Alert
  /** The newest message that was merged into it. */
  readonly stamp: Stamp
  /** Latest endsAt any of its messages claimed: how long a late duplicate could make it fire again. */
  readonly claimedEnd: Millis
  /** Nominal time of the first flush that compared it since it last changed; absent: not compared yet. */
  readonly compared?: Millis
  /** A person closed the incident while it fired. */
  readonly closedByHand?: ClosedByHand
}

/** The mark of an alert whose incident a person closed while it fired: `closed-by-hand.ts` says how it comes and goes. */
export interface ClosedByHand {
  /** When the incident was closed. */
  readonly at: Millis
  /** The newest resolve that was received since. */
  readonly resolve?: Stamp
}

/** A fingerprint that resolved and left: an older firing that comes late must not page again. */
export interface Tombstone {
  readonly stamp: Stamp
  readonly until: Millis
  /** What of the alert tells where a changed configuration would put it, and when it was over. */
  readonly alert: Pick<Alert, 'labels' | 'origin' | 'endsAt'>
}

/** What a target has learned: Alertmanager's notification log entry. */
export interface NotificationLogEntry {
  /** Nominal time of the flush. */
  at: Millis
  firing: Fingerprint[]
  resolved: Fingerprint[]
  /** The delivery that said so; large sets are kept there and not in the head. */
  delivery?: string
  /** When that was opened: whatever else arrived before then it has overtaken. */
  openedAt?: Millis
}

/** What a target may have heard, or not: it came from deliveries whose fate is unknown. */
export interface Doubt {
  firing: Fingerprint[]
  resolved: Fingerprint[]
  /** One of them may arrive until then: only what is opened later is heard after it. */
  until: Millis
}

/** A delivery that was sent out and of which nothing, or not enough, is known. */
export interface SentDelivery {
  delivery: string
  attempt: number
  /** Hash of what it says: the same content may be tried again under the same id. */
  content: string
  /** Nominal time of the flush it tells. */
  nominal: Millis
  reason: NotifyReason
  firing: Fingerprint[]
  resolved: Fingerprint[]
  /** Where nothing fires: the incident that the first attempt named, and that all later attempts name. */
  incident?: NotifiedIncident
}

export interface OpenDelivery extends SentDelivery {
  deadline: Millis
}

export interface Retry {
  /** No attempt before then. */
  notBefore: Millis
  /** Attempts in a row that did not arrive, and when the first of them failed. */
  failures: number
  since: Millis
  /** How many of them came after the flush's own time: they are further and further apart. */
  later: number
}

/** A life-cycle event that a channel is owed: its content lies beside, frozen. */
export interface OwedEvent {
  delivery: string
  content: string
  type: LifecycleType
  at: Millis
  attempts: number
}

/** One channel that the group tells. */
export interface TargetState {
  /** Of a life-cycle channel: what it is owed, the oldest first. They go out one by one and none is skipped. */
  owedEvents?: OwedEvent[]
  /** Contents opened so far: part of a delivery's id, so that no id returns with other content in between. */
  count: number
  told?: NotificationLogEntry
  /** What it may have heard since `told`. Only the arrival of what was opened later clears it. */
  doubt?: Doubt
  /** At most one: while it is open nothing else is opened here. */
  open?: OpenDelivery
  /** The delivery opened last, while it has not arrived: the same content goes out again under its id. */
  last?: SentDelivery
  retry?: Retry
  /** A tick passed while a delivery was open: compare again when it settles. */
  recheck?: boolean
  /** Nothing is sent until a person replays or reconfigures it (the target said 410, or failed for days). */
  paused?: { at: Millis; reason: PauseReason }
  /** What the timeline said last, so that it does not say it at every tick. */
  notedReason?: Reason
}

/** One open-to-closed episode. A closed one is an item of its own (`group-store/incidents.ts`). */
export interface Incident {
  id: string
  openedAt: Millis
  /** Who has it in hand. While somebody has, repeats stop; what begins or ends is told all the same. */
  handler?: string
  /** The latest ones; all of them are in the timeline. */
  comments?: Comment[]
  /** How often it was closed before. */
  closes?: number
  /** Ids of the latest actions, so that a request that comes twice acts once. */
  acted?: string[]
}

export interface Comment {
  at: Millis
  by: string
  text: string
}

export interface ClosedIncident extends Incident {
  closedAt: Millis
  closedBecause: 'resolved' | 'policy-removed' | 'closed'
  /** Who closed it, and with which words; absent: it ended by itself. */
  closedBy?: string
  solution?: string
  /** The alerts as they were then. */
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
  alerts?: Fingerprint[]
  /** Who did it, and with which words. */
  by?: string
  text?: string
}

/** Everything one group knows. In memory always whole; how it is spread over items is `group-store/heads.ts`. */
export interface Group {
  account: string
  /** Hash of account, policy and labels: the key. */
  id: string
  policy: string
  labels: Labels
  /** When this life of the group began; an emptied group is born again. */
  birth: Millis
  /** Configuration it was last advanced under. */
  revision: string
  /** The grid: the next flush, and the latest one of this life that was made or passed idle. */
  nextTick: Millis
  lastTick?: Millis
  members: Map<Fingerprint, Member>
  tombstones: Map<Fingerprint, Tombstone>
  targets: Map<string, TargetState>
  incident?: Incident
  /** The incident that a person closed last, while alerts of it still fire: it can be reopened. */
  reopenable?: Incident
  /** The incident that was closed last, while a target may think that an alert fires that does not. */
  lastIncident?: NotifiedIncident
  /** The last flush left muted alerts out: the end of what mutes them writes nothing here, so it keeps ticking. */
  muted: boolean
  /** What the timeline said last of muted alerts. */
  notedMuted?: string
  /** Next moment at which something can change without an input. */
  wakeAt?: Millis
  /** The wake that is already in the queue. */
  armedAt?: Millis
  /** Timeline of the last save: written as items by the next one, so that no entry is lost between. */
  log: TimelineEntry[]
}
