import { SECOND } from '../../base/time.ts'
import type { Send } from '../../channel/send.ts'
import { awsAccess } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import { putEventsOutcome } from '../events/put-events.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { type AwsEventBridgeSettings, awsEvents } from './kind.ts'

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
  const { region } = settings
  const access = awsAccess('events', region, settings, deps.role)
  if (access === undefined) return noKeys(now)
  const { source: Source, type: DetailType } = event
  const Time = Math.floor(content.notification.event.at / SECOND)
  const entry = { EventBusName: settings.eventBus, Source, DetailType, Detail: JSON.stringify(event), Time }
  const body = JSON.stringify({ Entries: [entry] })
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' }
  const asked = { service: 'events', region, path: '/', headers, body } as const
  const { host, result } = await postToAws(access, asked, content.giveUpAt, deps)
  return putEventsOutcome(result, host, deps.clock.now())
}
