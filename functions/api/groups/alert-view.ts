import * as z from 'zod'
import type { Alert, Fingerprint } from '../../../shared/alert/alert.ts'
import { type TimeText, toRfc3339 } from '../../../shared/base/time.ts'
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

export function showAlertFields(
  fingerprint: Fingerprint,
  { labels, annotations, startsAt, endsAt }: Alert,
  timeText: TimeText = toRfc3339,
): z.output<typeof alertView> {
  return { fingerprint, labels, annotations, startsAt: timeText(startsAt), endsAt: timeText(endsAt) }
}
