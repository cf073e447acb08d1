import type { Fingerprint } from '../alert/alert.ts'
import { type Level, worstLevel } from '../alert/level.ts'
import { compareAlerts } from '../alert/sort.ts'
import { howManyFit } from '../base/fitting.ts'
import type { Millis } from '../base/time.ts'
import type { Notification, NotifiedAlert } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import { overAt } from './closed-by-hand.ts'
import type { Member } from './group.ts'

/** The content of a delivery must fit into a single item of the table. The first alert is always kept, of any size. */
const CONTENT_BYTES = 160 * 1024

/** Alerts of a group with their fingerprints, in any order. */
export type GroupAlerts = readonly (readonly [Fingerprint, Member])[]

/**
 * The words of one decision. Sorting, writing out and hashing the alerts is most of the work of a flush, so it happens
 * once for each list of alerts, and targets that are told the same share their content. Within a decision neither the
 * members of a list change, nor the time, so the same list always has the same words.
 */
export type Frozen = Map<GroupAlerts, Map<Target['kind'], Words>>

/** A list of alerts as it is told, with the contents made of it. */
interface Words {
  kept: NotifiedAlert[]
  truncated: number
  /** The JSON of every alert, left out or not. */
  text: string
  firing: Fingerprint[]
  resolved: Fingerprint[]
  level: Level
  contents: Map<string, Content>
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
}

export function wordsOf(frozen: Frozen, alerts: GroupAlerts, kind: Target['kind'], now: Millis): Words {
  const known = frozen.get(alerts)?.get(kind)
  if (known !== undefined) return known
  const words = write(alerts, kind, now)
  frozen.set(alerts, new Map(frozen.get(alerts)).set(kind, words))
  return words
}

function write(alerts: GroupAlerts, kind: Target['kind'], now: Millis): Words {
  // A receiver that takes alerts over, such as another account or a bus, needs more of an alert than a reader needs.
  const more = kind !== 'notification'
  const sorted = [...alerts].sort(([, a], [, b]) => compareAlerts(a.alert.labels, b.alert.labels))
  const all = sorted.map(([fingerprint, member]) => notified(fingerprint, member, more, now))
  const texts = all.map((alert) => JSON.stringify(alert))
  const kept = all.slice(0, Math.max(1, howManyFit(texts, CONTENT_BYTES)))
  const firing = all.filter((alert) => alert.endsAt === undefined)
  return {
    kept,
    truncated: all.length - kept.length,
    text: texts.join(','),
    firing: firing.map((alert) => alert.fingerprint),
    resolved: all.filter((alert) => alert.endsAt !== undefined).map((alert) => alert.fingerprint),
    level: worstLevel(firing.length > 0 ? firing : all),
    contents: new Map(),
  }
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
