import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { type Clock, type Millis, toRfc3339 } from '../base/time.ts'
import type { Malformed, Newer } from '../message/parse.ts'
import type { Table } from '../table/port.ts'
import { keepUnreadable } from './refused.ts'

export interface UnreadableDeps {
  table: Table
  clock: Pick<Clock, 'now'>
  metrics: Metrics
  log?: Log
}

/** The function that received the message, and the queue of the message. */
export interface Reader {
  function: string
  queue: string
}

/** The kept part of a message, as large as the kept part of a body that ingest refuses. */
const KEPT_BYTES = 64 * 1024

/**
 * Settles a message that was not understood; true: the message is done. A newer message is handed back, for the workers
 * that are upgraded next. A malformed message would fail at every receive and end among the dead letters, where only
 * crashes belong. So a malformed message goes to the refused bodies of its account. The account may be unknown: the log
 * tells the operator of each such message.
 */
export async function settleUnread(
  deps: UnreadableDeps,
  by: Reader,
  message: { id: string; body: string; sentAt: Millis },
  unread: Newer | Malformed,
): Promise<boolean> {
  const reason = `a message of the queue ${by.queue} cannot be read: ${unread.reason}`
  const why = unread.newer ? 'newer' : 'malformed'
  deps.metrics.add('tocsin_messages_unreadable_total', { queue: by.queue, why })
  const account = unread.newer ? undefined : unread.account
  const whose: Record<string, string> = account === undefined ? {} : { account }
  deps.log?.({ at: toRfc3339(deps.clock.now()), function: by.function, what: message.id, ...whose, error: reason })
  if (unread.newer) return false
  if (account === undefined) return true
  const { integration } = unread
  const kept = {
    id: message.id,
    queue: by.queue,
    receivedAt: message.sentAt,
    reason,
    integration,
    body: Buffer.from(message.body).subarray(0, KEPT_BYTES).toString('base64'),
  }
  try {
    await keepUnreadable(deps.table, account, kept)
    return true
  } catch {
    // The table is away: the message comes again.
    deps.metrics.add('tocsin_errors_total', { function: by.function })
    return false
  }
}
