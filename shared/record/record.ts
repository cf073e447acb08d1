import type { Millis } from '../base/time.ts'

/** The product whose audit trail a record is from. */
export type Trail = 'actiontrail' | 'cloudtrail'

/** An entry of an audit trail: an action in a cloud account, as the cloud wrote the action down. */
export interface AuditRecord {
  /** The trail's own id of the event (`eventId`, `eventID`). Two copies of an event have the same id. */
  id: string
  /** Time of the event, by the trail's clock. */
  time: Millis
  trail: Trail
  /** The record as the cloud sent the record. Rules read fields by the trail's own names. */
  fields: Record<string, unknown>
}
