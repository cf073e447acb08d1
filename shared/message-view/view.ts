import type { Labels } from '../alert/labels.ts'
import { type Level, worstLevel } from '../alert/level.ts'
import type { Millis } from '../base/time.ts'
import type {
  Notification,
  NotifiedAlert,
  NotifiedIncident,
  NotifiedPolicy,
  NotifyReason,
} from '../delivery/delivery.ts'
import { common, sorted } from './label-sets.ts'

/** A notification as bodies and templates read it. Times are milliseconds; labels are sorted by name. */
export interface MessageView {
  receiver: string
  groupKey: string
  reason: NotifyReason
  /** `firing` while an alert fires; alerts that are not shown count too. */
  status: Status
  /**
   * The worst level among the firing alerts, or among the resolved alerts when no alert fires. In a life-cycle event
   * the resolved alerts always count.
   */
  level: Level
  /** Begin of the earliest alert. Absent: the notification has no alert. */
  startsAt?: Millis
  /** End of the last alert. Absent while `status` is `firing`, and when no end is known. */
  endsAt?: Millis
  groupLabels: Labels
  routeLabels: Labels
  /** Common to the alerts that are shown. */
  commonLabels: Labels
  commonAnnotations: Labels
  alerts: AlertView[]
  /** Number of alerts that are not shown. */
  truncated: number
  /** Absent in forwards, and where the group never had an incident. */
  incident?: NotifiedIncident & { readonly closedAt?: Millis }
  /** Absent in forwards. */
  policy?: NotifiedPolicy
}

export interface AlertView {
  fingerprint: string
  status: Status
  startsAt: Millis
  /** Absent while the alert fires. */
  endsAt?: Millis
  /** The moment until which a firing alert is expected to fire, unless the sender repeats the alert. */
  until?: Millis
  labels: Labels
  annotations: Labels
  generatorURL?: string
}

export type Status = 'firing' | 'resolved'

interface ViewOptions {
  /** Largest number of alerts shown, from the first. Absent: every alert is shown. */
  shown?: number
  /** Labels of an alert as they are shown; by default the alert's own. */
  labels?: (alert: NotifiedAlert) => Labels
}

export function viewOf(notification: Notification, { shown, labels = ownLabels }: ViewOptions = {}): MessageView {
  const { receiver, groupKey, groupLabels, routeLabels = {}, reason, event, truncated, alerts: all } = notification
  const closedAt = event?.incident.closedAt
  const alerts = all.slice(0, shown).map((alert) => alertView(alert, closedAt, sorted(labels(alert))))
  const firing = anyFires(notification)
  return {
    receiver,
    groupKey,
    reason,
    alerts,
    status: firing ? 'firing' : 'resolved',
    level: notification.level ?? worstLevel(all),
    startsAt: finite(Math.min(...all.map(({ startsAt }) => startsAt))),
    endsAt: firing ? undefined : lastEnd(all, closedAt),
    groupLabels: sorted(groupLabels),
    routeLabels: sorted(routeLabels),
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    truncated: truncated + all.length - alerts.length,
    incident: event === undefined ? notification.incident : { ...event.incident, handler: event.person?.handler },
    policy: event?.policy ?? notification.policy,
  }
}

function ownLabels({ labels }: NotifiedAlert): Labels {
  return labels
}

/** Closing an incident ends every alert that the incident showed as firing. */
function alertView(alert: NotifiedAlert, closedAt: Millis | undefined, labels: Labels): AlertView {
  const { fingerprint, startsAt, until, generatorURL } = alert
  const endsAt = alert.endsAt ?? closedAt
  return {
    fingerprint,
    startsAt,
    endsAt,
    until,
    labels,
    generatorURL,
    status: endsAt === undefined ? 'firing' : 'resolved',
    annotations: sorted(alert.annotations),
  }
}

const OVER = new Set<NotifyReason>(['all-resolved', 'closed', 'replay'])

/**
 * Whether an alert fires. An earlier release did not write `fires`: there the reason of the notification is the only
 * hint about alerts left out. The reason `replay` is no hint, and a replay goes by the alerts in the notification. A
 * closed incident has resolved, even with firing alerts, and an incident fires when the incident opens.
 */
function anyFires({ alerts, truncated, reason, event, fires }: Notification): boolean {
  if (event?.incident.closedAt !== undefined) return false
  if (event?.type === 'create') return true
  return alerts.some(({ endsAt }) => endsAt === undefined) || (fires ?? (truncated > 0 && !OVER.has(reason)))
}

function lastEnd(alerts: readonly NotifiedAlert[], closedAt: Millis | undefined): Millis | undefined {
  const ends = alerts.flatMap(({ endsAt = closedAt }) => (endsAt === undefined ? [] : [endsAt]))
  return finite(Math.max(...ends)) ?? closedAt
}

/** Undefined for the minimum or maximum of no number. */
function finite(at: number): Millis | undefined {
  return Number.isFinite(at) ? at : undefined
}
