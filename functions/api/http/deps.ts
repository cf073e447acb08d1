import type { Log } from '../../../shared/base/log.ts'
import type { Metrics } from '../../../shared/base/metrics.ts'
import type { Clock, Millis } from '../../../shared/base/time.ts'
import type { Outbound } from '../../../shared/outbound/request.ts'
import type { Queue } from '../../../shared/queue/port.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import type { SecretBox } from '../../../shared/secret/seal.ts'
import type { Table } from '../../../shared/table/port.ts'

/** What the api works with; hosts fill it. */
export interface ApiDeps {
  table: Table
  /** The queue to dispatch: replays, and wakes after a change of configuration. */
  dispatchQueue: Queue
  configs: { current(account: string): Promise<CompiledConfig> }
  secrets: SecretBox
  clock: Clock
  metrics: Metrics & { render(): string }
  log: Log
  publicUrl: string
  /** The way out to the network, for trying out where alerts go. */
  request: Outbound
  /** For ids and API keys: cryptographic randomness. */
  randomBytes(n: number): Buffer
  /** Creates accounts. Absent: nobody can. */
  adminKey?: string
  version: string
  startedAt: Millis
}
