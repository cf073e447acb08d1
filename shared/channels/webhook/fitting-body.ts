import { clip } from '../../base/clip.ts'
import type { Notification } from '../../delivery/delivery.ts'
import { webhookBody } from './body.ts'

/** Characters of a value, tried from the first on. Labels are what receivers know an alert by, so they are cut last. */
const SHORTER = [
  { annotations: 10_000 },
  { annotations: 1000 },
  { annotations: 100 },
  { annotations: 100, labels: 1000 },
  { annotations: 20, labels: 100 },
]

/**
 * The body in so many bytes of JSON, with every alert of the notification: a notification has no more alerts than fit,
 * unless a single alert is larger than a body. Then values are cut, annotations before labels. `more`: fields beside
 * those of Alertmanager.
 */
export function fittingBody(notification: Notification, publicUrl: string, bytes: number, more: object = {}): string {
  const written = (told: Notification): string => JSON.stringify({ ...webhookBody(told, publicUrl), ...more })
  const whole = written(notification)
  if (Buffer.byteLength(whole) <= bytes) return whole
  let short = whole
  for (const { annotations, labels } of SHORTER) {
    const alerts = notification.alerts.map((alert) => ({
      ...alert,
      annotations: cut(alert.annotations, annotations),
      labels: labels === undefined ? alert.labels : cut(alert.labels, labels),
    }))
    short = written({ ...notification, alerts })
    if (Buffer.byteLength(short) <= bytes) break
  }
  return short
}

function cut(values: Notification['groupLabels'], chars: number): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, clip(value, { chars })]))
}
