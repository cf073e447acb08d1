import type { Send } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { eventsToSend, noEvent } from '../events/send.ts'
import { afterPart } from '../http/answer.ts'
import { post } from '../http/send.ts'
import { encodeCloudEvents } from './binding.ts'
import { type CloudEventsSettings, cloudEventsEvents } from './kind.ts'

/**
 * Posts events, all in a request or one after the other, until one is not taken; a body is signed when the channel has a
 * secret. Twice is safe: an event has the same `id` each time.
 */
export const sendCloudEvent: Send<CloudEventsSettings> = async (settings, content, deps) => {
  const events = eventsToSend(cloudEventsEvents(settings), settings, content, deps)
  let outcome: Outcome = noEvent(deps.clock.now())
  for (const [place, encoded] of encodeCloudEvents(events, settings.mode).entries()) {
    // A life-cycle event goes out under the id of its delivery.
    const id = content.notification.event === undefined ? (events[place]?.id ?? content.id) : content.id
    outcome = await post(settings, encoded, { ...content, id }, deps)
    if (outcome.kind !== 'arrived') return place === 0 ? outcome : afterPart(outcome)
  }
  return outcome
}
