import type { InMessage } from '../shared/queue/port.ts'

/**
 * Splits received messages into calls of a handler: at most `batch` messages in a call, and a separate call for every
 * message with a failure before. So a message with constant failures takes no other message along. A message that comes
 * again because a process `ended` has not failed: its company is small already.
 */
export function invocations<M extends InMessage & { ended?: true }>(
  messages: readonly M[],
  batch = Number.POSITIVE_INFINITY,
): M[][] {
  const fresh: M[][] = []
  const again: M[][] = []
  for (const message of messages) {
    const last = fresh.at(-1)
    if (message.receives > 1 && !message.ended) again.push([message])
    else if (last === undefined || last.length >= batch) fresh.push([message])
    else last.push(message)
  }
  return [...fresh, ...again]
}
