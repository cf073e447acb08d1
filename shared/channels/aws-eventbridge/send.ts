import { SECOND } from '../../base/time.ts'
import type { Send } from '../../channel/send.ts'
import { awsKeys } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import { putEventsOutcome } from '../events/put-events.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { type AwsEventBridgeSettings, awsEndpoint, awsEvents } from './kind.ts'

/**
 * Puts a single event (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). The detail is
 * the whole CloudEvent, so that rules match on every part of the event, and a consumer sees the same event as on
 * other buses. EventBridge does not notice an event that is put twice: consumers recognise an event by `detail.id`.
 * A request with a single event is far below the limits of 10 entries and 256 KB.
 */
export const sendToAwsEventBridge: Send<AwsEventBridgeSettings> = async (settings, content, deps) => {
  const event = eventToSend(awsEvents(settings), content, deps)
  const now = deps.clock.now()
  if (event === undefined || content.notification.event === undefined) return noEvent(now)
  const role = awsKeys(settings) === undefined ? deps.role?.() : undefined
  const keys = awsKeys(settings) ?? role
  if (keys === undefined) return noKeys(now)
  const { source: Source, type: DetailType } = event
  const Time = Math.floor(content.notification.event.at / SECOND)
  const entry = { EventBusName: settings.eventBus, Source, DetailType, Detail: JSON.stringify(event), Time }
  const url = new URL('/', role?.endpoint ?? awsEndpoint(settings))
  const body = JSON.stringify({ Entries: [entry] })
  const { region } = settings
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' }
  const result = await postToAws(keys, { url, service: 'events', region, headers, body }, content.giveUpAt, deps)
  return putEventsOutcome(result, url.hostname, deps.clock.now())
}
