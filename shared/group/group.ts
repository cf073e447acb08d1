import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { NotifiedIncident } from '../delivery/delivery.ts'
import type { Reason } from '../reason/reason.ts'
import type { TargetState } from './target-state.ts'

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
