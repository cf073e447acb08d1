import { toRfc3339, ZERO_TIME } from '../../base/time.ts'
import type { Notification, NotifiedAlert, NotifyReason } from '../../delivery/delivery.ts'
import { common, sorted } from '../../message-view/label-sets.ts'

/**
 * Alertmanager's webhook body, version "4", fields in its order
 * (facts from prometheus/alertmanager notify/webhook/webhook.go and template/template.go, Apache-2.0).
 *
 * One difference: when the list is cut, `status` still counts the alerts that were cut off.
 * Alertmanager calls a notification resolved when those it shows are, though others fire.
 */
export function webhookBody(notification: Notification, publicUrl: string, maxAlerts = 0): object {
  const all = notification.alerts
  const shown = maxAlerts > 0 ? all.slice(0, maxAlerts) : all
  return {
    receiver: quoteMeta(notification.receiver),
    status: anyFires(notification) ? 'firing' : 'resolved',
    alerts: shown.map(webhookAlert),
    groupLabels: sorted(notification.groupLabels),
    commonLabels: common(shown.map((alert) => alert.labels)),
    commonAnnotations: common(shown.map((alert) => alert.annotations)),
    externalURL: publicUrl.replace(/\/+$/, ''),
    version: '4',
    groupKey: notification.groupKey,
    truncatedAlerts: notification.truncated + all.length - shown.length,
    notification_reason: REASONS[notification.reason],
  }
}

/** Alertmanager's words since 0.32 (notify/dedup_stage.go); it knows no replay and no life cycle. */
const REASONS: Record<NotifyReason, string> = {
  first: 'first notification',
  'new-alerts': 'new alerts added',
  'some-resolved': 'some alerts resolved',
  'all-resolved': 'all alerts resolved',
  repeat: 'repeat interval elapsed',
  replay: 'replay requested',
  closed: 'closed by a person',
  lifecycle: 'life cycle of the incident',
}

function webhookAlert(alert: NotifiedAlert): object {
  return {
    status: fires(alert) ? 'firing' : 'resolved',
    labels: sorted(alert.labels),
    annotations: sorted(alert.annotations),
    startsAt: toRfc3339(alert.startsAt),
    endsAt: alert.endsAt === undefined ? ZERO_TIME : toRfc3339(alert.endsAt),
    generatorURL: alert.generatorURL ?? '',
    fingerprint: alert.fingerprint,
  }
}

const OVER = new Set<NotifyReason>(['all-resolved', 'closed', 'replay'])

/** Of alerts that the cap on content left out only the reason is known. A replay of them says what it shows. */
function anyFires({ alerts, truncated, reason }: Notification): boolean {
  return alerts.some(fires) || (truncated > 0 && !OVER.has(reason))
}

function fires(alert: NotifiedAlert): boolean {
  return alert.endsAt === undefined
}

/** Go's regexp.QuoteMeta. */
function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}
