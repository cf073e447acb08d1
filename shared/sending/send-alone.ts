import type { Millis } from '../base/time.ts'
import { type Due, dueMessage } from '../message/due.ts'
import { type Queue, sendAll } from '../queue/port.ts'

/**
 * Sends each delivery in a message of its own. Whether the queue has all of the messages. Throws when the queue is away.
 * Twice is safe: of two copies of a message, the first copy claims the attempt.
 */
export async function sendAlone(
  deliveries: Queue | undefined,
  some: readonly Due[],
  delayMs: Millis,
): Promise<boolean> {
  if (deliveries === undefined) return false
  const messages = some.map((one) => ({ ...dueMessage(one, deliveries.carries), delayMs }))
  return (await sendAll(deliveries, messages)).failed.length === 0
}
