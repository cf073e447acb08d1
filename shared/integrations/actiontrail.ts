import { readTrailBody, recordsOf, TRAIL_BODY_BYTES } from './audit-record.ts'
import type { Inbound } from './integration.ts'

/**
 * Events of Alibaba Cloud's ActionTrail, bare or wrapped by a way of delivery: `record/contents.ts`.
 * https://www.alibabacloud.com/help/doc-detail/28819.htm Events are kept unchanged: `eventVersion` is a number or a
 * text, and `errorCode` is absent or empty when a call succeeded.
 */
export const actiontrail: Inbound = {
  type: 'actiontrail',
  gives: 'records',
  ending: () => 'expires',
  bodyBytes: TRAIL_BODY_BYTES,
  inPieces: true,
  anyType: true,
  read: readTrailBody,
  decode: (value) => recordsOf('actiontrail', 'eventId', value),
}
