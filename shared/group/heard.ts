import type { Millis } from '../base/time.ts'
import type { NotifiedIncident } from '../delivery/delivery.ts'
import { type AlertSet, union, without } from './alert-sets.ts'

/* What a target heard of alerts, surely or perhaps, and under which keys. */

/** The alerts that a target surely knows of: Alertmanager's notification log entry. */
export interface NotificationLogEntry {
  /** Nominal time of the flush. */
  readonly at: Millis
  readonly firing: AlertSet
  readonly resolved: AlertSet
  /**
   * The moment at which the first attempt was opened: the delivery has overtaken every delivery that arrived before
   * then. Later attempts have overtaken nothing: a receiver that drops known ids heard the first attempt only. Absent:
   * more than one delivery told the target.
   */
  readonly openedAt?: Millis
  /** The deadline of the attempt that arrived; absent: the first attempt arrived, or more deliveries than one told. */
  readonly heardBy?: Millis
  /** In the place of `openedAt`, where more deliveries than one told the target: the opening of the last of them. */
  readonly newestAt?: Millis
  /**
   * For a target that keeps incidents: the incident that the target keeps open, with the handler that the target was
   * told of.
   */
  readonly incident?: NotifiedIncident
  /** For a target that keeps incidents: incidents that ended there, so that a late copy of a message owes no end again. */
  readonly ended?: readonly string[]
}

/** Alerts that a target may have heard of, or not: from deliveries whose fate is unknown. */
export interface Doubt {
  readonly firing: AlertSet
  readonly resolved: AlertSet
  /**
   * The last of the deliveries may arrive until this moment: only a delivery opened later is heard after the doubtful
   * deliveries.
   */
  readonly until: Millis
  /** For a target that keeps incidents: the incidents that the target may have opened. */
  readonly incidents?: readonly string[]
}

/**
 * The alerts, among those that the target may think to fire, whose beginnings were told under the keys of other groups:
 * `earlier-keys.ts`.
 */
export interface EarlierKeys {
  /** By id of the other group: the alerts whose ends are owed under its key. */
  readonly under: Readonly<Record<string, AlertSet>>
  /** The alerts that are not owed under the key of the present group: the target never heard of them under it. */
  readonly only: AlertSet
  /** By id of the other group: the alerts whose ends were told, so that a late copy of a message owes nothing again. */
  readonly over: Readonly<Record<string, AlertSet>>
}

/** The alerts that the target may think to fire. */
export function mayThinkFiring({ told, doubt, unmentioned }: TargetHeard): AlertSet {
  return union(union(told?.firing, doubt?.firing), unmentioned)
}

/** What a target heard, surely or perhaps. */
export interface TargetHeard {
  readonly told?: NotificationLogEntry
  /**
   * Alerts that the target may have heard of since `told`. Only the arrival of a delivery opened later clears the
   * doubt.
   */
  readonly doubt?: Doubt
  /**
   * Alerts that the target may still think to fire, although a message since did not mention them: they were muted. The
   * target is owed their ends when the muting is over. Absent where ends of muted alerts are dropped.
   */
  readonly unmentioned?: AlertSet
}

/** The knowledge without these alerts. */
export function heardWithout({ told, doubt, unmentioned }: TargetHeard, gone: AlertSet): TargetHeard {
  return {
    told: told && listsWithout(told, gone),
    doubt: doubt && listsWithout(doubt, gone),
    unmentioned: nonEmpty(without(unmentioned, gone)),
  }
}

export function listsWithout<T extends { firing: AlertSet; resolved: AlertSet }>(heard: T, gone: AlertSet): T {
  return { ...heard, firing: without(heard.firing, gone), resolved: without(heard.resolved, gone) }
}

export function nonEmpty(set: AlertSet): AlertSet | undefined {
  return set.length === 0 ? undefined : set
}

/** Without these alerts; undefined: nothing is left. */
export function keysWithout(keys: EarlierKeys, gone: AlertSet): EarlierKeys | undefined {
  const under = eachWithout(keys.under, gone)
  const over = eachWithout(keys.over, gone)
  const only = without(keys.only, gone)
  const none = Object.keys(under).length + Object.keys(over).length + only.length === 0
  return none ? undefined : { under, only, over }
}

export function eachWithout(lists: EarlierKeys['under'], gone: AlertSet): EarlierKeys['under'] {
  const left = Object.entries(lists).map(([group, alerts]) => [group, without(alerts, gone)] as const)
  return Object.fromEntries(left.filter(([, rest]) => rest.length > 0))
}

/** The last moment at which the target heard of an alert, or may have heard; undefined: the target knows nothing. */
export function heardAt({ told, doubt }: TargetHeard): Millis | undefined {
  return told === undefined ? doubt?.until : Math.max(told.at, doubt?.until ?? told.at)
}

/** A delivery sent before may still arrive: a delivery opened now might be overtaken. */
export function mayBeOvertaken({ doubt }: TargetHeard, now: Millis): boolean {
  return doubt !== undefined && now < doubt.until
}
