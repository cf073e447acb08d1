/** The largest number of messages in a receive, by the number of earlier receives of the most suspect message. */
const COMPANY = [Number.POSITIVE_INFINITY, 100, 10, 1]

/**
 * The first messages, in their order, that are received together. The last holder of a repeated message may have
 * crashed because of the message, and the messages that were received beside this message are counted as if they had caused the
 * crash. So a repeated message comes in smaller company each time, and alone in the end. A message that ends the
 * process is found in this way. The other messages do not die of their neighbour, or of a machine that restarts often.
 */
export function takeInCompany<M extends { receives: number }>(messages: readonly M[]): readonly M[] {
  let most = Number.POSITIVE_INFINITY
  for (const [index, { receives }] of messages.entries()) {
    most = Math.min(most, COMPANY[Math.min(receives, COMPANY.length - 1)]!)
    if (index >= most) return messages.slice(0, index)
  }
  return messages
}
