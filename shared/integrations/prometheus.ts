import type { PostedAlert } from '../alert/alert.ts'
import { parseRfc3339 } from '../base/rfc3339.ts'
import type { Steps } from '../base/steps.ts'
import { MIN_MILLIS, type Millis } from '../base/time.ts'
import { isObject, jsonType, quoted } from '../base/value.ts'
import { goTimeError } from './go-errors.ts'
import {
  type DecodeContext,
  type Decoded,
  type DecodeRefusal,
  type Inbound,
  type InvalidItem,
  refuseBody,
} from './integration.ts'
import { tooMany, unitsOfItem } from './items.ts'
import { isRequestUri } from './request-uri.ts'

/**
 * Alertmanager API v2, `POST /api/v2/alerts`, as Prometheus, amtool and Grafana post. Rules, order of checks and
 * texts are Alertmanager's (facts from prometheus/alertmanager, Apache-2.0), with a limit of alerts that Alertmanager
 * does not have, and two exceptions for well-meaning senders: an empty text for a time is "not set" (there: 1970, so an empty endsAt would resolve), and a
 * null in the list is refused (there: a null breaks the connection).
 *
 * Every alert of the system passes this decoder, so the code is plain loops over the value of JSON.parse: label sets
 * without a change are used unchanged.
 */
export const prometheus: Inbound = {
  type: 'prometheus',
  gives: 'alerts',
  ending: () => 'repeats',
  // Prometheus sends up to 256 alerts in a batch, and gives a batch up at a 4xx.
  bodyBytes: 4 * 1024 * 1024,
  alertmanagerApi: {
    empty: { status: 422, body: { code: 602, message: 'alerts in body is required' } },
    unreadable: (reason) => unreadable(reason).refusal,
  },
  anyType: false,
  decode,
}

function* decode(value: unknown, context: DecodeContext): Steps<Decoded> {
  if (value === null) return { alerts: [], invalid: [] }
  if (!Array.isArray(value)) return unreadable(typeError(value, 'value of type models.PostableAlerts'))
  const problem = tooMany(value.length)
  if (problem !== undefined) return unreadable(problem)
  const alerts: PostedAlert[] = []
  const invalid: InvalidItem[] = []
  const times: Times = { startsAt: createTimeReader('.startsAt'), endsAt: createTimeReader('.endsAt') }
  /** A schema error counts only when the whole body could be read. */
  let violation: DecodeRefusal | undefined
  for (const [index, item] of (value as unknown[]).entries()) {
    const read = readItem(item, times)
    if (typeof read === 'string') return unreadable(read)
    violation ??= schemaViolation(read, index)
    if (violation !== undefined) continue
    const alert = complete(read, context)
    const problem = validate(alert, context)
    if (problem === undefined) alerts.push(alert)
    else invalid.push({ index, message: problem })
    yield unitsOfItem(alert)
  }
  return violation === undefined ? { alerts, invalid } : { refusal: violation }
}

interface Item {
  labels?: Labels
  annotations?: Labels
  startsAt?: Millis
  endsAt?: Millis
  generatorURL?: string
}

type Labels = Record<string, string>

/** The fields by type. A text is the reason why a field cannot be read. */
function readItem(item: unknown, times: Times): Item | string {
  if (!isObject(item)) {
    return typeError(item, 'value of type models.PostableAlert')
  }
  const annotations = readTexts(field(item, 'annotations'), '.annotations')
  if (typeof annotations === 'string') return annotations
  const startsAt = times.startsAt(field(item, 'startsAt'))
  if (typeof startsAt === 'string') return startsAt
  const endsAt = times.endsAt(field(item, 'endsAt'))
  if (typeof endsAt === 'string') return endsAt
  const generatorURL = field(item, 'generatorURL') ?? ''
  if (typeof generatorURL !== 'string') return typeError(generatorURL, 'struct field Alert.generatorURL of type string')
  const labels = readTexts(field(item, 'labels'), 'Alert.labels')
  if (typeof labels === 'string') return labels
  return { labels, annotations, startsAt, endsAt, generatorURL }
}

/** Go matches field names in any case. */
function field(item: object, name: keyof Item): unknown {
  if (Object.hasOwn(item, name)) return (item as Record<string, unknown>)[name]
  for (const key of Object.keys(item)) {
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase())
      return (item as Record<string, unknown>)[key]
  }
  return undefined
}

/** A null among the values is an empty text. */
function readTexts(value: unknown, name: string): Labels | undefined | string {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value))
    return typeError(value, `struct field ${name} of type models.LabelSet`)
  let nulls = false
  // A value of JSON.parse has own properties only, `__proto__` included.
  for (const key in value) {
    const text = (value as Record<string, unknown>)[key]
    if (text === null) nulls = true
    else if (typeof text !== 'string') return typeError(text, `struct field ${name} of type string`)
  }
  if (!nulls) return value as Labels
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, (text as string | null) ?? '']))
}

type TimeReader = (value: unknown) => Millis | undefined | string

type Times = Record<'startsAt' | 'endsAt', TimeReader>

/** Neighbours in a body mostly have the same time: the alerts of a rule end together. */
function createTimeReader(name: string): TimeReader {
  let last: unknown
  let time: ReturnType<TimeReader>
  return (value) => {
    if (value !== last) time = readTime(value, name)
    last = value
    return time
  }
}

/** Undefined: not set, as Go's zero time says too. */
function readTime(value: unknown, name: string): Millis | undefined | string {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') return typeError(value, `struct field ${name} of type string`)
  const at = parseRfc3339(value)
  if (at === undefined) return goTimeError(value)
  return at === MIN_MILLIS ? undefined : at
}

function schemaViolation(item: Item, index: number): DecodeRefusal | undefined {
  const url = item.generatorURL
  if (url && !isRequestUri(url)) {
    return {
      status: 422,
      body: { code: 601, message: `${index}.generatorURL in body must be of type uri: ${quoted(url)}` },
    }
  }
  if (item.labels === undefined)
    return { status: 422, body: { code: 602, message: `${index}.labels in body is required` } }
  return undefined
}

function complete(item: Item, context: DecodeContext): PostedAlert {
  const alert: PostedAlert = {
    labels: withoutEmpty(item.labels ?? {}),
    annotations: item.annotations ?? {},
    startsAt: item.startsAt ?? item.endsAt ?? context.receivedAt,
  }
  if (item.endsAt !== undefined) alert.endsAt = item.endsAt
  if (item.generatorURL) alert.generatorURL = item.generatorURL
  return alert
}

/** A label with an empty value counts as absent; an annotation with an empty value does not. */
function withoutEmpty(labels: Labels): Labels {
  for (const name in labels) {
    if (labels[name] === '') return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
  }
  return labels
}

/** Names are every UTF-8 text but the empty text; the JSON parser has checked that the text is well-formed. */
function validate(alert: PostedAlert, { receivedAt, recoverAfterMs }: DecodeContext): string | undefined {
  const end = alert.endsAt ?? (recoverAfterMs === 0 ? Number.POSITIVE_INFINITY : receivedAt + recoverAfterMs)
  if (end < alert.startsAt) return 'start time must be before end time'
  let some = false
  for (const name in alert.labels) {
    if (name === '') return 'invalid label set: invalid name ""'
    some = true
  }
  if (!some) return 'at least one label pair required'
  if (Object.hasOwn(alert.annotations, '')) return 'invalid annotations: invalid name ""'
  return undefined
}

function typeError(value: unknown, into: string): string {
  return `json: cannot unmarshal ${jsonType(value)} into Go ${into}`
}

/** The empty quotes are Alertmanager's: the parameter there has no name. */
function unreadable(why: string): { refusal: DecodeRefusal } {
  return refuseBody(`parsing alerts body from "" failed, because ${why}`)
}
