/** How many messages come together at most, by how often the most suspect of them was received before. */
const COMPANY = [Number.POSITIVE_INFINITY, 100, 10, 1]

/**
 * The first of these, in their order, that are received together. Whoever held a message that comes again may
 * have ended by it, and everything that was received with it is counted as if it had done the same. So
 * what was received before comes in smaller company each time and alone in the end: one that ends the
 * process is found, and the others do not die of having been near it, or of a machine that restarts often.
 */
export function together<M extends { receives: number }>(messages: readonly M[]): readonly M[] {
  let most = Number.POSITIVE_INFINITY
  for (const [index, { receives }] of messages.entries()) {
    most = Math.min(most, COMPANY[Math.min(receives, COMPANY.length - 1)]!)
    if (index >= most) return messages.slice(0, index)
  }
  return messages
}
