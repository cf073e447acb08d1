import type { Send } from '../../channel/send.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { post } from '../http/send.ts'
import { encodeCloudEvent } from './binding.ts'
import type { CloudEventsSettings } from './kind.ts'

/** Posts one life-cycle event; with a secret its body is signed. */
export const sendCloudEvent: Send<CloudEventsSettings> = async (settings, what, by) => {
  const event = eventToSend(settings, what, by)
  if (event === undefined) return noEvent(by.clock.now())
  return await post(settings, encodeCloudEvent(event, settings.mode), what, by)
}
