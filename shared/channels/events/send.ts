import type { Millis } from '../../base/time.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { type CloudEvent, cloudEvent } from './event.ts'

/** The event for a bus. Undefined: the delivery is a notification, opened while the channel had another kind. */
export function eventToSend(
  settings: EventSettings,
  { account, notification, begunAt }: Pick<ToSend, 'account' | 'notification' | 'begunAt'>,
  { publicUrl, hostAddress, secrets }: Pick<SendDeps, 'publicUrl' | 'hostAddress' | 'secrets'>,
): CloudEvent | undefined {
  const { event, ...rest } = notification
  if (event === undefined) return undefined
  return cloudEvent({ ...rest, event }, settings, { publicUrl, hostAddress, publishedAt: begunAt, account, secrets })
}

export function noEvent(at: Millis): Outcome {
  return { kind: 'dead', at, reason: 'misconfigured', detail: 'a bus is told life-cycle events only' }
}
