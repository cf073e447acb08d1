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
  /** The stamp of the newest message merged into the alert. */
  readonly stamp: Stamp
  /** The latest endsAt in the messages of the alert: until then a late duplicate could make the alert fire again. */
  readonly claimedEnd: Millis
  /**
   * The moment of the first flush that compared the alert since the alert last changed, by the worker's clock; absent:
   * not compared yet.
   */
  readonly compared?: Millis
  /** Present when a person closed the incident while the alert fired. */
  readonly closedByHand?: ClosedByHand
}

/**
 * The mark of an alert whose incident a person closed while the alert fired: `closed-by-hand.ts` says when the mark
 * comes and goes.
 */
export interface ClosedByHand {
  /** The moment of the close. */
  readonly at: Millis
  /** The newest resolve received since. */
  readonly resolve?: Stamp
}

/** A fingerprint that resolved and left: an older firing that comes late must not page again. */
export interface Tombstone {
  readonly stamp: Stamp
  readonly until: Millis
  /**
   * The part of the alert that tells where a changed configuration would put the alert, and when the alert was over.
   */
  readonly alert: Pick<Alert, 'labels' | 'origin' | 'endsAt'>
}

/** An open-to-closed episode. A closed incident is an item of its own (`group-store/incidents.ts`). */
export interface Incident {
  id: string
  openedAt: Millis
  /**
   * The person who has the incident in hand. While there is a handler, repeats stop; beginnings and ends are told all
   * the same.
   */
  handler?: string
  /** The latest comments; the timeline has every comment. */
  comments?: Comment[]
  /** The number of earlier closes of the incident. */
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
  closedBecause: 'resolved' | 'policy-removed' | 'closed'
  /** The person who closed the incident, and the words of the close; absent: the incident ended by itself. */
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
  alerts?: Fingerprint[]
  /** The person who acted, and the words of the person. */
  by?: string
  text?: string
}

/** The knowledge of a group. In memory always whole; `group-store/heads.ts` spreads the group over items. */
export interface Group {
  account: string
  /** Hash of account, policy and labels: the key. */
  id: string
  policy: string
  labels: Labels
  /** The moment at which this life of the group began; an emptied group is born again. */
  birth: Millis
  /** The configuration of the last decision about the group. */
  revision: string
  /** The grid: the next flush, and the latest tick of this life that was flushed or passed idle. */
  nextTick: Millis
  lastTick?: Millis
  members: Map<Fingerprint, Member>
  tombstones: Map<Fingerprint, Tombstone>
  targets: Map<string, TargetState>
  incident?: Incident
  /** The last incident closed by hand, while alerts of the incident still fire: such an incident can be reopened. */
  reopenable?: Incident
  /** The last incident closed in any way, while a target may think that an alert fires although the alert is over. */
  lastIncident?: NotifiedIncident
  /** The last flush left muted alerts out: the end of a mute writes nothing here, so the group keeps ticking. */
  muted: boolean
  /** The hash of the muted alerts and reasons, as last noted in the timeline. */
  notedMuted?: string
  /** The next moment at which the group can change without an input. */
  wakeAt?: Millis
  /** The wake that is already in the queue. */
  armedAt?: Millis
  /** Timeline of the last save: written as items by the next save, so that no entry is lost between. */
  log: TimelineEntry[]
}
