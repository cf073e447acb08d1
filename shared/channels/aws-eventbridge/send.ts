import { SECOND } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { Send } from '../../channel/send.ts'
import { awsKeys } from '../aws/keys.ts'
import { putEventsOutcome } from '../events/put-events.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { type AwsEventBridgeSettings, awsEndpoint, awsEvents } from './kind.ts'
import { signAws } from './signature.ts'

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
  if (keys === undefined) {
    const detail = 'it has no accessKeyId, and only functions on AWS have a role of their own to use instead'
    return { kind: 'dead', at: now, reason: 'misconfigured', detail }
  }
  const { source: Source, type: DetailType } = event
  const Time = Math.floor(content.notification.event.at / SECOND)
  const entry = { EventBusName: settings.eventBus, Source, DetailType, Detail: JSON.stringify(event), Time }
  const url = new URL('/', role?.endpoint ?? awsEndpoint(settings))
  const body = JSON.stringify({ Entries: [entry] })
  const { region } = settings
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEvents.PutEvents',
    'user-agent': `Tocsin/${VERSION}`,
  }
  const signed = await signAws(keys, { url, service: 'events', region, headers, body, at: now })
  const { giveUpAt } = content
  const result = await deps.request({ url: url.href, method: 'POST', headers: signed, body, giveUpAt, secure: true })
  return putEventsOutcome(result, url.hostname, deps.clock.now())
}
