import { worstLevel } from '../../alert/level.ts'
import { never } from '../../base/never.ts'
import { MAX_MILLIS, MIN_MILLIS, type Millis, toRfc3339, ZERO_TIME } from '../../base/time.ts'
import type { LifecycleEvent, Notification, NotifiedAlert } from '../../delivery/delivery.ts'
import { wallTime } from '../../interval/zone.ts'
import { common, sorted } from '../../message-view/label-sets.ts'
import { lifecycleLabels } from './labels.ts'

/*
 * `data` of a life-cycle event as ARMS publishes it, field for field
 * (https://www.alibabacloud.com/help/en/arms/user-guide/send-alert-events-to-eventbridge): who has to do with
 * it, and inside, again as `data`, the alerts in the form of Alertmanager's webhook. It is written with two
 * clocks: startTime and endTime read as on the wall, startsAt and endsAt are UTC with nine decimals.
 */

/** A notification of what happened to an incident. */
export type LifecycleNotification = Notification & { event: LifecycleEvent }

export interface LifecycleView {
  /** IANA zone of startTime and endTime. */
  timeZone: string
  /** The page of the incident. */
  externalUrl: string
  /** How many of the alerts are shown, from the first; those left out are counted in `truncatedAlerts`. */
  shown: number
}

export function lifecycleData(notification: LifecycleNotification, by: LifecycleView): object {
  const { event } = notification
  return {
    owner: event.policy.owner ?? '',
    ...personsFields(event),
    timestamp: event.at,
    data: alertsBody(notification, by),
  }
}

/** The page of the incident, for people; it is the same for the whole of its life. */
export function incidentUrl(publicUrl: string, incident: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident)}`
}

/** Which of them are there depends on the type alone: what nobody said or did is the empty text. */
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

function alertsBody(notification: LifecycleNotification, { timeZone, externalUrl, shown }: LifecycleView): object {
  const { event, receiver, groupLabels, truncated } = notification
  const { alerts: all } = notification
  const alerts = all.slice(0, shown).map((alert) => shownAlert(alert, event))
  const leftOut = truncated + all.length - alerts.length
  const startsAt = Math.min(...all.map((alert) => alert.startsAt))
  const firing = fires(notification)
  return {
    status: firing ? 'firing' : 'resolved',
    level: worstLevel(all),
    dispatchRuleName: event.policy.name,
    startTime: wallText(Number.isFinite(startsAt) ? startsAt : event.incident.openedAt, timeZone),
    ...(firing ? {} : { endTime: wallText(endOf(notification), timeZone) }),
    externalURL: externalUrl,
    receiver,
    alerts,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    groupLabels: sorted(groupLabels),
    ...(leftOut > 0 ? { truncatedAlerts: leftOut } : {}),
  }
}

/** A closed incident has resolved, whatever its alerts still say. Of alerts that were cut off nothing else is known. */
function fires({ event, alerts, truncated }: LifecycleNotification): boolean {
  if (event.incident.closedAt !== undefined) return false
  return event.type === 'create' || truncated > 0 || alerts.some(({ endsAt }) => endsAt === undefined)
}

/** When the last of its alerts ended. */
function endOf({ event, alerts }: LifecycleNotification): Millis {
  const end = Math.max(...alerts.map((alert) => endedAt(alert, event) ?? Number.NEGATIVE_INFINITY))
  return Number.isFinite(end) ? end : (event.incident.closedAt ?? event.at)
}

/** Closing an incident ends what it showed as firing. */
function endedAt(alert: NotifiedAlert, event: LifecycleEvent): Millis | undefined {
  return alert.endsAt ?? event.incident.closedAt
}

function shownAlert(alert: NotifiedAlert, event: LifecycleEvent) {
  const ended = endedAt(alert, event)
  // Of one that fires the end is until when it is held to: ahead, as Prometheus sends it.
  const endsAt = ended ?? alert.until
  return {
    fingerprint: alert.fingerprint,
    status: ended === undefined ? 'firing' : 'resolved',
    startsAt: nanosecondText(alert.startsAt),
    endsAt: endsAt === undefined ? ZERO_TIME : nanosecondText(endsAt),
    labels: lifecycleLabels(alert),
    annotations: sorted(alert.annotations),
  }
}

/** `2026-01-14T08:04:30.123000000Z` */
function nanosecondText(at: Millis): string {
  return toRfc3339(at).replace(/Z$/, '000000Z')
}

/** `2026-01-14 16:04:30` */
function wallText(at: Millis, timeZone: string): string {
  const wall = wallTime(Math.min(Math.max(at, MIN_MILLIS), MAX_MILLIS), timeZone)
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = [String(wall.year).padStart(4, '0'), two(wall.month), two(wall.day)].join('-')
  return `${day} ${[two(Math.floor(wall.minuteOfDay / 60)), two(wall.minuteOfDay % 60), two(wall.second)].join(':')}`
}
