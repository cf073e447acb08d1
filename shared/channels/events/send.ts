import type { Millis } from '../../base/time.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { EventSettings } from '../../delivery/delivery.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { alertEvents } from './alert-events.ts'
import { type CloudEvent, cloudEvent } from './event.ts'

/**
 * The events for a bus: a life-cycle event, or an event for each alert of a notification. Empty: the delivery is a
 * notification, opened while the channel told alerts, or had another kind.
 */
export function eventsToSend(
  settings: EventSettings,
  given: { tells?: 'lifecycle' | 'alerts' | undefined; source?: string | undefined; typePrefix?: string | undefined },
  content: ToSend,
  { publicUrl, hostAddress, secrets }: Pick<SendDeps, 'publicUrl' | 'hostAddress' | 'secrets'>,
): CloudEvent[] {
  const { account, notification, begunAt } = content
  const options = { publicUrl, hostAddress, publishedAt: begunAt, account, secrets }
  const { event, ...rest } = notification
  if (event !== undefined) return [cloudEvent({ ...rest, event }, settings, options)]
  if (given.tells !== 'alerts') return []
  const { source, typePrefix } = given
  return alertEvents(content, { ...settings, source, typePrefix }, options)
}

export function noEvent(at: Millis): Outcome {
  return { kind: 'dead', at, reason: 'misconfigured', detail: 'it tells life-cycle events only' }
}
