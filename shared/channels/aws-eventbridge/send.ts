import { SECOND } from '../../base/time.ts'
import type { Send } from '../../channel/send.ts'
import { awsAccess } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import type { CloudEvent } from '../events/event.ts'
import { putAll } from '../events/put-events.ts'
import { eventsToSend, noEvent } from '../events/send.ts'
import { type AwsEventBridgeSettings, awsEvents } from './kind.ts'

/**
 * Puts events (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). The detail is the whole
 * CloudEvent, so that rules match on every part of the event, and a consumer sees the same event as on other buses.
 * EventBridge does not notice an event that is put twice: consumers recognise an event by `detail.id`. A delivery has no
 * more events than a request may have entries, which are 10.
 */
export const sendToAwsEventBridge: Send<AwsEventBridgeSettings> = async (settings, content, deps) => {
  const events = eventsToSend(awsEvents(settings), settings, content, deps)
  const now = deps.clock.now()
  if (events.length === 0) return noEvent(now)
  const { region, eventBus: EventBusName } = settings
  const access = awsAccess('events', region, settings, deps.role)
  if (access === undefined) return noKeys(now)
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' }
  const entryOf = (event: CloudEvent): object => {
    const { source: Source, type: DetailType, time } = event
    const at = content.notification.event?.at ?? Date.parse(time ?? '')
    return { EventBusName, Source, DetailType, Detail: JSON.stringify(event), Time: Math.floor(at / SECOND) }
  }
  const put = async (some: readonly CloudEvent[]) => {
    const body = JSON.stringify({ Entries: some.map(entryOf) })
    return await postToAws(access, { service: 'events', region, path: '/', headers, body }, content.giveUpAt, deps)
  }
  return await putAll(events, put, deps.clock.now)
}
