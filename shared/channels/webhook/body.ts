import { toRfc3339, ZERO_TIME } from '../../base/time.ts'
import type { Notification } from '../../delivery/delivery.ts'
import { externalUrl, quotedReceiver, REASON_WORDS } from '../../message-view/alertmanager.ts'
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
    receiver: quotedReceiver(view.receiver),
    status: view.status,
    alerts: view.alerts.map(webhookAlert),
    groupLabels: view.groupLabels,
    commonLabels: view.commonLabels,
    commonAnnotations: view.commonAnnotations,
    routeLabels: view.routeLabels,
    externalURL: externalUrl(publicUrl),
    version: '4',
    groupKey: view.groupKey,
    truncatedAlerts: view.truncated,
    notification_reason: REASON_WORDS[view.reason],
  }
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
