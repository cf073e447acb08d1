import type { Fingerprint } from '../alert/alert.ts'
import { type Level, worstLevel } from '../alert/level.ts'
import { compareAlerts } from '../alert/sort.ts'
import { howManyFit } from '../base/fitting.ts'
import type { Millis } from '../base/time.ts'
import type { How, Notification, NotifiedAlert } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import type { AlertSet } from './alert-sets.ts'
import { overAt } from './closed-by-hand.ts'
import type { Member } from './group.ts'

/** Bytes that an alert may take in a body beside its JSON here: a status, times as texts, names of empty fields. */
const BODY_FRAME_BYTES = 96

/** Alerts of a group with their fingerprints, in any order. */
export type GroupAlerts = readonly (readonly [Fingerprint, Member])[]

/**
 * The words of one decision. Sorting, writing out and hashing the alerts is most of the work of a flush, so it happens
 * once for each list of alerts, and targets that are told the same share their content. Within a decision neither the
 * members of a list change, nor the time, so the same list always has the same words.
 */
export type Frozen = Map<GroupAlerts, Map<Target['kind'], Words>>

/** A list of alerts as it is told, with the contents made of it. */
export interface Words {
  /** In the order of a body. */
  alerts: NotifiedAlert[]
  /** Bytes that each alert takes in a body at most. */
  sizes: number[]
  bytes: number
  /** The JSON of the alerts. */
  text: string
  firing: Fingerprint[]
  resolved: Fingerprint[]
  level: Level
  contents: Map<string, Content>
  /** The first alerts, by their number. */
  cuts: Map<number, NotifiedAlert[]>
  /** The given alerts, in the order of `alerts`. */
  given: GroupAlerts
  /** Parts of the alerts that were told to targets: `parts.ts`. */
  parts: Map<AlertSet, Map<string, Part>>
}

/** A part of the alerts of a group, where a body cannot have all of them. */
export interface Part {
  alerts: GroupAlerts
  /** Alerts of the group that are not in the part. */
  left: AlertSet
  /** Whether the target is to be told of alerts that are not in the part. */
  more: boolean
  /** Where the next part of a repeat or a replay begins; undefined: every alert was told again. */
  from?: Fingerprint
}

export interface Content {
  notification: Notification
  /**
   * Covers the incident with its handler, or the event, and the alerts with their startsAt: another episode of the same
   * alerts has another hash. Leaves out the reason and the policy: a repeated attempt says the same as the first
   * attempt.
   */
  hash: string
  firing: Fingerprint[]
  resolved: Fingerprint[]
  /** Absent: in the words of the built-in text. */
  how?: How
}

export function wordsOf(frozen: Frozen, alerts: GroupAlerts, kind: Target['kind'], now: Millis): Words {
  const known = frozen.get(alerts)?.get(kind)
  if (known !== undefined) return known
  const words = write(alerts, kind, now)
  frozen.set(alerts, new Map(frozen.get(alerts)).set(kind, words))
  return words
}

function write(given: GroupAlerts, kind: Target['kind'], now: Millis): Words {
  // A receiver that takes alerts over, such as another account or a bus, needs more of an alert than a reader needs.
  const more = kind !== 'notification'
  const sorted = [...given].sort(([, a], [, b]) => compareAlerts(a.alert.labels, b.alert.labels))
  const alerts = sorted.map(([fingerprint, member]) => notified(fingerprint, member, more, now))
  const texts = alerts.map((alert) => JSON.stringify(alert))
  const sizes = texts.map((text) => Buffer.byteLength(text) + BODY_FRAME_BYTES)
  const firing = alerts.filter(({ endsAt }) => endsAt === undefined)
  return {
    alerts,
    sizes,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    text: texts.join(','),
    firing: firing.map(({ fingerprint }) => fingerprint),
    resolved: alerts.filter(({ endsAt }) => endsAt !== undefined).map(({ fingerprint }) => fingerprint),
    level: worstLevel(firing.length > 0 ? firing : alerts),
    contents: new Map(),
    cuts: new Map([[alerts.length, alerts]]),
    given: sorted,
    parts: new Map(),
  }
}

/** The number of alerts, from the first alert on, that fit into a body. The first alert always fits, of any size. */
export function firstThatFit({ sizes }: Words, bytes: number): number {
  return Math.max(1, howManyFit(sizes, bytes))
}

/** The first alerts of the words. Contents that show equally many share the list. */
export function firstOf({ alerts, cuts }: Words, count: number): NotifiedAlert[] {
  const known = cuts.get(count) ?? alerts.slice(0, count)
  cuts.set(count, known)
  return known
}

function notified(fingerprint: Fingerprint, member: Member, more: boolean, now: Millis): NotifiedAlert {
  const { labels, annotations, startsAt, generatorURL, origin, endsAt: until, timeout } = member.alert
  const endsAt = overAt(member, now)
  return {
    fingerprint,
    labels,
    annotations,
    startsAt,
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(generatorURL === undefined ? {} : { generatorURL }),
    ...(more ? { origin, until, ...(timeout ? { timeout } : {}) } : {}),
  }
}
