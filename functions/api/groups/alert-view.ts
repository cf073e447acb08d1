import * as z from 'zod'
import type { Alert, Fingerprint } from '../../../shared/alert/alert.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { labels, time } from '../http/schemas.ts'

/** The fields that every view of an alert has, in this API and in Alertmanager's. */
export const alertFields = {
  fingerprint: z.string(),
  labels,
  annotations: labels,
  startsAt: time,
  endsAt: time,
}

const alertView = z.object(alertFields)

export function showAlertFields(fingerprint: Fingerprint, alert: Alert): z.output<typeof alertView> {
  const { labels, annotations, startsAt, endsAt } = alert
  return { fingerprint, labels, annotations, startsAt: toRfc3339(startsAt), endsAt: toRfc3339(endsAt) }
}
