import { SECOND } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { Send } from '../../channel/send.ts'
import { putEventsOutcome } from '../events/put-events.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { type AwsEventBridgeSettings, awsEndpoint, awsEvents, awsKeys } from './kind.ts'
import { signAws } from './signature.ts'

/**
 * Puts one event (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). Its detail is
 * the whole CloudEvent, so that rules match on any part of it, and a consumer sees what it would on any other bus.
 * Twice is not noticed by EventBridge: `detail.id` is what consumers know an event by. One event in a request
 * is far from the 10 entries and 256 KB that it may hold.
 */
export const sendToAwsEventBridge: Send<AwsEventBridgeSettings> = async (settings, what, by) => {
  const event = eventToSend(awsEvents(settings), what, by)
  const now = by.clock.now()
  if (event === undefined || what.notification.event === undefined) return noEvent(now)
  const role = awsKeys(settings) === undefined ? by.role?.() : undefined
  const keys = awsKeys(settings) ?? role
  if (keys === undefined) {
    const detail = 'it has no accessKeyId, and only functions on AWS have a role of their own to use instead'
    return { kind: 'dead', at: now, reason: 'misconfigured', detail }
  }
  const { source: Source, type: DetailType } = event
  const Time = Math.floor(what.notification.event.at / SECOND)
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
  const { giveUpAt } = what
  const result = await by.request({ url: url.href, method: 'POST', headers: signed, body, giveUpAt, secure: true })
  return putEventsOutcome(result, url.hostname, by.clock.now())
}
