import type { Outcome } from '../../delivery/outcome.ts'
import { cutText } from '../alertmanager/cut.ts'
import { encoded } from '../alertmanager/encoded.ts'
import { groupKeyHash } from '../alertmanager/group-key.ts'
import { omitEmpty } from '../alertmanager/omit-empty.ts'
import { post } from '../alertmanager/post.ts'
import { structured } from '../alertmanager/structured.ts'
import { type ReceiverMessage, written } from '../alertmanager/written.ts'
import type { ProviderAnswers } from '../http/provider-answer.ts'
import { pagerDutyAnswers } from '../pagerduty/send.ts'
import { type AlertmanagerPagerDutySettings, alertmanagerPagerDutyKind } from './kind.ts'

const SUMMARY_CHARS = 1024
/** https://developer.pagerduty.com/docs/send-alert-event */
const EVENT_BYTES = 512_000
/** https://developer.pagerduty.com/docs/events-api-v1-overview */
const V1_PATH = '/generic/2010-04-15/create_event.json'

/** Sends one event, by the older API where the key is one of that API. Twice is safe: the key of the group is in it. */
export const sendAlertmanagerPagerDuty = written(alertmanagerPagerDutyKind, async (settings, content, deps) => {
  const { routing_key: routing, service_key: service, url } = settings
  const v1 = service !== undefined
  if ((v1 ? service : routing) === '') {
    return {
      kind: 'dead',
      at: deps.clock.now(),
      reason: 'misconfigured',
      detail: 'the rendered key is empty',
    } as Outcome
  }
  const details = (await structured(settings.details)) as object
  const event = v1 ? v1Event(settings, content) : v2Event(settings, content)
  const whole = event(details)
  const fits = Buffer.byteLength(encoded(whole)) <= EVENT_BYTES
  const body = fits
    ? whole
    : event({ error: `the details were left out: the event had more than ${EVENT_BYTES} bytes` })
  const target = v1 ? new URL(V1_PATH, url).href : url
  return await post({ url: target, body }, settings, content, deps, v1 ? v1Answers : pagerDutyAnswers)
})

type Event = (details: object) => object

function v2Event(settings: AlertmanagerPagerDutySettings, { data, notification }: ReceiverMessage): Event {
  const { client, client_url, source = client, images, links } = settings
  const severity = settings.severity || 'error'
  const { class: kind, component, group } = settings
  return (custom_details) => ({
    routing_key: settings.routing_key,
    dedup_key: groupKeyHash(notification.groupKey),
    event_action: data.status === 'resolved' ? 'resolve' : 'trigger',
    payload: {
      ...{ summary: cutText(settings.description, SUMMARY_CHARS), source, severity },
      ...omitEmpty({ class: kind, component, group }),
      custom_details,
    },
    ...omitEmpty({
      ...{ client, client_url },
      images: images.filter(({ src }) => src !== ''),
      links: links.filter(({ href }) => href !== ''),
    }),
  })
}

function v1Event(settings: AlertmanagerPagerDutySettings, { data, notification }: ReceiverMessage): Event {
  const { service_key, description, client, client_url } = settings
  const triggers = data.status !== 'resolved'
  return (details) => ({
    service_key,
    incident_key: groupKeyHash(notification.groupKey),
    event_type: triggers ? 'trigger' : 'resolve',
    description: cutText(description, SUMMARY_CHARS),
    ...(triggers && omitEmpty({ client, client_url })),
    details,
  })
}

/** The older API answers 403 to too many events too, so a later attempt may succeed. */
const v1Answers: ProviderAnswers = {
  read: (answer) => (answer.status === 403 ? { code: '403' } : pagerDutyAnswers.read(answer)),
  get codes() {
    return { ...pagerDutyAnswers.codes, 403: { kind: 'refused', reason: 'authError' } as const }
  },
}
