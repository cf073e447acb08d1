import { incidentUrl, LONGEST_LINK_MS, linkUrl, signLink } from '../../account/link.ts'
import { type Labels, label } from '../../alert/labels.ts'
import { type Level, levelOf } from '../../alert/level.ts'
import { hasRoom } from '../../base/clip.ts'
import { digest } from '../../base/hash.ts'
import { type Millis, SECOND, toRfc3339 } from '../../base/time.ts'
import type { RenderedMessage, ToSend } from '../../channel/send.ts'
import type { EventSettings, Notification, NotifiedAlert } from '../../delivery/delivery.ts'
import { oneLine } from '../../message-text/clean.ts'
import { shorterAlerts } from '../../message-view/shorter.ts'
import { type CloudEvent, EVENT_BYTES, type EventOptions, eventAttributes } from './event.ts'

/** `source` and the begin of `type` of the events of Log Service, for buses that name neither. */
const SOURCE = 'acs.sls.alert'
const TYPE_PREFIX = 'sls:AlertEvent'

/** Severities of Log Service (https://www.alibabacloud.com/help/en/sls/alert-severity). */
const SEVERITIES: Readonly<Record<Level, number>> = { P1: 10, P2: 8, P3: 6, P4: 4 }

/**
 * The alerts of a notification, each as an event of its own, as Log Service sends alerts to EventBridge
 * (https://help.aliyun.com/zh/sls/notification-methods). An event has the same id in whichever delivery it goes out, so
 * a consumer recognises what comes again; only a repeat and a replay are events of their own, as they are wanted again.
 */
export function alertEvents(
  { id, account, notification, rendered }: Pick<ToSend, 'id' | 'account' | 'notification' | 'rendered'>,
  settings: Partial<EventSettings>,
  options: EventOptions,
): CloudEvent[] {
  const { reason } = notification
  const again = reason === 'repeat' || reason === 'replay' ? [id] : []
  return notification.alerts.map((alert, at) => {
    const { fingerprint, startsAt, endsAt } = alert
    const name = digest([account, fingerprint, String(startsAt), String(endsAt ?? ''), ...again], 32)
    const words = rendered?.single?.[at]
    const event = fitting(alert, (short) => build(name, short, notification, settings, options))
    return words === undefined ? event : inWords(event, words)
  })
}

/** The event with the words of a content template. Words that are no JSON are a text in JSON. */
function inWords(event: CloudEvent, { title, content }: RenderedMessage): CloudEvent {
  const worded = { ...event, subject: title || event.subject, data: jsonOf(content) }
  return hasRoom(JSON.stringify(worded), { bytes: EVENT_BYTES }) ? worded : event
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function fitting(alert: NotifiedAlert, make: (alert: NotifiedAlert) => CloudEvent): CloudEvent {
  let event = make(alert)
  for (const [short = alert] of shorterAlerts([alert])) {
    event = make(short)
    if (hasRoom(JSON.stringify(event), { bytes: EVENT_BYTES })) break
  }
  return event
}

function build(
  id: string,
  alert: NotifiedAlert,
  notification: Notification,
  { source = SOURCE, typePrefix = TYPE_PREFIX, ...settings }: Partial<EventSettings>,
  options: EventOptions,
): CloudEvent {
  const { labels, startsAt, endsAt } = alert
  return {
    specversion: '1.0',
    id,
    source,
    type: `${typePrefix}:${endsAt === undefined ? 'Firing' : 'Resolved'}`,
    time: toRfc3339(endsAt ?? startsAt),
    datacontenttype: 'application/json',
    subject: oneLine(label(labels, 'alertname')) || 'alert',
    ...eventAttributes(settings, options),
    data: dataOf(alert, notification, pageOf(notification, settings, options)),
  }
}

/** The fields of an alert of Log Service, and the level, policy and incident of Tocsin. */
function dataOf(
  { fingerprint, labels, annotations, startsAt, endsAt, generatorURL }: NotifiedAlert,
  { policy, incident, receiver, groupLabels }: Notification,
  page: string | undefined,
): object {
  const first = (...names: string[]): string => firstOf(names, labels, annotations)
  const name = label(labels, 'alertname')
  return {
    aliuid: first('cloudAccount', 'aliuid', 'account_id'),
    alert_instance_id: `${fingerprint}-${startsAt.toString(36)}`,
    alert_id: label(labels, 'rule') || name,
    alert_name: name,
    region: first('region', 'region_id'),
    project: first('project'),
    alert_time: seconds(endsAt ?? startsAt),
    fire_time: seconds(startsAt),
    resolve_time: endsAt === undefined ? 0 : seconds(endsAt),
    status: endsAt === undefined ? 'firing' : 'resolved',
    severity: SEVERITIES[levelOf(labels)],
    level: levelOf(labels),
    labels,
    annotations,
    fingerprint,
    query_url: generatorURL ?? '',
    alert_url: page ?? '',
    group_labels: groupLabels,
    receiver,
    ...(policy && { policy: { alert_policy_id: policy.id, name: policy.name, owner: policy.owner } }),
    ...(incident && { incident: { id: incident.id, handler: incident.handler } }),
  }
}

function firstOf(names: readonly string[], ...maps: readonly Labels[]): string {
  for (const map of maps) {
    const found = names.map((name) => label(map, name)).find((value) => value !== '')
    if (found !== undefined) return found
  }
  return ''
}

/** A signed link only shows the incident: many people read an event. */
function pageOf(
  { incident }: Notification,
  { links }: Partial<EventSettings>,
  { publicUrl, publishedAt, account, secrets }: EventOptions,
): string | undefined {
  if (incident === undefined) return undefined
  if (!links) return incidentUrl(publicUrl, incident.id)
  const moments = { madeAt: publishedAt, endsAt: publishedAt + LONGEST_LINK_MS }
  return linkUrl(publicUrl, signLink(secrets, { account, incident: incident.id, rights: [], ...moments }))
}

function seconds(at: Millis): number {
  return Math.floor(at / SECOND)
}
