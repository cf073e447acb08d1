import type { DispatchDeps } from '../../functions/dispatch/handler.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import { createOrder, type OrderOf } from '../../shared/base/order.ts'
import { MINUTE, type Millis } from '../../shared/base/time.ts'
import { createFreshWords, type FreshWords } from '../../shared/delivery/fresh-words.ts'
import type { Queue } from '../../shared/queue/port.ts'
import { createAbsorbed } from '../../shared/refresh/absorbed.ts'
import { createRefreshes, type RefreshKeeper } from '../../shared/refresh/refreshes.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import type { Item } from '../../shared/table/port.ts'
import { hasFlow } from './flows/story.ts'
import { type KnownConfig, type SavedGroup, watchGroups } from './flows/watch.ts'
import { createMachine, type Machine } from './machine.ts'
import { createProcess, type FaultRates, NO_FAULTS, type Process } from './process.ts'
import { memoryQueue } from './queue.ts'
import { createSink, GOOD_SINK, type Sink, type SinkRates } from './sink.ts'
import type { Post, Story } from './story.ts'
import { type MemoryTable, memoryTable } from './table.ts'
import { watchTimelines } from './timelines.ts'
import { createWorld, EPOCH, type World } from './world.ts'

/** A post answered 2xx, and when. */
export interface Accepted extends Post {
  at: Millis
}

/** The results of a run, to be checked. */
export interface Outcome {
  story: Story
  world: World
  table: MemoryTable
  /** Every item there is. */
  everything(): Item[]
  /** The entries of timelines that saved heads noted: `timelines.ts`. */
  noted: Map<string, string[]>
  sinks: Map<string, Sink>
  /** Posts in the order of acceptance; ingest's clock is the world's. */
  accepted: Accepted[]
  /** Every save of a group, and every configuration: of stories with flows. */
  saved: SavedGroup[]
  known: KnownConfig[]
  errors: string[]
  quiet: boolean
}

/** Parts of a run that workers, senders and people share. */
export interface Stage {
  world: World
  story: Story
  table: MemoryTable
  noted: Map<string, string[]>
  dispatchQueue: ReturnType<typeof memoryQueue>
  deliveries: ReturnType<typeof memoryQueue>
  sinks: Map<string, Sink>
  /** Faults end with the storm. */
  stormy: () => boolean
  faults: () => FaultRates
  /** A function that begins to live. An effect that the function's answer did not wait for is noted as an error. */
  born: (name: string) => Process
  /** The error of the whole hub's clock now. */
  hubMs: () => number
  /** The order of what ingest receives, and of what dispatch raises. */
  orderOf: OrderOf
  /** The one machine of the story, and its memory. */
  machine?: Machine
  refreshes?: DispatchDeps['refreshes']
  /** What each container of ingest has passed on: of stories with containers. */
  containers: RefreshKeeper[]
  fresh?: FreshWords
  accepted: Accepted[]
  saved: SavedGroup[]
  known: KnownConfig[]
  errors: string[]
}

export const metrics: Metrics = { add() {}, set() {}, observe() {} }
/** A queue without messages of a story. */
export const nowhere: Queue = { send: () => Promise.reject(new Error('nothing is sent there')) }
export const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size, 1))

/** The memory of a machine that starts now. */
function emptyRefreshes(world: World): NonNullable<DispatchDeps['refreshes']> {
  return { ...createRefreshes(), knownAt: world.now() }
}

/** Room for four rows in a head, so that a few alerts need runs already; in every second run. */
const SMALL_HEADS = { wholeBytes: 400 }
/** Entries of the index `due` on a grid, as in DynamoDB: in half of the runs, and on no single machine. */
const ON_GRID = { dueGridMs: 5 * MINUTE }
/** Words go along with their messages, never, always or when they are short, so that every seed has one of these. */
const CARRIES = [undefined, 8 * 1024, 300]

/** Every target that a story can have, by its key. */
function receivers({ sections, changes }: Story): Set<string> {
  const all = [sections, ...changes.map((change) => change.sections)]
  const users = all.flatMap(({ users }) => users.map(({ id }) => id))
  const pagers = sections.channels.filter(({ type }) => type === 'pager' || type === 'sms')
  return new Set(['ops', 'dev', ...pagers.flatMap(({ id }) => users.map((user) => `${id}@${user}`))])
}

export function createStage(seed: number, story: Story): Stage {
  const world = createWorld(seed)
  const clock = world.clock()
  const stormy = (): boolean => world.now() < EPOCH + story.stormMs
  const sinkRates = (): SinkRates => (stormy() ? story.sink : { ...GOOD_SINK, latencyMs: story.sink.latencyMs })
  const sinks = new Map<string, Sink>()
  for (const account of story.accounts) {
    for (const id of receivers(story)) sinks.set(`${account}/${id}`, createSink(world, `${account}/${id}`, sinkRates))
  }
  const errors: string[] = []
  const hubMs = (): number => (world.now() < EPOCH + (story.hub?.rightAtMs ?? 0) ? (story.hub?.wrongByMs ?? 0) : 0)
  const faults = (): FaultRates => (stormy() ? story.faults : NO_FAULTS)
  const failsByChance = (): boolean => world.chance() < (faults().commitFails ?? 0)
  const machine = story.oneMachine
    ? createMachine({
        world,
        commitMs: () => faults().latencyMs,
        fails: () => faults().decree?.('machine', 'commit', world.now()) === 'fails' || failsByChance(),
        begins: () => beginAnew(),
      })
    : undefined
  const carries = story.oneMachine || story.reported ? undefined : CARRIES[seed % CARRIES.length]
  const hints = { ...(seed % 2 === 1 && SMALL_HEADS), ...(seed % 4 >= 2 && !story.oneMachine && ON_GRID) }
  const memory = memoryTable(clock, () => (stormy() ? story.indexLagMs : 0), { ...hints, disk: machine })
  const { saved, table } = hasFlow(story) ? watchGroups(world, memory) : { saved: [], table: memory }
  const stage: Stage = {
    world,
    hubMs,
    orderOf: createOrder().orderOf,
    story,
    ...watchTimelines(table, machine),
    saved,
    known: [],
    sinks,
    stormy,
    dispatchQueue: memoryQueue(clock, undefined, hubMs, machine),
    deliveries: memoryQueue(clock, carries, hubMs, machine),
    faults,
    born(name) {
      const process = createProcess(name, (effect) => errors.push(`floating: ${name} did not wait for "${effect}"`))
      machine?.join(process)
      return process
    },
    ...(machine && { machine, refreshes: emptyRefreshes(world), fresh: createFreshWords() }),
    containers: Array.from({ length: story.containers ?? 0 }, () => createAbsorbed()),
    accepted: [],
    errors,
  }
  const beginAnew = (): void => {
    stage.refreshes = emptyRefreshes(world)
    stage.fresh = createFreshWords()
    stage.dispatchQueue.restart()
    stage.deliveries.restart()
  }
  return stage
}
