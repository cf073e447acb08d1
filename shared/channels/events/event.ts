import { type LinkSecrets, LONGEST_LINK_MS, linkUrl, signLink } from '../../account/link.ts'
import { type Millis, toRfc3339 } from '../../base/time.ts'
import type { Delivery, DeliveryProgress, EventSettings, LifecycleEvent } from '../../delivery/delivery.ts'
import { incidentUrl, type LifecycleNotification, lifecycleData } from './body.ts'

/**
 * A life-cycle event as a CloudEvent 1.0, with the attributes of ARMS's events. ARMS's events have no `time`, so
 * this event has no `time` either; `data.timestamp` is the moment of the event.
 */
export interface CloudEvent {
  specversion: '1.0'
  id: string
  source: string
  type: string
  datacontenttype: 'application/json'
  /** The incident's URL. */
  subject: string
  aliyuneventbusname?: string
  aliyunregionid?: string
  aliyunaccountid?: string
  aliyunoriginalaccountid?: string
  /** The moment of this attempt: the only difference between two attempts at the same event. */
  aliyunpublishtime?: string
  data: object
}

/**
 * The size that every intermediary has to forward
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#size-limits), and the largest event that
 * EventBridge accepts.
 */
const EVENT_BYTES = 64 * 1024

/** Per-send values of an event, beside the notification and the settings of the channel. */
export interface EventOptions {
  publicUrl: string
  publishedAt: Millis
  /** The account of the event, and the secrets that sign links: for channels with `links`. */
  signing?: { account: string; secrets: LinkSecrets }
}

/** Alerts beyond the size that a bus has to accept are left out, the last alerts first. */
export function cloudEvent(
  notification: LifecycleNotification,
  settings: EventSettings,
  options: EventOptions,
): CloudEvent {
  const showing = (shown: number): CloudEvent => build(notification, settings, { ...options, shown })
  const fits = (event: CloudEvent): boolean => Buffer.byteLength(JSON.stringify(event)) <= EVENT_BYTES
  const whole = showing(notification.alerts.length)
  if (fits(whole)) return whole
  let event = showing(0)
  let [least, most] = [0, notification.alerts.length]
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2)
    const tried = showing(middle)
    if (fits(tried)) [least, event] = [middle, tried]
    else most = middle
  }
  return event
}

/** The event as the last attempt sent the event. Undefined: the delivery holds no event, or no attempt was made. */
export function eventAsSent(
  { account, notification }: Delivery,
  { as, begunAt }: DeliveryProgress,
  secrets: LinkSecrets,
): CloudEvent | undefined {
  const { event, ...rest } = notification
  if (event === undefined || as === undefined || begunAt === undefined) return undefined
  const options = { publicUrl: as.publicUrl, publishedAt: begunAt, signing: { account, secrets } }
  return cloudEvent({ ...rest, event }, as, options)
}

function build(
  notification: LifecycleNotification,
  settings: EventSettings,
  { shown, ...options }: EventOptions & { shown: number },
): CloudEvent {
  const { event } = notification
  const { publicUrl, publishedAt } = options
  const { source, typePrefix, eventBus, region, timeZone, stampedByBus } = settings
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: `${typePrefix}:${event.type}`,
    datacontenttype: 'application/json',
    subject: incidentUrl(publicUrl, event.incident.id),
    ...(eventBus === undefined ? {} : { aliyuneventbusname: eventBus }),
    ...(region === undefined ? {} : { aliyunregionid: region }),
    ...accounts(notification, settings),
    ...(stampedByBus ? {} : { aliyunpublishtime: toRfc3339(publishedAt) }),
    data: lifecycleData(notification, { timeZone, externalUrl: externalUrl(event, settings, options), shown }),
  }
}

/**
 * A link is signed for the moment of the event, so that every attempt and every later look at the event has the same
 * link. The link only shows the incident: many people read an event.
 */
function externalUrl({ at, incident }: LifecycleEvent, { links }: EventSettings, options: EventOptions): string {
  const { publicUrl, signing } = options
  if (!links || signing === undefined) return incidentUrl(publicUrl, incident.id)
  const { account, secrets } = signing
  const claims = { account, incident: incident.id, rights: [], madeAt: at, endsAt: at + LONGEST_LINK_MS }
  return linkUrl(publicUrl, signLink(secrets, claims))
}

/** The account of the bus, and the origin of the alerts when a single other account forwarded the whole list. */
function accounts({ alerts, truncated }: LifecycleNotification, { accountId }: EventSettings) {
  if (accountId === undefined) return {}
  const origins = new Set(alerts.map(({ origin }) => (origin?.via === undefined ? undefined : origin.account)))
  const [only] = origins.size === 1 && truncated === 0 ? origins : []
  // An attribute must not have control characters (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system).
  const original = only === undefined || /[\p{Cc}\p{Cs}]/u.test(only) ? accountId : only
  return { aliyunaccountid: accountId, aliyunoriginalaccountid: original }
}
