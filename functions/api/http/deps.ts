import type { Log } from '../../../shared/base/log.ts'
import type { Metrics } from '../../../shared/base/metrics.ts'
import type { OrderOf } from '../../../shared/base/order.ts'
import type { Clock, Millis } from '../../../shared/base/time.ts'
import type { KeptHeads } from '../../../shared/group-store/heads.ts'
import type { Outbound } from '../../../shared/outbound/request.ts'
import type { Queue } from '../../../shared/queue/port.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import type { ConfigWithRules } from '../../../shared/rule-book/rule-book.ts'
import type { SecretBox } from '../../../shared/secret/seal.ts'
import type { Table } from '../../../shared/table/port.ts'

/** Dependencies of the api, which each host provides. */
export interface ApiDeps {
  table: Table
  /** The groups that dispatch keeps, in a host that shares its memory: a group with the stored version is not read. */
  keptGroups?: Pick<KeptHeads, 'look'>
  /** The queue that dispatch reads: actions, replays, and wakes after a change of the configuration. */
  dispatchQueue: Queue
  /** The queue that notify reads: tests of channels. */
  deliveries: Queue
  configs: { current(account: string): Promise<CompiledConfig & Pick<ConfigWithRules, 'rules' | 'parsedRules'>> }
  secrets: SecretBox
  clock: Clock
  /** The order of alerts that the api itself ends. Absent: by the clock. */
  orderOf?: OrderOf
  metrics: Metrics & { render(): string }
  log: Log
  publicUrl: string
  /** The way out to the network, for trying the target of forwarding. */
  request: Outbound
  /** Cryptographic randomness, for ids and API keys. */
  randomBytes(n: number): Buffer
  /** The operator's key, which creates accounts. Absent: no request can create an account. */
  adminKey?: string
  version: string
  startedAt: Millis
  /** Why the host cannot be relied on now, in words without data. Absent: the host does not watch itself. */
  complaints?(): string[]
}
