import type { Clock } from '../../shared/base/time.ts'
import { BATCH_BYTES, BATCH_ENTRIES, type OutMessage, type Queue } from '../../shared/queue/port.ts'

/** The time for which a send waits for other sends: short beside the time that a target takes to answer. */
const GATHER_MS = 20

interface WaitingSend {
  messages: readonly OutMessage[]
  resolve(sent: { failed: number[] }): void
  reject(error: unknown): void
}

/**
 * Joins the sends of several callers within moments into a single request, since SQS bills requests; every caller gets
 * the result for its own messages. For functions that send message by message in concurrent attempts.
 */
export function gatherSends(queue: Queue, clock: Clock): Queue {
  let waiting: WaitingSend[] = []
  let cancel = (): void => {}

  const flush = (): void => {
    cancel()
    const calls = waiting
    waiting = []
    if (calls.length > 0) void sendTogether(queue, calls)
  }
  return {
    carries: queue.carries,
    delaysBy: queue.delaysBy,
    send: (messages) =>
      new Promise((resolve, reject) => {
        if (!fits([...waiting.flatMap((call) => call.messages), ...messages])) flush()
        waiting.push({ messages, resolve, reject })
        if (waiting.length === 1) cancel = clock.after(GATHER_MS, flush)
        if (waiting.flatMap((call) => call.messages).length >= BATCH_ENTRIES) flush()
      }),
  }
}

function fits(messages: readonly OutMessage[]): boolean {
  const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
  return messages.length <= BATCH_ENTRIES && bytes <= BATCH_BYTES
}

/**
 * Sending twice is safe, since every reader of a queue accepts repeated messages. A throw goes to every caller, since
 * the sent messages are unknown.
 */
async function sendTogether(queue: Queue, calls: readonly WaitingSend[]): Promise<void> {
  try {
    const { failed } = await queue.send(calls.flatMap(({ messages }) => messages))
    let first = 0
    for (const { messages, resolve } of calls) {
      const from = first
      first += messages.length
      const own = failed.filter((index) => index >= from && index < from + messages.length)
      resolve({ failed: own.map((index) => index - from) })
    }
  } catch (error) {
    for (const { reject } of calls) reject(error)
  }
}
