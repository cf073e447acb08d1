import type { PostedAlert } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import { expected, isObject, type JsonObject, own, ownOf, readInstant } from '../base/value.ts'
import type { DecodeContext } from './integration.ts'
import { isRequestUri } from './request-uri.ts'

/** An alert as a sender with a status field describes the alert. */
export interface ReportedAlert {
  labels: Labels
  annotations: Labels
  resolved: boolean
  startsAt?: Millis
  endsAt?: Millis
  generatorURL?: string
}

/**
 * The sender's word `firing` or `resolved` counts. A past end does not resolve an alert that is said to fire (the
 * message was late, or the clocks differ), and an alert that is said to be resolved ends now at the latest. A future
 * end of a firing alert is the moment until which the alert fires, as with Prometheus. An alert that would begin after
 * its end begins now: the clock of the sender is ahead, and the alert fires already.
 */
export function postedAlert(said: ReportedAlert, { receivedAt, recoverAfterMs }: DecodeContext): PostedAlert | string {
  const { labels, annotations, resolved, generatorURL } = said
  const problem = namesProblem(labels, annotations)
  if (problem !== undefined) return problem
  const link = generatorURL !== undefined && isRequestUri(generatorURL) ? { generatorURL } : {}
  if (resolved) {
    const endsAt = Math.min(said.endsAt ?? receivedAt, receivedAt)
    return { labels, annotations, startsAt: Math.min(said.startsAt ?? endsAt, endsAt), endsAt, ...link }
  }
  const endsAt = said.endsAt !== undefined && said.endsAt > receivedAt ? said.endsAt : undefined
  const end = endsAt ?? (recoverAfterMs === 0 ? Number.POSITIVE_INFINITY : receivedAt + recoverAfterMs)
  const startsAt = said.startsAt === undefined || said.startsAt > end ? receivedAt : said.startsAt
  return { labels, annotations, startsAt, ...(endsAt === undefined ? {} : { endsAt }), ...link }
}

function namesProblem(labels: Labels, annotations: Labels): string | undefined {
  const names = Object.keys(labels)
  if (names.length === 0) return 'at least one label pair required'
  if (names.includes('')) return 'labels: a name is empty'
  return Object.hasOwn(annotations, '') ? 'annotations: a name is empty' : undefined
}

/**
 * Prefix of the labels with which Tocsin shows an alert's origin to matchers and templates: no sender can give such
 * labels.
 */
const OURS = '_tocsin_'

/** Labels or annotations; an empty label counts as absent. A text is the problem. */
function readTexts(value: unknown, path: 'labels' | 'annotations'): Labels | string {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) return expected('an object', path, value)
  const texts: [string, string][] = []
  for (const [name, given] of Object.entries(value)) {
    if (given === null || (path === 'labels' && (given === '' || name.startsWith(OURS)))) continue
    if (typeof given === 'object') return expected('text', `${path}.${name.slice(0, 100)}`, given)
    texts.push([name, String(given)])
  }
  return Object.fromEntries(texts)
}

/** The fields that Alertmanager's webhook, ARMS and forwards have in common, without the status. */
export function readParts(item: JsonObject): Omit<ReportedAlert, 'resolved'> | string {
  const labels = readTexts(own(item, 'labels'), 'labels')
  if (typeof labels === 'string') return labels
  const annotations = readTexts(own(item, 'annotations'), 'annotations')
  if (typeof annotations === 'string') return annotations
  const startsAt = readInstant(own(item, 'startsAt'))
  if (startsAt === undefined) return expected('a time', 'startsAt', own(item, 'startsAt'))
  const endsAt = readInstant(own(item, 'endsAt'))
  if (endsAt === undefined) return expected('a time', 'endsAt', own(item, 'endsAt'))
  const generatorURL = ownOf(item, 'generatorURL', 'generatorUrl') ?? ''
  if (typeof generatorURL !== 'string') return expected('text', 'generatorURL', generatorURL)
  return {
    labels,
    annotations,
    ...(startsAt === null ? {} : { startsAt }),
    ...(endsAt === null ? {} : { endsAt }),
    ...(generatorURL === '' ? {} : { generatorURL }),
  }
}

/** An alert of a sender that also says when the alert is over. */
export function toldAlert(said: ReportedAlert, context: DecodeContext): PostedAlert | string {
  const { recoverToldMs: recoverAfterMs } = context
  const alert = postedAlert(said, { ...context, recoverAfterMs })
  return typeof alert === 'string' || alert.endsAt !== undefined ? alert : { ...alert, recoverAfterMs }
}

/**
 * An alert in a message that is sent once, of a sender that also says when the alert is over. The sender does not move
 * an end in the future, so such an end is no end: the alert fires until the sender says otherwise.
 */
export function readTold(item: unknown, status: unknown, context: DecodeContext): PostedAlert | string {
  const { recoverToldMs: recoverAfterMs, receivedAt } = context
  const alert = readWithStatus(item, status, { ...context, recoverAfterMs })
  if (typeof alert === 'string' || (alert.endsAt !== undefined && alert.endsAt <= receivedAt)) return alert
  const { endsAt: _end, ...firing } = alert
  return { ...firing, recoverAfterMs }
}

/** An alert with a `status` of its own; `status` is the status of the whole message, for alerts without a status. */
export function readWithStatus(item: unknown, status: unknown, context: DecodeContext): PostedAlert | string {
  if (!isObject(item)) return expected('an object', 'the alert', item)
  const parts = readParts(item)
  if (typeof parts === 'string') return parts
  const said = ownOf(item, 'status') ?? status
  if (said !== 'firing' && said !== 'resolved') return expected('firing or resolved', 'status', said)
  return postedAlert({ ...parts, resolved: said === 'resolved' }, context)
}
