import type { Send } from './channel.ts'
import type { CloudEventsSettings } from './cloudevents.ts'
import { cloudEvent, encodeCloudEvent } from './cloudevents-event.ts'
import { post } from './http-send.ts'

/** Posts one life-cycle event; with a secret its body is signed. */
export const sendCloudEvent: Send<CloudEventsSettings> = async (settings, what, by) => {
  const { event, ...rest } = what.notification
  const now = by.clock.now()
  if (event === undefined) {
    // Opened when the channel was of another kind.
    return { kind: 'dead', at: now, reason: 'misconfigured', detail: 'a bus is told life-cycle events only' }
  }
  const made = cloudEvent({ ...rest, event }, settings, { publicUrl: by.publicUrl, publishedAt: now })
  return await post(settings, encodeCloudEvent(made, settings.mode), what, by)
}
