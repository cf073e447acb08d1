import type { Alert, Fingerprint } from '../alert/alert.ts'
import { compareAlerts } from '../alert/sort.ts'
import { digest } from '../base/hash.ts'
import type { Notification, NotifiedAlert, NotifyReason } from '../delivery/delivery.ts'
import type { Context } from './context.ts'
import type { Group, Member } from './group.ts'
import { overAt } from './shut.ts'

/** Content of a delivery must fit into one item of the table; the first alert does, however large it is. */
const CONTENT_BYTES = 160 * 1024

export interface Content {
  notification: Notification
  /** Covers all that the alerts say, startsAt included: another episode of the same alerts is other content. */
  hash: string
  firing: Fingerprint[]
  resolved: Fingerprint[]
}

/** Freezes what a target is to be told: all alerts of the group that nothing mutes, as they are now. */
export function freeze(group: Group, alerts: [Fingerprint, Member][], reason: NotifyReason, by: Context): Content {
  const sorted = [...alerts].sort(([, a], [, b]) => compareAlerts(a.alert.labels, b.alert.labels))
  const all = sorted.map(([fingerprint, member]) => notified(fingerprint, member, by))
  const { kept, truncated } = cap(all)
  return {
    notification: {
      receiver: by.policy.receiver,
      groupKey: by.groupKey,
      groupLabels: group.labels,
      reason,
      alerts: kept,
      truncated,
    },
    hash: digest([JSON.stringify(all)], 24),
    firing: all.filter((alert) => alert.endsAt === undefined).map((alert) => alert.fingerprint),
    resolved: all.filter((alert) => alert.endsAt !== undefined).map((alert) => alert.fingerprint),
  }
}

export function notified(fingerprint: Fingerprint, member: Member, by: Context): NotifiedAlert {
  const { alert } = member
  const endsAt = overAt(member, by.now)
  return {
    fingerprint,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: alert.startsAt,
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(alert.generatorURL === undefined ? {} : { generatorURL: alert.generatorURL }),
    ...(by.policy.passesOn ? whole(alert) : {}),
  }
}

/** What another account, or a bus, needs to take an alert over; a webhook's content does not change with it. */
export function whole({ origin, endsAt, timeout }: Alert): Pick<NotifiedAlert, 'origin' | 'until' | 'timeout'> {
  return { origin, until: endsAt, ...(timeout ? { timeout } : {}) }
}

export function cap(alerts: NotifiedAlert[]): { kept: NotifiedAlert[]; truncated: number } {
  let bytes = 0
  const kept = alerts.filter((alert, index) => {
    bytes += Buffer.byteLength(JSON.stringify(alert))
    return index === 0 || bytes <= CONTENT_BYTES
  })
  return { kept, truncated: alerts.length - kept.length }
}
