import { hasRoom } from '../../base/clip.ts'
import type { Notification } from '../../delivery/delivery.ts'
import { shorterAlerts } from '../../message-view/shorter.ts'
import { webhookBody } from './body.ts'

/**
 * The body in so many bytes of JSON, with every alert of the notification: a notification has no more alerts than fit,
 * unless a single alert is larger than a body. Then values are cut. `more`: fields beside those of Alertmanager.
 */
export function fittingBody(notification: Notification, publicUrl: string, bytes: number, more: object = {}): string {
  let body = ''
  for (const alerts of shorterAlerts(notification.alerts)) {
    body = JSON.stringify({ ...webhookBody({ ...notification, alerts }, publicUrl), ...more })
    if (hasRoom(body, { bytes })) break
  }
  return body
}
