import type { Log } from '../../shared/base/log.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import type { OrderOf } from '../../shared/base/order.ts'
import type { Chance, Clock, Millis } from '../../shared/base/time.ts'
import type { FreshWords } from '../../shared/delivery/fresh-words.ts'
import type { KeptHeads } from '../../shared/group-store/heads.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { Refreshes } from '../../shared/refresh/refreshes.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { Table } from '../../shared/table/port.ts'

export interface DispatchDeps {
  table: Table
  /** The queue this handler is fed from: wakes and regrouped alerts go back into the same queue. */
  dispatchQueue: Queue
  /** The queue to notify. */
  deliveries: Queue
  /** The queue to forward. */
  forwards: Queue
  /**
   * Read anew for every batch: a decision under an old configuration would undo a decision under a newer configuration.
   */
  configs: { current(account: string): Promise<CompiledConfig> }
  clock: Clock
  chance: Chance
  /** The order of alerts that dispatch itself raises. Absent: by the clock. */
  orderOf?: OrderOf
  metrics: Metrics
  /** On one machine, which keeps refreshes in memory. `knownAt`: see `endsAfterStart`. */
  refreshes?: Refreshes & { knownAt: Millis }
  /** On one machine, where the api looks at the kept groups. Absent: dispatch alone keeps groups. */
  keptGroups?: KeptHeads
  /** Where notify is in the same process: the words that dispatch has just written. */
  fresh?: FreshWords
  /** Bytes of alerts in a message at most; absent: `BODY_BYTES`. */
  bodyBytes?: number
  log?: Log
}
