import type { Log } from '../../shared/base/log.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import type { Chance, Clock } from '../../shared/base/time.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { ConfigWithRules } from '../../shared/rule-book/rule-book.ts'
import type { Table } from '../../shared/table/port.ts'

export interface EvaluateDeps {
  table: Table
  /** The dispatch queue, for the alerts of rules. */
  dispatchQueue: Queue
  configs: { current(account: string): Promise<CompiledConfig & ConfigWithRules> }
  clock: Clock
  chance: Chance
  metrics: Metrics
  log?: Log
}
