import { isObject, type JsonObject, own } from '../base/value.ts'

/** The id and the time of a record's event, as the trail wrote them; unchecked. */
export interface EventIdentity {
  id: unknown
  time: unknown
}

/**
 * CloudTrail writes `eventID`, ActionTrail `eventId`. CloudTrail's aggregated events stand for many events of five
 * minutes: they have an `eventId`, and a window of time in the place of a time.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aggregated-events.html
 */
export function identityOf(fields: JsonObject): EventIdentity {
  const window = own(fields, 'timeWindow')
  return {
    id: own(fields, 'eventID') ?? own(fields, 'eventId'),
    time: own(fields, 'eventTime') ?? (isObject(window) ? own(window, 'windowStart') : undefined),
  }
}

export function isAggregated(fields: JsonObject): boolean {
  return own(fields, 'eventCategory') === 'Aggregated'
}
