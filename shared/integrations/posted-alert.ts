import type { PostedAlert } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import type { DecodeContext } from './integration.ts'
import { isRequestUri } from './request-uri.ts'
import { expected, isObject, type JsonObject, own, ownOf, readInstant } from './value.ts'

/** What a sender that names a status says of an alert. */
export interface Said {
  labels: Labels
  annotations: Labels
  resolved: boolean
  startsAt?: Millis
  endsAt?: Millis
  generatorURL?: string
}

/**
 * Of senders that say `firing` or `resolved`, the word counts: an end in the past does not resolve what is
 * said to fire (the message was late, or the clocks differ), and what is said to have ended has ended, not
 * later. An end ahead of something that fires is until when it holds, as with Prometheus.
 */
export function postedAlert(said: Said, { receivedAt, recoverAfterMs }: DecodeContext): PostedAlert | string {
  const { labels, annotations, resolved, generatorURL } = said
  const problem = namesProblem(labels, annotations)
  if (problem !== undefined) return problem
  const link = generatorURL !== undefined && isRequestUri(generatorURL) ? { generatorURL } : {}
  if (resolved) {
    const endsAt = Math.min(said.endsAt ?? receivedAt, receivedAt)
    return { labels, annotations, startsAt: Math.min(said.startsAt ?? endsAt, endsAt), endsAt, ...link }
  }
  const endsAt = said.endsAt !== undefined && said.endsAt > receivedAt ? said.endsAt : undefined
  const startsAt = said.startsAt ?? receivedAt
  const end = endsAt ?? (recoverAfterMs === 0 ? Number.POSITIVE_INFINITY : receivedAt + recoverAfterMs)
  if (end < startsAt) return 'start time must be before end time'
  return { labels, annotations, startsAt, ...(endsAt === undefined ? {} : { endsAt }), ...link }
}

function namesProblem(labels: Labels, annotations: Labels): string | undefined {
  const names = Object.keys(labels)
  if (names.length === 0) return 'at least one label pair required'
  if (names.includes('')) return 'labels: a name is empty'
  return Object.hasOwn(annotations, '') ? 'annotations: a name is empty' : undefined
}

/** What the hub shows of an alert's origin when it matches and renders: nobody else gives such labels. */
const OURS = '_tocsin_'

/** Labels or annotations; an empty label is one that is absent. A text is what is wrong. */
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
export function readParts(item: JsonObject): Omit<Said, 'resolved'> | string {
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

/** An alert with a `status` of its own; `status` is that of the whole message, for those without one. */
export function readWithStatus(item: unknown, status: unknown, at: DecodeContext): PostedAlert | string {
  if (!isObject(item)) return expected('an object', 'the alert', item)
  const parts = readParts(item)
  if (typeof parts === 'string') return parts
  const said = ownOf(item, 'status') ?? status
  if (said !== 'firing' && said !== 'resolved') return expected('firing or resolved', 'status', said)
  return postedAlert({ ...parts, resolved: said === 'resolved' }, at)
}
