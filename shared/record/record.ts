import type { Millis } from '../base/time.ts'

/** Whose audit trail a record is from. */
export type Trail = 'actiontrail' | 'cloudtrail'

/** One entry of an audit trail: what somebody did, as the cloud wrote it down. */
export interface AuditRecord {
  /** The trail's own id of the event (`eventId`, `eventID`): two copies of one event have the same. */
  id: string
  /** When it happened, by the trail's clock. */
  time: Millis
  trail: Trail
  /** The record as it was sent; rules look at it by the names of its fields. */
  fields: Record<string, unknown>
}
