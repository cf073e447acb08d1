import type { Millis } from '../../../shared/base/time.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { type ConfigChanged, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { wakeMessage } from '../../../shared/message/wake.ts'
import { MAX_DELAY_MS, type OutMessage, sendAll } from '../../../shared/queue/port.ts'
import { heldByMatchers } from '../groups/group-query.ts'
import { allCards } from '../groups/walk-cards.ts'
import type { ApiDeps } from '../http/deps.ts'

/** Above this number no groups are chosen: all groups of the account look. */
const MOST_GROUPS = 500

/**
 * Asks the groups whose alerts the matchers may match for a look at the muting, when a silence begins. Without the wake a
 * quiet group looks at its next repeat, and shows its alerts as told until then. Only lists and timelines depend on the
 * look: each flush asks the silences anew. So a lost wake is not sent again, and one look too many changes nothing.
 */
export async function lookAgain(
  { table, dispatchQueue, metrics }: Pick<ApiDeps, 'table' | 'dispatchQueue' | 'metrics'>,
  { account, now }: { account: string; now: Millis },
  matchers: readonly Matcher[],
  startsAt: Millis = now,
): Promise<void> {
  const delayMs = Math.max(0, startsAt - now)
  // A silence that begins later is looked at by the flushes of then.
  if (delayMs > MAX_DELAY_MS) return
  try {
    const { cards, more } = await allCards(table, account, MOST_GROUPS)
    const wakes = cards.flatMap(({ group, ...card }): OutMessage[] => {
      if (heldByMatchers(card, matchers) === 'no') return []
      return [{ ...wakeMessage({ account, group }), delayMs }]
    })
    const everybody: ConfigChanged = { v: MESSAGE_VERSION, kind: 'reconfigured', account }
    const sent = more ? [{ account, body: JSON.stringify(everybody), delayMs }] : wakes
    if ((await sendAll(dispatchQueue, sent)).failed.length > 0) metrics.add('tocsin_api_wakes_failed_total')
  } catch {
    metrics.add('tocsin_api_wakes_failed_total')
  }
}
