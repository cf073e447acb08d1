import { toRfc3339, ZERO_TIME } from '../../base/time.ts'
import type { Notification, NotifyReason } from '../../delivery/delivery.ts'
import { type AlertView, viewOf } from '../../message-view/view.ts'

/**
 * Alertmanager's webhook body, version "4", fields in Alertmanager's order
 * (facts from prometheus/alertmanager notify/webhook/webhook.go and template/template.go, Apache-2.0).
 *
 * There is one difference. In a truncated list, `status` still counts the alerts that are left out. Alertmanager
 * calls a notification resolved when the alerts in the list are resolved, though further alerts fire.
 */
export function webhookBody(notification: Notification, publicUrl: string, maxAlerts = 0): object {
  const view = viewOf(notification, { shown: maxAlerts > 0 ? maxAlerts : undefined })
  return {
    receiver: quoteMeta(view.receiver),
    status: view.status,
    alerts: view.alerts.map(webhookAlert),
    groupLabels: view.groupLabels,
    commonLabels: view.commonLabels,
    commonAnnotations: view.commonAnnotations,
    routeLabels: view.routeLabels,
    externalURL: publicUrl.replace(/\/+$/, ''),
    version: '4',
    groupKey: view.groupKey,
    truncatedAlerts: view.truncated,
    notification_reason: REASONS[view.reason],
  }
}

/** Alertmanager's words since 0.32 (notify/dedup_stage.go). Alertmanager has no replay and no life cycle. */
const REASONS: Record<NotifyReason, string> = {
  first: 'first notification',
  'new-alerts': 'new alerts added',
  'some-resolved': 'some alerts resolved',
  'all-resolved': 'all alerts resolved',
  repeat: 'repeat interval elapsed',
  replay: 'replay requested',
  claim: 'claimed by a person',
  closed: 'closed by a person',
  lifecycle: 'life cycle of the incident',
}

function webhookAlert({ status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint }: AlertView): object {
  return {
    status,
    labels,
    annotations,
    startsAt: toRfc3339(startsAt),
    endsAt: endsAt === undefined ? ZERO_TIME : toRfc3339(endsAt),
    generatorURL: generatorURL ?? '',
    fingerprint,
  }
}

/** Go's regexp.QuoteMeta. */
function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}
