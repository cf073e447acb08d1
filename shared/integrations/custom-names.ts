import type { PostedAlert } from '../alert/alert.ts'
import { isObject, type JsonObject, own } from '../base/value.ts'
import type { DecodeContext } from './integration.ts'
import { postedAlert, type ReportedAlert, readParts, toldAlert } from './posted-alert.ts'

/*
 * Bodies of an integration without a mapping, whose fields have the names that Alertmanager gives fields: `labels`,
 * `annotations`, `status`, `startsAt`, `endsAt`, `generatorURL`; a single alert, a list of alerts, or a list `alerts`.
 */

/** The alerts of a body: the list `alerts` if every entry has labels, the body itself otherwise. */
export function namedItems(body: unknown): readonly unknown[] {
  const listed = isObject(body) && !hasLabels(body) ? own(body, 'alerts') : undefined
  if (Array.isArray(listed) && listed.every(hasLabels)) return listed
  return Array.isArray(body) && body.length > 0 ? body : [body]
}

/**
 * Undefined: the item has no labels. A `body` that is resolved has no alert that fires, as Alertmanager's message; a body
 * that fires says nothing of a single alert.
 */
export function readNamed(item: unknown, body: unknown, context: DecodeContext): PostedAlert | string | undefined {
  if (!hasLabels(item)) return undefined
  const parts = partsOf(item)
  if (typeof parts === 'string' || Object.keys(parts.labels).length === 0) return undefined
  const startsAt = Math.min(parts.startsAt ?? context.receivedAt, context.receivedAt)
  const status = statusOf(item) ?? (statusOf(body) === 'resolved' ? 'resolved' : undefined)
  if (status === 'firing' || status === 'resolved') {
    return toldAlert({ ...parts, startsAt, resolved: status === 'resolved' }, context)
  }
  // Without a status, an end in the past is the only word about the end.
  const resolved = parts.endsAt !== undefined && parts.endsAt <= context.receivedAt
  return postedAlert({ ...parts, startsAt, resolved }, context)
}

function statusOf(given: unknown): string | undefined {
  const status = isObject(given) ? own(given, 'status') : undefined
  return typeof status === 'string' ? status.toLowerCase() : undefined
}

function hasLabels(item: unknown): item is JsonObject {
  return isObject(item) && isObject(own(item, 'labels'))
}

/** Times and a link that cannot be read are left out: the moment of receipt is close enough. */
function partsOf(item: JsonObject): Omit<ReportedAlert, 'resolved'> | string {
  const texts = { labels: textsOf(own(item, 'labels')), annotations: textsOf(own(item, 'annotations')) }
  const parts = readParts({ ...item, ...texts })
  return typeof parts === 'string' ? readParts(texts) : parts
}

/** An object among the values is its JSON, as with a mapping; a text in the place of annotations is a message. */
function textsOf(value: unknown): unknown {
  if (!isObject(value)) return typeof value === 'string' ? { message: value } : undefined
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, isObject(one) || Array.isArray(one) ? JSON.stringify(one) : one]),
  )
}
