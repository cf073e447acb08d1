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

/** Which function got it, and from which queue. */
export interface Reader {
  function: string
  queue: string
}

/** As much of it as of a body that ingest refuses. */
const KEPT_BYTES = 64 * 1024

/**
 * What becomes of a message that was not understood; true: it is done with. A newer one is handed back, for
 * whoever is upgraded next. A malformed one would fail for ever and end where only crashes belong, so it goes to the
 * refused ones of its account. Whose it is may be unknown: the operator is told of each, in the log.
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
    ...{ id: message.id, queue: by.queue, receivedAt: message.sentAt, reason },
    ...(integration === undefined ? {} : { integration }),
    body: Buffer.from(message.body).subarray(0, KEPT_BYTES).toString('base64'),
  }
  try {
    await keepUnreadable(deps.table, account, kept)
    return true
  } catch {
    // The table is away: it comes again.
    deps.metrics.add('tocsin_errors_total', { function: by.function })
    return false
  }
}
