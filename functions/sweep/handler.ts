import type { Metrics } from '../../shared/base/metrics.ts'
import type { Clock } from '../../shared/base/time.ts'
import { wakeMessage } from '../../shared/message/wake.ts'
import { type OutMessage, type Queue, sendAll } from '../../shared/queue/port.ts'
import { parseGroupPartition } from '../../shared/table/keys.ts'
import { DUE_BUCKETS, type Table } from '../../shared/table/port.ts'

export interface SweepDeps {
  table: Table
  dispatchQueue: Queue
  clock: Clock
  metrics: Metrics
}

const KEYS_AT_ONCE = 500

/**
 * Wakes every due group. A due group's own wake was lost, or lay further off than a queue can delay. Sweep reads the
 * due index and sends wakes. A wake for a group already awake changes nothing, so running sweep twice, or late, is
 * safe. `everything`: every group with a moment to come is woken too, since the clock was set back and what those
 * moments mean has changed. A wake that the queue did not take is an error then: no later sweep finds the group.
 */
export function createSweep(deps: SweepDeps): (everything?: boolean) => Promise<void> {
  return async (everything = false) => {
    const until = everything ? Number.MAX_SAFE_INTEGER : deps.clock.now()
    for (let bucket = 0; bucket < DUE_BUCKETS; bucket++) {
      let after: string | undefined
      do {
        const page = await deps.table.due(bucket, until, { limit: KEYS_AT_ONCE, after })
        const { failed } = await sendAll(
          deps.dispatchQueue,
          page.keys.flatMap(({ partition }) => wake(partition)),
        )
        if (everything && failed.length > 0) throw new Error(`the queue did not take ${failed.length} wakes`)
        deps.metrics.add('tocsin_sweep_wakes_total', {}, page.keys.length)
        after = page.next
      } while (after !== undefined)
    }
  }
}

function wake(partition: string): OutMessage[] {
  const key = parseGroupPartition(partition)
  return key === undefined ? [] : [wakeMessage(key)]
}
