import type { PostedAlert } from '../alert/alert.ts'
import type { Steps } from '../base/steps.ts'
import { isObject, type JsonObject, own, readInstant } from '../base/value.ts'
import { type CloudEvent, checkCloudEvent, readCloudEvents } from './cloudevent.ts'
import { readMapped } from './custom.ts'
import { type CustomMapping, compileMapping, mappedEnding } from './custom-mapping.ts'
import type { CustomSettings } from './custom-settings.ts'
import { type DecodeContext, type Decoded, type Headers, type Inbound, refuseBody } from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { lifeCycleAlerts, payloadOf } from './life-cycle.ts'
import { postedAlert } from './posted-alert.ts'

/**
 * CloudEvents of every kind, in binary, structured and batch mode (https://cloudevents.io). Each event is an alert,
 * identified by `source` and `id` as the specification says: the same event twice is the same alert, and another
 * event is another alert. The alert ends by the integration's recovery time. A mapping (`CustomMapping`) can change
 * both rules. Events with Alertmanager's message inside (life-cycle events) are the alerts of that message instead.
 */
export const cloudevents: Inbound<CustomSettings> = {
  type: 'cloudevents',
  gives: 'alerts',
  ending: mappedEnding,
  bodyBytes: 1024 * 1024,
  anyType: true,
  handshake,
  read: readCloudEvents,
  decode,
}

/**
 * The permission that Azure Event Grid and others ask for before they send events:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection. Whoever knows the URL
 * may post, so every origin is allowed, at every rate.
 */
function handshake(asked: Headers): Record<string, string> | undefined {
  if (asked.get('webhook-request-origin') === null) return undefined
  return { 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '*', allow: 'POST' }
}

function decode(value: unknown, context: DecodeContext, settings: CustomSettings): Decoded | Steps<Decoded> {
  if (typeof value !== 'object' || value === null) return refuseBody('expected a CloudEvent, or a list of them')
  const mapping = settings.custom && compileMapping({ ...FIELDS, ...settings.custom })
  return alertsOf(Array.isArray(value) ? value : [value], (item): ReadItem => {
    const event = checkCloudEvent(item)
    if (typeof event === 'string') return { alerts: [], problem: event }
    const payload = payloadOf(event)
    if (payload !== undefined) return lifeCycleAlerts(event, payload, context)
    if (mapping !== undefined)
      return readMapped(mapping, { ...event.attributes, data: event.data }, { ...context, ...settings })
    const alert = alertOf(event, context)
    return typeof alert === 'string' ? { alerts: [], problem: alert } : { alerts: [alert] }
  })
}

/** Defaults of a mapping: events with the same type, source and subject are the same alert. */
const FIELDS: CustomMapping = {
  labels: { alertname: 'type', source: 'source', subject: 'subject' },
  annotations: { data: 'data' },
  severity: 'severity',
  startsAt: 'time',
}

function alertOf(event: CloudEvent, context: DecodeContext): PostedAlert | string {
  const time = readInstant(event.time)
  if (time === undefined) return 'time: expected RFC 3339'
  const severity = wordOf(own(event.attributes, 'severity')) ?? severityIn(event.data)
  const labels = {
    alertname: event.type,
    source: event.source,
    id: event.id,
    ...(event.subject === undefined ? {} : { subject: event.subject }),
    ...(severity === undefined ? {} : { severity }),
  }
  // An event in the future comes from a clock that is ahead of ours; the alert begins now.
  const startsAt = Math.min(time ?? context.receivedAt, context.receivedAt)
  return postedAlert({ labels, annotations: annotationsOf(event), resolved: false, startsAt }, context)
}

function severityIn(data: unknown): string | undefined {
  return isObject(data) ? wordOf(own(data, 'severity')) : undefined
}

/** Severities are words or, as OpenTelemetry has severities, numbers. */
function wordOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
}

/** Attributes that the specification defines; a further attribute is an extension. */
const DEFINED = new Set(['specversion', 'id', 'source', 'type', 'subject', 'time', 'severity', 'data', 'data_base64'])

/** Longest text of shown data, in characters: people read a notification. */
const SHOWN_CHARS = 8_000

function annotationsOf({ data, attributes }: CloudEvent): Record<string, string> {
  const texts = Object.entries(attributes).flatMap(([name, value]): [string, string][] => {
    if (DEFINED.has(name) || name === '') return []
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, String(value)]]
      : []
  })
  if (data !== undefined && data !== null) texts.push(['data', shown(data)])
  return Object.fromEntries(texts)
}

function shown(data: NonNullable<unknown>): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data as JsonObject)
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS).toWellFormed()}…` : text
}
