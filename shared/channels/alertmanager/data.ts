import type { TemplateData } from '../../alertmanager-template/data.ts'
import type { Notification } from '../../delivery/delivery.ts'
import { externalUrl, quotedReceiver, REASON_WORDS } from '../../message-view/alertmanager.ts'
import { viewOf } from '../../message-view/view.ts'

/** A notification as the templates of a receiver read it. */
export function dataOf(notification: Notification, publicUrl: string, shown?: number): TemplateData {
  const view = viewOf(notification, { shown })
  return {
    receiver: quotedReceiver(view.receiver),
    status: view.status,
    alerts: view.alerts,
    reason: REASON_WORDS[view.reason],
    groupLabels: view.groupLabels,
    commonLabels: view.commonLabels,
    commonAnnotations: view.commonAnnotations,
    routeLabels: view.routeLabels,
    externalURL: externalUrl(publicUrl),
  }
}
