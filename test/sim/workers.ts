import { createDispatch } from '../../functions/dispatch/handler.ts'
import { createNotify } from '../../functions/notify/handler.ts'
import { createSweep } from '../../functions/sweep/handler.ts'
import { MINUTE } from '../../shared/base/time.ts'
import type { Send } from '../../shared/channels/channel.ts'
import { sendWebhook } from '../../shared/channels/webhook-send.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { faultyQueue, faultyTable, type Process } from './process.ts'
import { metrics, nowhere, type Stage, secrets } from './stage.ts'
import { between } from './world.ts'

/** A poller looks that often though nobody told it. */
const IDLE_MS = 10 * MINUTE
const MOST_ALERTS = 10
/** A worker that is called more often in one moment goes round in a circle. */
const MOST_AT_ONCE = 2000
const MOST_DELIVERIES = 3

/** Dispatchers, senders and the sweep; their clocks may be wrong. */
export function startWorkers(stage: Stage): void {
  const { story } = stage
  for (const [index, skew] of story.skewsMs.entries()) {
    work(stage, `dispatch-${index}`, stage.alerts, MOST_ALERTS, (process) => dispatchOf(stage, process, skew))
    work(stage, `notify-${index}`, stage.deliveries, MOST_DELIVERIES, (process) => notifyOf(stage, process, skew))
  }
  const sweep = createSweep({ table: stage.table, alerts: stage.alerts, clock: stage.world.clock(), metrics })
  const again = (): void => {
    void sweep()
    stage.world.clock().at(stage.world.now() + MINUTE, again)
  }
  again()
}

function dispatchOf(stage: Stage, process: Process, skew: number): QueueHandler {
  const clock = stage.world.clock(skew)
  const table = faultyTable(stage.world, process, stage.faults, stage.table)
  return createDispatch({
    table,
    alerts: faultyQueue(stage.world, process, stage.faults, 'alerts', stage.alerts),
    deliveries: faultyQueue(stage.world, process, stage.faults, 'deliveries', stage.deliveries),
    forwards: nowhere,
    configs: createConfigs({ table, clock }),
    clock,
    chance: stage.world.chance,
    metrics,
    log: (entry) => noteError(stage, process, entry.error ?? ''),
  })
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
    request: async (request) => {
      const { hostname, pathname } = new URL(request.url)
      const sink = stage.sinks.get(`${hostname.split('.')[0]}${pathname}`)
      process.body.enter('request')
      // The sender's clock may be wrong; the receiver waits in true time.
      const result = await sink!.request({ ...request, giveUpAt: request.giveUpAt - skew })
      process.body.leave('request')
      return result
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
    const process = stage.born(name)
    const handler = make(process)
    const died = (): boolean => !process.alive
    let [moment, calls] = [world.now(), 0]
    for (;;) {
      if (moment !== world.now()) [moment, calls] = [world.now(), 0]
      if (++calls > MOST_AT_ONCE) {
        stage.errors.push(`stuck: ${name} goes round and no time passes`)
        return
      }
      const messages = await queue.receive(story.fullBatches ? most : between(world.chance, 1, most))
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
    const cancel = world.clock().at(queue.nextVisibleAt() ?? world.now() + IDLE_MS, wake)
  })
}

/** One invocation: it ends when it is done or when it dies; after it the function stands still until the next. */
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
  process.begin()
  const settled = await Promise.race([
    handler(given).catch((error: unknown) => {
      noteError(stage, process, `Error out of the handler: ${String(error)}`)
      return { failed: messages.map(({ id }) => id) }
    }),
    process.died,
  ])
  // What it held becomes visible again by itself.
  if (settled === undefined) return
  process.settle()
  const failed = new Set(settled.failed)
  const done = messages.filter(({ id }) => !failed.has(id) && !(stage.stormy() && world.chance() < story.duplicate))
  await queue.ack(done.map(({ id }) => id))
  await queue.retry([...failed], between(world.chance, 500, 3000))
}
