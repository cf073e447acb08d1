import type { Millis } from '../../base/time.ts'
import type { RenderedMessage, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'

/**
 * Sends the messages of a delivery one after the other. A failure that may be over later ends the attempt, and the next
 * attempt begins there; the target may know of the messages before, so the attempt is ambiguous. A message that is
 * refused for good does not hold the others back. Twice is safe: a message has the same id on every attempt.
 */
export async function sendOneByOne(
  messages: readonly RenderedMessage[],
  { done = 0 }: Pick<ToSend, 'done'>,
  send: (message: RenderedMessage) => Promise<Outcome>,
  now: () => Millis,
): Promise<Outcome> {
  const refused: (Outcome & { kind: 'dead' })[] = []
  for (const [at, message] of messages.entries()) {
    if (at < done) continue
    const outcome = await send(message)
    if (outcome.kind === 'arrived') continue
    if (outcome.kind === 'dead' && outcome.reason === 'clientError') refused.push(outcome)
    else if (at === 0) return outcome
    else return { kind: 'ambiguous', at: outcome.at, reason: outcome.reason, detail: outcome.detail, done: at }
  }
  const [first] = refused
  if (first === undefined) return { kind: 'arrived', at: now() }
  if (refused.length === messages.length) return first
  return {
    kind: 'arrived',
    at: now(),
    note: `${refused.length} of ${messages.length} messages refused: ${first.detail}`,
  }
}
