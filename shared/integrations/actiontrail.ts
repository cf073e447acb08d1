import { AS_SENT, parseJson } from '../base/json.ts'
import { isObject, type JsonObject, own } from '../base/value.ts'
import { recordsOf, TRAIL_BODY_BYTES } from './audit-record.ts'
import type { Decoded, Inbound } from './integration.ts'
import { readLines } from './lines.ts'

/**
 * Events of Alibaba Cloud's ActionTrail, in every form of delivery: a record of the Log Service's logstore (`event`
 * is a JSON text), a file delivered to OSS (a list, or lines), an event of EventBridge (a CloudEvent with the event
 * as `data`; only calls that write are published there), or the event itself.
 * https://www.alibabacloud.com/help/doc-detail/28819.htm Events are kept unchanged: `eventVersion` is a number or a
 * text, and `errorCode` is absent or empty when a call succeeded.
 */
export const actiontrail: Inbound = {
  type: 'actiontrail',
  gives: 'records',
  ending: () => 'expires',
  bodyBytes: TRAIL_BODY_BYTES,
  anyType: true,
  read: readLines,
  decode: (value): Decoded => recordsOf('actiontrail', 'eventId', value, unwrap),
}

function unwrap(item: JsonObject): unknown {
  if (Object.hasOwn(item, 'eventId')) return item
  if (Object.hasOwn(item, 'event')) return inner(item.event, 'event')
  if (Object.hasOwn(item, 'specversion')) return inner(own(item, 'data'), 'data')
  return item
}

function inner(value: unknown, path: string): unknown {
  if (isObject(value)) return value
  if (typeof value !== 'string') return `${path} is neither an object nor its JSON text`
  const parsed = parseJson(Buffer.from(value), AS_SENT)
  if (!parsed.ok) return `${path} is not readable: ${parsed.message}`
  return isObject(parsed.value) ? parsed.value : `${path} is not the text of an object`
}
