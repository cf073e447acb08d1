import type { Millis } from '../../base/time.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { type CloudEvent, cloudEvent } from './event.ts'

/** What every bus is sent. Undefined: this is a notification, opened when the channel was of another kind. */
export function eventToSend(
  settings: EventSettings,
  { account, notification, begunAt }: Pick<ToSend, 'account' | 'notification' | 'begunAt'>,
  { publicUrl, secrets }: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): CloudEvent | undefined {
  const { event, ...rest } = notification
  if (event === undefined) return undefined
  const by = { publicUrl, publishedAt: begunAt, signing: { account, secrets } }
  return cloudEvent({ ...rest, event }, settings, by)
}

export function noEvent(at: Millis): Outcome {
  return { kind: 'dead', at, reason: 'misconfigured', detail: 'a bus is told life-cycle events only' }
}
