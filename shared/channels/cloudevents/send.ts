import type { Send } from '../../channel/send.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { post } from '../http/send.ts'
import { encodeCloudEvent } from './binding.ts'
import { type CloudEventsSettings, cloudEventsEvents } from './kind.ts'

/** Posts a single life-cycle event; the body is signed when the channel has a secret. */
export const sendCloudEvent: Send<CloudEventsSettings> = async (settings, content, deps) => {
  const event = eventToSend(cloudEventsEvents(settings), content, deps)
  if (event === undefined) return noEvent(deps.clock.now())
  return await post(settings, encodeCloudEvent(event, settings.mode), content, deps)
}
