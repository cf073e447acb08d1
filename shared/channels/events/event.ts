import { incidentUrl, type LinkSecrets, LONGEST_LINK_MS, linkUrl, signLink } from '../../account/link.ts'
import { richest } from '../../base/fitting.ts'
import { type Millis, toRfc3339 } from '../../base/time.ts'
import type { Delivery, DeliveryProgress, EventSettings, LifecycleEvent } from '../../delivery/delivery.ts'
import { type LifecycleNotification, lifecycleData } from './body.ts'

/**
 * A life-cycle event as a CloudEvent 1.0, with the attributes of ARMS's events. ARMS's events have no `time`, so
 * this event has `time` only for a channel that asks for it; `data.timestamp` is the moment of the event.
 */
export interface CloudEvent {
  specversion: '1.0'
  id: string
  source: string
  type: string
  /** The moment of the event. */
  time?: string
  datacontenttype: 'application/json'
  /** The incident's URL; of an alert its name, or the words of a content template. */
  subject: string
  aliyuneventbusname?: string
  aliyunregionid?: string
  aliyunaccountid?: string
  aliyunoriginalaccountid?: string
  /** The moment of this attempt: the only difference between two attempts at the same event. */
  aliyunpublishtime?: string
  aliyunpublishaddr?: string
  /** An object, unless a content template writes another value of JSON. */
  data: unknown
}

/**
 * The size that every intermediary has to forward
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#size-limits), and the largest event that
 * EventBridge accepts.
 */
export const EVENT_BYTES = 64 * 1024

/** Per-send values of an event, beside the notification and the settings of the channel. */
export interface EventOptions {
  publicUrl: string
  hostAddress?: string | undefined
  publishedAt: Millis
  /** The account of the event. */
  account: string
  /** Sign links, for channels with `links`. */
  secrets: LinkSecrets
}

/** Alerts beyond the size that a bus has to accept are left out, the last alerts first. */
export function cloudEvent(
  notification: LifecycleNotification,
  settings: EventSettings,
  options: EventOptions,
): CloudEvent {
  const fitting = richest(notification.alerts.length, (shown) => {
    const event = build(notification, settings, { ...options, shown })
    return Buffer.byteLength(JSON.stringify(event)) <= EVENT_BYTES ? event : undefined
  })
  return fitting ?? build(notification, settings, { ...options, shown: 0 })
}

/** The event as the last attempt sent the event. Undefined: the delivery holds no event, or no attempt was made. */
export function eventAsSent(
  { account, notification }: Delivery,
  { as, begunAt }: DeliveryProgress,
  secrets: LinkSecrets,
): CloudEvent | undefined {
  const { event, ...rest } = notification
  if (event === undefined || as === undefined || begunAt === undefined) return undefined
  const { publicUrl, hostAddress } = as
  return cloudEvent({ ...rest, event }, as, { publicUrl, hostAddress, publishedAt: begunAt, account, secrets })
}

function build(
  notification: LifecycleNotification,
  settings: EventSettings,
  { shown, ...options }: EventOptions & { shown: number },
): CloudEvent {
  const { event } = notification
  const { publicUrl } = options
  const { source, typePrefix, timeZone } = settings
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: `${typePrefix}:${event.type}`,
    ...(settings.time ? { time: toRfc3339(event.at) } : {}),
    datacontenttype: 'application/json',
    subject: incidentUrl(publicUrl, event.incident.id),
    ...eventAttributes(settings, options, originalAccount(notification)),
    data: lifecycleData(notification, { timeZone, externalUrl: externalUrl(event, settings, options), shown }),
  }
}

/**
 * A link is signed for the moment of the event, so that every attempt and every later look at the event has the same
 * link. The link only shows the incident: many people read an event.
 */
function externalUrl({ at, incident }: LifecycleEvent, { links }: EventSettings, options: EventOptions): string {
  const { publicUrl, account, secrets } = options
  if (!links) return incidentUrl(publicUrl, incident.id)
  const claims = { account, incident: incident.id, rights: [], madeAt: at, endsAt: at + LONGEST_LINK_MS }
  return linkUrl(publicUrl, signLink(secrets, claims))
}

/** The attributes that name the bus, and those that a bus of Alibaba Cloud adds to every event, for buses that add none. */
export function eventAttributes(
  settings: Pick<EventSettings, 'eventBus' | 'region' | 'stampedByBus' | 'accountId' | 'publishAddress'>,
  options: Pick<EventOptions, 'account' | 'hostAddress' | 'publishedAt'>,
  originalAccount?: string,
) {
  const { eventBus, region, stampedByBus } = settings
  return {
    ...(eventBus === undefined ? {} : { aliyuneventbusname: eventBus }),
    ...(region === undefined ? {} : { aliyunregionid: region }),
    ...(stampedByBus ? {} : stamps(settings, options, originalAccount)),
  }
}

function stamps(
  settings: Pick<EventSettings, 'accountId' | 'publishAddress'>,
  options: Pick<EventOptions, 'account' | 'hostAddress' | 'publishedAt'>,
  originalAccount: string | undefined,
) {
  const { accountId = options.account, publishAddress = options.hostAddress } = settings
  return {
    aliyunaccountid: accountId,
    aliyunoriginalaccountid: originalAccount ?? accountId,
    aliyunpublishtime: toRfc3339(options.publishedAt),
    ...(publishAddress === undefined ? {} : { aliyunpublishaddr: publishAddress }),
  }
}

/** The origin of the alerts, when a single other account forwarded the whole list. */
function originalAccount({ alerts, truncated }: LifecycleNotification): string | undefined {
  const origins = new Set(alerts.map(({ origin }) => (origin?.via === undefined ? undefined : origin.account)))
  const [only] = origins.size === 1 && truncated === 0 ? origins : []
  // An attribute must not have control characters (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system).
  return only !== undefined && /[\p{Cc}\p{Cs}]/u.test(only) ? undefined : only
}
