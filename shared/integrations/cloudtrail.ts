import { readTrailBody, recordsOf, TRAIL_BODY_BYTES } from './audit-record.ts'
import type { Inbound } from './integration.ts'

/**
 * Records of AWS CloudTrail, bare or wrapped by a way of delivery: `record/contents.ts`.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const cloudtrail: Inbound = {
  type: 'cloudtrail',
  gives: 'records',
  ending: () => 'expires',
  bodyBytes: TRAIL_BODY_BYTES,
  inPieces: true,
  anyType: true,
  read: readTrailBody,
  decode: (value) => recordsOf('cloudtrail', 'eventID', value),
}
