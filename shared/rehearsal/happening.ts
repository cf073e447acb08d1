import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import type { NotifyReason } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Action } from '../group/action.ts'
import type { OpenedDelivery } from '../group/context.ts'
import type { Group, LogEntry } from '../group/group.ts'
import type { Standing } from '../group/standing.ts'
import type { CompiledConfig } from '../routing/compile.ts'
import type { Silence } from '../silence/silence.ts'

/** A play: a configuration with people, and the events. */
export interface Rehearsal {
  account: string
  config: CompiledConfig
  silences: readonly Silence[]
  /** The groups at the beginning. */
  groups: readonly Group[]
  happenings: readonly Happening[]
  from: Millis
  until: Millis
  /** The answer to an attempt; undefined: no answer ever comes. Absent: each attempt arrives at once. */
  answer?(attempt: OpenedDelivery, at: Millis): Answer | undefined
}

export interface Answer {
  afterMs: Millis
  outcome: Outcome
}

/** A received alert, or an action of a person on every open incident. */
export type Happening =
  | { at: Millis; alert: Omit<Alert, 'timeout'> }
  | { at: Millis; action: Pick<Action, 'type' | 'by' | 'to' | 'text'> }

/** A message that a target would get. */
export interface Told {
  at: Millis
  policy: string
  group: string
  incident?: string
  target: string
  why: NotifyReason
  /** The step of the flow that names the target. */
  step?: string
  attempt: number
  alerts: { fingerprint: Fingerprint; labels: Labels; ended: boolean }[]
}

export interface Rehearsed {
  told: Told[]
  /** Everything that the timelines would say, in order. */
  noted: { group: string; entry: LogEntry }[]
  /** The groups that are left. */
  groups: Group[]
  /** How the targets of each group stood at the last look at which an alert fired. */
  standings: { group: string; policy: string; at: Millis; targets: Standing[] }[]
  /** Up to here the events were played: `until`, or earlier when there were too many decisions. */
  until: Millis
}
