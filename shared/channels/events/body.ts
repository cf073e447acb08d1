import { never } from '../../base/never.ts'
import { MAX_MILLIS, type Millis, toRfc3339, ZERO_TIME } from '../../base/time.ts'
import type { LifecycleEvent, Notification } from '../../delivery/delivery.ts'
import { wallText } from '../../interval/zone.ts'
import { type AlertView, viewOf } from '../../message-view/view.ts'
import { lifecycleLabels } from './labels.ts'

/*
 * `data` of a life-cycle event as ARMS publishes the event, field for field
 * (https://www.alibabacloud.com/help/en/arms/user-guide/send-alert-events-to-eventbridge): the people of the
 * incident, and inside, again as `data`, the alerts in the form of Alertmanager's webhook. The times are written
 * in two ways: startTime and endTime as a clock on the wall shows them, startsAt and endsAt in UTC with nine decimals.
 */

/** A notification of one life-cycle event of an incident. */
export type LifecycleNotification = Notification & { event: LifecycleEvent }

export interface LifecycleOptions {
  /** IANA zone of startTime and endTime. */
  timeZone: string
  /** The page of the incident. */
  externalUrl: string
  /** Number of alerts in the event, from the first. The alerts that are left out are counted in `truncatedAlerts`. */
  shown: number
}

export function lifecycleData(notification: LifecycleNotification, options: LifecycleOptions): object {
  const { event } = notification
  return {
    owner: event.policy.owner ?? '',
    ...personsFields(event),
    timestamp: event.at,
    data: alertsBody(notification, options),
  }
}

/** The type alone decides which fields are present. A field without a person or a text is the empty text. */
function personsFields({ type, person = {} }: LifecycleEvent): Record<string, string> {
  const { handler = '', operator = '', comment = '', solution = '' } = person
  switch (type) {
    case 'create':
      return {}
    case 'claim':
      return { handler, operator }
    case 'comment':
      return { handler, operator, comment }
    case 'close':
      return { handler, operator, solution }
    default:
      return never(type)
  }
}

function alertsBody(notification: LifecycleNotification, { timeZone, externalUrl, shown }: LifecycleOptions): object {
  const { event } = notification
  const view = viewOf(notification, { shown, labels: lifecycleLabels })
  const { status, startsAt = event.incident.openedAt, endsAt = event.at } = view
  return {
    status,
    level: view.level,
    dispatchRuleName: event.policy.name,
    startTime: wallText(startsAt, timeZone),
    ...(status === 'resolved' && { endTime: wallText(endsAt, timeZone) }),
    externalURL: externalUrl,
    receiver: view.receiver,
    alerts: view.alerts.map(lifecycleAlert),
    commonLabels: view.commonLabels,
    commonAnnotations: view.commonAnnotations,
    groupLabels: view.groupLabels,
    ...(view.truncated > 0 && { truncatedAlerts: view.truncated }),
  }
}

function lifecycleAlert({ fingerprint, status, startsAt, endsAt, until, labels, annotations }: AlertView) {
  // A firing alert has the expected end, in the future, as Prometheus sends the end; or none, if nothing but the
  // sender's word ends the alert.
  const end = endsAt ?? (until === MAX_MILLIS ? undefined : until)
  return {
    fingerprint,
    status,
    startsAt: nanosecondText(startsAt),
    endsAt: end === undefined ? ZERO_TIME : nanosecondText(end),
    labels,
    annotations,
  }
}

/** `2026-01-14T08:04:30.123000000Z` */
function nanosecondText(at: Millis): string {
  return toRfc3339(at).replace(/Z$/, '000000Z')
}
