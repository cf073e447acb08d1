import { createDispatch } from '../../functions/dispatch/handler.ts'
import { createIngest } from '../../functions/ingest/handler.ts'
import { createNotify } from '../../functions/notify/handler.ts'
import { createSweep } from '../../functions/sweep/handler.ts'
import { integrationToken } from '../../shared/account/token.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import { MINUTE } from '../../shared/base/time.ts'
import type { Send } from '../../shared/channels/channel.ts'
import { sendWebhook } from '../../shared/channels/webhook-send.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { createConfigs, saveConfig } from '../../shared/store/configs.ts'
import type { Item, Table } from '../../shared/store/port.ts'
import { readSilences, saveSilences } from '../../shared/store/silences.ts'
import { createProcess, type FaultRates, faultyQueue, faultyTable, NO_FAULTS, type Process } from './process.ts'
import { memoryQueue } from './queue.ts'
import { createSink, GOOD_SINK, type Sink, type SinkRates } from './sink.ts'
import { drawStory, type Post, type Story } from './story.ts'
import { memoryTable } from './table.ts'
import { between, createWorld, EPOCH, mulberry32, type World } from './world.ts'

/** What a run leaves to be checked. */
export interface Outcome {
  story: Story
  world: World
  table: Table
  /** Every item there is. */
  everything(): Item[]
  sinks: Map<string, Sink>
  /** Posts that were answered 2xx, in the order they were accepted; ingest's clock is the world's. */
  accepted: (Post & { at: number })[]
  errors: string[]
  quiet: boolean
}

interface Stage {
  world: World
  story: Story
  table: Table
  alerts: ReturnType<typeof memoryQueue>
  deliveries: ReturnType<typeof memoryQueue>
  sinks: Map<string, Sink>
  stormy: () => boolean
  faults: () => FaultRates
  errors: string[]
}

const metrics: Metrics = { add() {}, set() {} }
const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size, 1))

/** Faults end with the storm; by then everything has to come to rest and be true. */
export async function runSeed(
  seed: number,
  options: { clean?: boolean; story?: (story: Story) => Story } = {},
): Promise<Outcome> {
  const drawn = drawStory(mulberry32(seed ^ 0x5eed), options.clean ?? false)
  const story = options.story?.(drawn) ?? drawn
  const world = createWorld(seed)
  const clock = world.clock()
  const table = memoryTable(clock)
  const stormy = (): boolean => world.now() < EPOCH + story.stormMs
  const sinkRates = (): SinkRates => (stormy() ? story.sink : { ...GOOD_SINK, latencyMs: story.sink.latencyMs })
  const sinks = new Map<string, Sink>()
  for (const account of story.accounts) {
    for (const id of ['ops', 'dev']) sinks.set(`${account}/${id}`, createSink(world, `${account}/${id}`, sinkRates))
  }
  const stage: Stage = {
    world,
    story,
    table,
    sinks,
    stormy,
    alerts: memoryQueue(clock),
    deliveries: memoryQueue(clock),
    faults: () => (stormy() ? story.faults : NO_FAULTS),
    errors: [],
  }
  for (const account of story.accounts)
    await saveConfig(table, account, forAccount(story.sections, account), { now: EPOCH })
  const accepted: Outcome['accepted'] = []
  startWorkers(stage)
  startPeople(stage)
  for (const account of story.accounts) void post(stage, account, accepted)
  await world.run(EPOCH + story.stormMs)
  const quiet = await drain(stage)
  return { story, world, table, everything: table.everything, sinks, accepted, errors: stage.errors, quiet }
}

/** Every account has the same ids; only the address tells whose channel it is. */
function forAccount(sections: Story['sections'], account: string): Story['sections'] {
  const channels = sections.channels.map((channel) => ({
    ...channel,
    settings: { ...channel.settings, url: secrets.seal(`http://${account}.test/${channel.id}`) },
  }))
  return { ...sections, channels }
}

/** Longer than a message can live, sweep and every retry of a long backoff included. */
const PATIENCE_MS = 4 * 60 * MINUTE
/** Nothing has happened for so long, and nothing is due before the end of the world. */
const STEP_MS = 10 * MINUTE

async function drain({ world, alerts, deliveries }: Stage): Promise<boolean> {
  const end = world.now() + PATIENCE_MS
  while (world.now() < end) {
    await alerts.redrive()
    await deliveries.redrive()
    await world.run(world.now() + STEP_MS)
  }
  // A muted group ticks for ever: between two ticks there is nothing to do.
  for (let look = 0; look < 50; look++) {
    const depths = [alerts.depth(), deliveries.depth()]
    if (depths.every(({ ready, inFlight, dead }) => ready + inFlight + dead === 0)) return true
    await world.run(world.now() + 37)
  }
  return false
}

function startWorkers(stage: Stage): void {
  const { story } = stage
  for (let index = 0; index < story.workers; index++) {
    const skew = index === 0 ? 0 : story.skewMs * (index === 1 ? 1 : -1)
    work(stage, `dispatch-${index}`, stage.alerts, 10, (process) => {
      const clock = stage.world.clock(skew)
      const table = faultyTable(stage.world, process, stage.faults, stage.table)
      return createDispatch({
        table,
        alerts: faultyQueue(stage.world, process, stage.faults, 'alerts', stage.alerts),
        deliveries: faultyQueue(stage.world, process, stage.faults, 'deliveries', stage.deliveries),
        forwards: stage.deliveries,
        configs: createConfigs({ table, clock }),
        clock,
        chance: stage.world.chance,
        metrics,
        log: (entry) => noteError(stage, process, entry.error ?? ''),
      })
    })
    work(stage, `notify-${index}`, stage.deliveries, 3, (process) => notifyOf(stage, process, skew))
  }
  const sweep = createSweep({ table: stage.table, alerts: stage.alerts, clock: stage.world.clock(), metrics })
  const again = (): void => {
    void sweep()
    stage.world.clock().at(stage.world.now() + MINUTE, again)
  }
  again()
}

function notifyOf(stage: Stage, process: Process, skew: number): QueueHandler {
  const clock = stage.world.clock(skew)
  const table = faultyTable(stage.world, process, stage.faults, stage.table)
  return createNotify({
    table,
    alerts: faultyQueue(stage.world, process, stage.faults, 'alerts', stage.alerts),
    configs: createConfigs({ table, clock }),
    secrets,
    clock,
    chance: stage.world.chance,
    publicUrl: 'http://tocsin.test',
    request: (request) => {
      const { hostname, pathname } = new URL(request.url)
      const sink = stage.sinks.get(`${hostname.split('.')[0]}${pathname}`)
      // The sender's clock may be wrong; the receiver waits in true time.
      return sink!.request({ ...request, giveUpAt: request.giveUpAt - skew })
    },
    metrics,
    // Loaded already: a module that is being loaded takes turns that no clock here owns.
    senders: async () => sendWebhook as Send<unknown>,
  })
}

function noteError(stage: Stage, process: Process, error: string): void {
  stage.world.say(`${process.name} reports ${error}`)
  if (!error.includes('Fault') && !/failed$|answer lost$/.test(error)) stage.errors.push(`${process.name}: ${error}`)
}

/** A poller and its function: batches, one at a time; a crash is followed by a new life. */
function work(
  stage: Stage,
  name: string,
  queue: Stage['alerts'],
  most: number,
  make: (process: Process) => QueueHandler,
): void {
  const { world, story } = stage
  const live = async (): Promise<void> => {
    const process = createProcess(name)
    const handler = make(process)
    const died = (): boolean => !process.alive
    for (;;) {
      const messages = await queue.receive(between(world.chance, 1, most))
      if (messages.length === 0) {
        await nextMessage(stage, queue)
        continue
      }
      if (story.shuffleMs > 0 && stage.stormy()) await world.sleep(between(world.chance, 0, story.shuffleMs))
      await invoke(stage, process, handler, queue, messages)
      if (died()) break
    }
    await world.sleep(between(world.chance, 100, 5000))
    void live()
  }
  void live()
}

/** Sleeps until the queue has something, or a while: like a poller. */
function nextMessage({ world }: Stage, queue: Stage['alerts']): Promise<void> {
  return new Promise((resolve) => {
    const forget = queue.onSend(() => wake())
    let woken = false
    const wake = (): void => {
      if (woken) return
      woken = true
      forget()
      cancel()
      resolve()
    }
    const cancel = world.clock().at(queue.nextVisibleAt() ?? world.now() + STEP_MS, wake)
  })
}

/** One invocation: it ends when it is done, when it dies, or at the function's time-out. */
async function invoke(
  stage: Stage,
  process: Process,
  handler: QueueHandler,
  queue: Stage['alerts'],
  messages: InMessage[],
): Promise<void> {
  const { world, story } = stage
  const given = messages.flatMap((message) =>
    stage.stormy() && world.chance() < story.duplicate / 3 ? [message, message] : [message],
  )
  const settled = await Promise.race([
    handler(given).catch((error: unknown) => {
      noteError(stage, process, `Error out of the handler: ${String(error)}`)
      return { failed: messages.map(({ id }) => id) }
    }),
    process.died,
  ])
  // What it held becomes visible again by itself.
  if (settled === undefined) return
  const failed = new Set(settled.failed)
  const done = messages.filter(({ id }) => !failed.has(id) && !(stage.stormy() && world.chance() < story.duplicate))
  await queue.ack(done.map(({ id }) => id))
  await queue.retry([...failed], between(world.chance, 500, 3000))
}

function startPeople(stage: Stage): void {
  const { world, story, table } = stage
  const clock = world.clock()
  const { changed, silence } = story
  if (changed !== undefined) {
    clock.at(EPOCH + story.changeAtMs, () => {
      world.say('the configuration changes')
      for (const account of story.accounts)
        void saveConfig(table, account, forAccount(changed, account), { now: world.now() })
    })
  }
  if (silence !== undefined) {
    clock.at(EPOCH + silence.atMs, () => {
      world.say(`${silence.name} is silenced`)
      for (const account of story.accounts) void silenceName(stage, account, silence.name, EPOCH + silence.untilMs)
    })
  }
}

async function silenceName({ table, world }: Stage, account: string, value: string, endsAt: number): Promise<void> {
  const { silences, version } = await readSilences(table, account)
  const now = world.now()
  const matchers = [{ name: 'name', op: '=' as const, value }]
  const silence = { id: 'quiet', matchers, startsAt: now, endsAt, updatedAt: now, createdBy: 'sim', comment: '' }
  await saveSilences(table, account, [...silences, silence], version)
}

/** One sender: it posts its alerts one after the other, and again until it is answered 2xx. */
async function post(stage: Stage, account: string, accepted: Outcome['accepted']): Promise<void> {
  const { world, story } = stage
  const token = integrationToken(secrets, account, 'default', 0)
  for (const item of story.posts.filter((one) => one.account === account)) {
    if (EPOCH + item.atMs > world.now()) await world.sleep(EPOCH + item.atMs - world.now())
    for (;;) {
      const process = createProcess('ingest')
      const table = faultyTable(world, process, stage.faults, stage.table)
      const ingest = createIngest({
        alerts: faultyQueue(world, process, stage.faults, 'alerts', stage.alerts),
        records: { send: () => Promise.reject(new Error('nobody posts records here')) },
        configs: createConfigs({ table, clock: world.clock() }),
        secrets,
        clock: world.clock(),
        metrics,
      })
      const answer = await Promise.race([
        ingest(requestOf(token, account, item, world.now())).then(
          ({ status }) => status,
          () => 503,
        ),
        process.died.then(() => 0),
      ])
      process.die()
      if (answer === 200) break
      await world.sleep(between(world.chance, 50, 900))
    }
    world.say(`${account} accepted ${item.name}/${item.group} ${item.status}`)
    accepted.push({ ...item, at: world.now() })
    await world.sleep(1)
  }
}

function requestOf(token: string, account: string, item: Post, now: number): Request {
  const labels = { name: item.name, group: item.group, account }
  const time = (at: number): string => new Date(at).toISOString()
  const ends =
    item.status === 'resolved'
      ? { endsAt: time(now) }
      : item.endsAfterMs === undefined
        ? {}
        : { endsAt: time(now + item.endsAfterMs) }
  const body = JSON.stringify([{ labels, startsAt: time(now), ...ends }])
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  // Not a real Request: its body comes by a stream, and a stream takes turns that no clock here owns.
  const url = `http://tocsin.test/i/${token}/api/v2/alerts`
  return {
    method: 'POST',
    url,
    headers: new Headers(headers),
    bytes: async () => Buffer.from(body),
  } as unknown as Request
}
