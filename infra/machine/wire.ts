import { takeCensus } from '../../functions/api/alertmanager/census.ts'
import { createDispatch } from '../../functions/dispatch/handler.ts'
import { createIngest } from '../../functions/ingest/handler.ts'
import { createSweep } from '../../functions/sweep/handler.ts'
import { isForIngest } from '../../shared/account/integration-path.ts'
import { basePathOf, requestPath } from '../../shared/account/request-path.ts'
import type { Log } from '../../shared/base/log.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import type { Chance } from '../../shared/base/time.ts'
import { VERSION } from '../../shared/base/version.ts'
import { createFreshWords } from '../../shared/delivery/fresh-words.ts'
import { createKeptHeads } from '../../shared/group-store/heads.ts'
import type { Registry } from '../../shared/metrics/registry.ts'
import { createConnect } from '../../shared/outbound/mail.ts'
import { createOutbound } from '../../shared/outbound/outbound.ts'
import type { Receiver } from '../../shared/queue/receiver.ts'
import { createRefreshes } from '../../shared/refresh/refreshes.ts'
import type { SecretBox } from '../../shared/secret/seal.ts'
import type { SqliteFile } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { createChannelHealth } from '../../shared/store/channel-health.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import type { Table } from '../../shared/table/port.ts'
import type { HostClock } from '../clock.ts'
import { noteReads, startCensus } from './census.ts'
import type { Checked } from './check.ts'
import { beganBy, createRetention, followSteps } from './clock-steps.ts'
import type { HttpHandler } from './http.ts'
import { keepConfigs } from './kept-configs.ts'
import { late } from './late.ts'
import { createLateApi } from './late-api.ts'
import { dispatchPace } from './pace.ts'
import { type OwnMemory, type RestOptions, startRest } from './rest.ts'
import { everyMinute, type Schedule } from './schedule.ts'
import { plainSlots, type Slots, sharedSlots } from './slots.ts'
import { startWatch, type Watch, type WatchOptions } from './watch.ts'
import { type WatchedPart, watched } from './watched-part.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'

export interface WireOptions {
  clock: HostClock
  chance: Chance
  randomBytes(size: number): Buffer
  publicUrl: string
  hostAddress?: string
  allowTargets: readonly string[]
  nameServers?: readonly string[]
  adminKey?: string
  file: SqliteFile
  metrics: Registry
  secrets: SecretBox
  log: Log
  /** Checks the database file. Absent: nothing watches the host. */
  check?(signal: AbortSignal): Promise<Checked>
  /** Absent: the host keeps its memory. */
  memory?: OwnMemory
}

/** The functions over the embedded table and queues. */
export interface Machine {
  table: Table
  handle: HttpHandler
  /** Begins to work on the queues and to sweep. */
  start(): void
  busy(): number
  /** Receives no more; resolves when the work under way is over, or after `graceMs`. */
  stop(graceMs?: number): Promise<void>
}

/**
 * Dispatch folds the alerts of a batch for a group into a single save, so few large invocations, one at a time. A receive
 * has a limit of characters as well, so many messages are small messages.
 */
const ALERTS = { batch: 10_000, gathers: true, slots: () => plainSlots(1) } as const
/** A message may contain a thousand records; two invocations at once would only wait for each other's windows. */
const RECORDS = { batch: 10, slots: () => plainSlots(1) }
/** Notify and forward wait for targets, so many invocations with a single message each. */
export const DELIVERIES = {
  batch: 1,
  slots: () => sharedSlots({ pool: 32, perLane: 4, perAccount: 8, lanes: 16, most: 256 }),
}

/** Functions that a quiet host does not need. */
const evaluateCode = () => import('../../functions/evaluate/handler.ts')
const notifyCode = () => import('../../functions/notify/handler.ts')
const forwardCode = () => import('../../functions/forward/handler.ts')

export function wire(options: WireOptions): Machine {
  const { clock, file, log, randomBytes } = options
  const stored = sqliteTable(file, clock, options.chance)
  const { table, configs } = keepConfigs(
    stored,
    createConfigs({ table: stored, clock, people: true, secrets: options.secrets }),
  )
  const queues = queuesOf(file, clock)
  const { alerts: dispatchQueue, records, deliveries, forwards } = queues
  const { metrics, readAt } = noteReads(clock, options.metrics)
  const sinks = { dispatchQueue, records, deliveries, forwards, orderOf: file.orderOf, fresh: createFreshWords() }
  const refreshes = { ...createRefreshes(), knownAt: file.knownAt }
  const keptGroups = createKeptHeads()
  const deps = { ...options, ...sinks, table, metrics, configs, refreshes, keptGroups, ...waysOut(options) }

  const ingest = createIngest({ ...deps, durable: table.durable, ids: () => randomBytes(8).toString('hex') })
  let own: OwnWork | undefined
  const complaints = (): string[] => own?.watch.complaints() ?? refusalOf(file)
  if (file.refusal() !== undefined) metrics.set('tocsin_ready', {}, 0)
  const api = createLateApi({ ...deps, version: VERSION, startedAt: clock.now(), complaints }, options.metrics)
  const pace = dispatchPace(clock, deliveries)
  const dispatch = late(async () => createDispatch({ ...deps, deliveries: pace.deliveries }))
  const evaluate = late(async () => (await evaluateCode()).createEvaluate(deps))
  // The lock on the data directory makes this process the only process.
  const sending = { ...deps, aloneSince: beganBy(clock) }
  const notify = late(async () => (await notifyCode()).createNotify({ ...sending, health: createChannelHealth(table) }))
  const forward = late(async () => (await forwardCode()).createForward(sending))
  const retention = createRetention(clock, file.knownAt, stored.expire)
  const minutely = workOfTheMinute(createSweep(deps), retention.expire, queues, metrics)
  const working: (Worker | Schedule)[] = []
  const base = basePathOf(options.publicUrl)
  let steps: { stop(): void } | undefined
  let posts = 0
  const busy = (): number => working.reduce((sum, part) => sum + part.busy(), 0)
  return {
    table,
    handle(asked) {
      if (!isForIngest(asked.method, requestPath(asked.url, base).path)) return api(asked)
      posts++
      return ingest(asked)
    },
    start() {
      const parts: WatchedPart[] = []
      const work = (settings: Omit<WorkerOptions, 'clock' | 'log' | 'slots'> & { slots(): Slots }): void => {
        const { name, receiver, slots } = settings
        const { run: handle, part } = watched(name, settings.handle, () => receiver.depth().ready > 0)
        parts.push(part)
        working.push(startWorker({ ...settings, slots: slots(), handle, clock, log }))
      }
      work({ ...ALERTS, pauseMs: pace.pauseMs, name: 'dispatch', receiver: dispatchQueue, handle: dispatch.handle })
      work({ ...RECORDS, name: 'evaluate', receiver: records, handle: evaluate.handle })
      work({ ...DELIVERIES, name: 'notify', receiver: deliveries, handle: notify.handle })
      work({ ...DELIVERIES, name: 'forward', receiver: forwards, handle: forward.handle })
      const sweep = watched('sweep', minutely, () => false)
      parts.push(sweep.part)
      const sweeps = everyMinute(clock, sweep.run, log)
      working.push(sweeps)
      steps = followSteps({ clock, file, queues, sweeps, log })
      if (!options.check) return
      const kept = [dispatch, { forget: keptGroups.forgetAll }, evaluate, refreshes]
      own = startOwnWork({ ...deps, parts, check: options.check, readAt, posts: () => posts, busy, kept })
    },
    busy,
    async stop(graceMs) {
      const ending = [...working, own, steps, retention].map((part) => part?.stop())
      await Promise.race([Promise.all(ending), ...(graceMs === undefined ? [] : [afterMs(graceMs)])])
    },
  }
}

interface OwnWork {
  watch: Watch
  stop(): Promise<unknown>
}

interface OwnWorkOptions extends Omit<WatchOptions, 'clock' | 'metrics'>, Pick<RestOptions, 'posts' | 'kept'> {
  clock: HostClock
  metrics: Registry
  memory?: OwnMemory
  table: Table
  configs: ReturnType<typeof createConfigs>
  dispatchQueue: Receiver
  readAt(): number
  busy(): number
}

/** The work of a host without a message: the watch over its parts, the count of alerts for the metrics, the rest. */
function startOwnWork(options: OwnWorkOptions): OwnWork {
  const { clock, log, memory, readAt, busy, dispatchQueue } = options
  const isIdle = (): boolean => {
    const { ready, inFlight } = dispatchQueue.depth()
    return busy() + ready + inFlight === 0
  }
  const watch = startWatch(options)
  const census = startCensus({ clock, run: (pause) => takeCensus(options, pause), log, readAt })
  const rest = memory && startRest({ ...options, memory, isIdle })
  return { watch, stop: () => Promise.all([watch.stop(), census.stop(), rest?.stop()]) }
}

function refusalOf(file: SqliteFile): string[] {
  const refusal = file.refusal()
  return refusal === undefined ? [] : [`the database cannot be used: ${refusal}`]
}

function waysOut({ clock, allowTargets: allow, nameServers }: WireOptions) {
  const deps = { clock, allow, nameServers }
  return { request: createOutbound(deps), connect: createConnect(deps) }
}

function queuesOf(file: SqliteFile, clock: HostClock) {
  const [alerts, records] = [sqliteQueue(file, clock, 'alerts'), sqliteQueue(file, clock, 'records')]
  const [deliveries, forwards] = [sqliteQueue(file, clock, 'deliveries'), sqliteQueue(file, clock, 'forwards')]
  return { alerts, records, deliveries, forwards }
}

/** After the sweep, the work that DynamoDB does without help, and the figures of queues that CloudWatch would have. */
function workOfTheMinute(
  sweep: (everything: boolean) => Promise<void>,
  expire: () => Promise<number>,
  queues: Readonly<Record<string, Receiver>>,
  metrics: Metrics,
): (everything: boolean) => Promise<void> {
  return async (everything) => {
    await sweep(everything)
    while ((await expire()) > 0);
    for (const [queue, receiver] of Object.entries(queues)) {
      for (const [state, count] of Object.entries(receiver.depth())) {
        metrics.set('tocsin_queue_messages', { queue, state }, count)
      }
    }
  }
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
