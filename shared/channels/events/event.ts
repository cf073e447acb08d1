import { type LinkSecrets, LONGEST_LINK_MS, linkUrl, signLink } from '../../account/link.ts'
import { type Millis, toRfc3339 } from '../../base/time.ts'
import type { Delivery, DeliveryProgress, EventSettings, LifecycleEvent } from '../../delivery/delivery.ts'
import { incidentUrl, type LifecycleNotification, lifecycleData } from './body.ts'

/**
 * A life-cycle event as a CloudEvent 1.0, with the attributes that ARMS's have. There is no `time`: they have
 * none either, `data.timestamp` says it.
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
  /** When this attempt was sent: all that differs between two attempts at the same event. */
  aliyunpublishtime?: string
  data: object
}

/** What every intermediary has to forward (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#size-limits), and most that EventBridge takes. */
const EVENT_BYTES = 64 * 1024

/** What an event says beside what happened and what its channel chose. */
export interface EventBy {
  publicUrl: string
  publishedAt: Millis
  /** Whose event it is, and what signs: for channels with `links`. */
  signing?: { account: string; secrets: LinkSecrets }
}

/** Alerts that would make the event larger than a bus has to take are left out, the last ones first. */
export function cloudEvent(notification: LifecycleNotification, settings: EventSettings, by: EventBy): CloudEvent {
  const showing = (shown: number): CloudEvent => build(notification, settings, { ...by, shown })
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

/** The event as its last attempt sent it. Undefined: it is no event, or no attempt was made. */
export function eventAsSent(
  { account, notification }: Delivery,
  { as, begunAt }: DeliveryProgress,
  secrets: LinkSecrets,
): CloudEvent | undefined {
  const { event, ...rest } = notification
  if (event === undefined || as === undefined || begunAt === undefined) return undefined
  const by = { publicUrl: as.publicUrl, publishedAt: begunAt, signing: { account, secrets } }
  return cloudEvent({ ...rest, event }, as, by)
}

function build(
  notification: LifecycleNotification,
  settings: EventSettings,
  { shown, ...by }: EventBy & { shown: number },
): CloudEvent {
  const { event } = notification
  const { publicUrl, publishedAt } = by
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
    data: lifecycleData(notification, { timeZone, externalUrl: externalUrl(event, settings, by), shown }),
  }
}

/**
 * Signed for the moment of the event, so that every attempt at it, and whoever looks at it afterwards, has the
 * same link. It shows and does nothing else: an event is read by many.
 */
function externalUrl({ at, incident }: LifecycleEvent, { links }: EventSettings, by: EventBy): string {
  const { publicUrl, signing } = by
  if (!links || signing === undefined) return incidentUrl(publicUrl, incident.id)
  const { account, secrets } = signing
  const claims = { account, incident: incident.id, rights: [], madeAt: at, endsAt: at + LONGEST_LINK_MS }
  return linkUrl(publicUrl, signLink(secrets, claims))
}

/** Whose bus it is, and the account that the alerts came from when one other account passed all of them on. */
function accounts({ alerts, truncated }: LifecycleNotification, { accountId }: EventSettings) {
  if (accountId === undefined) return {}
  const origins = new Set(alerts.map(({ origin }) => (origin?.via === undefined ? undefined : origin.account)))
  const [only] = origins.size === 1 && truncated === 0 ? origins : []
  // No attribute may have control characters (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system).
  const original = only === undefined || /[\p{Cc}\p{Cs}]/u.test(only) ? accountId : only
  return { aliyunaccountid: accountId, aliyunoriginalaccountid: original }
}
