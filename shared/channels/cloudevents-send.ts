import type { Send } from './channel.ts'
import type { CloudEventsSettings } from './cloudevents.ts'
import { encodeCloudEvent } from './cloudevents-event.ts'
import { eventToSend, noEvent } from './event-send.ts'
import { post } from './http-send.ts'

/** Posts one life-cycle event; with a secret its body is signed. */
export const sendCloudEvent: Send<CloudEventsSettings> = async (settings, what, by) => {
  const event = eventToSend(settings, what, by)
  if (event === undefined) return noEvent(by.clock.now())
  return await post(settings, encodeCloudEvent(event, settings.mode), what, by)
}
