import { isObject, type JsonObject, own, quoted } from '../base/value.ts'
import { recordsOf, TRAIL_BODY_BYTES } from './audit-record.ts'
import type { Decoded, Inbound } from './integration.ts'
import { readLines } from './lines.ts'

/**
 * Records of AWS CloudTrail: a file as S3 stores the file (`{"Records":[…]}`), events of EventBridge, or bare
 * records, as a single record, in a list or on lines.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const cloudtrail: Inbound = {
  type: 'cloudtrail',
  gives: 'records',
  ending: () => 'expires',
  bodyBytes: TRAIL_BODY_BYTES,
  anyType: true,
  read: readLines,
  decode: (value): Decoded => recordsOf('cloudtrail', 'eventID', flat(value), unwrap),
}

/** Places of records count through all files of a body. */
function flat(value: unknown): unknown {
  if (isObject(value)) return recordsIn(value) ?? value
  return Array.isArray(value) ? value.flatMap((item) => (isObject(item) ? (recordsIn(item) ?? [item]) : [item])) : value
}

function recordsIn(file: JsonObject): unknown[] | undefined {
  const records = own(file, 'Records')
  return Array.isArray(records) ? records : undefined
}

/**
 * `AWS API Call via CloudTrail`, `AWS Console Sign In via CloudTrail`, `AWS Service Event via CloudTrail`, …
 * The documentation of the regions in China has "Amazon" for "AWS".
 */
const DETAIL_TYPE = /^(?:AWS|Amazon) .+ via CloudTrail$/

function unwrap(item: JsonObject): unknown {
  if (Object.hasOwn(item, 'eventID') || !Object.hasOwn(item, 'detail-type')) return item
  const type = own(item, 'detail-type')
  if (typeof type !== 'string' || !DETAIL_TYPE.test(type)) {
    return `detail-type ${typeof type === 'string' ? quoted(type) : 'is no text and'} is not CloudTrail's`
  }
  return isObject(item.detail) ? item.detail : 'detail is not an object'
}
