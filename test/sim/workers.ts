import { createDispatch } from '../../functions/dispatch/handler.ts'
import { createNotify } from '../../functions/notify/handler.ts'
import { createSweep } from '../../functions/sweep/handler.ts'
import { MINUTE } from '../../shared/base/time.ts'
import type { QueueHandler } from '../../shared/queue/port.ts'
import { createConfigs } from '../../shared/store/configs.ts'
import { MOST_IN_DIGEST, simulatedKinds, TIGHT } from './limited-kinds.ts'
import { USER } from './pager.ts'
import { noteError, work } from './poller.ts'
import { faultyQueue, faultyTable, type Process } from './process.ts'
import { metrics, nowhere, type Stage, secrets } from './stage.ts'
import { EPOCH } from './world.ts'

const MOST_ALERTS = 10
const MOST_DELIVERIES = 3

/** Dispatchers, senders and the sweep; their clocks may be wrong. */
export function startWorkers(stage: Stage): void {
  const { story } = stage
  for (const [index, wrongBy] of story.skewsMs.entries()) {
    const skew = (): number => stage.hubMs() + (stage.world.now() < EPOCH + story.setRightAtMs ? wrongBy : 0)
    work(stage, `dispatch-${index}`, stage.dispatchQueue, MOST_ALERTS, (process) => dispatchOf(stage, process, skew))
    work(stage, `notify-${index}`, stage.deliveries, MOST_DELIVERIES, (process) => notifyOf(stage, process, skew))
  }
  const sweep = createSweep({
    table: stage.table,
    dispatchQueue: stage.dispatchQueue,
    clock: stage.world.clock(stage.hubMs),
    metrics,
  })
  // As the host does when its clock was set back.
  const { hub } = story
  if (hub !== undefined && hub.wrongByMs > 0) stage.world.clock().after(hub.rightAtMs + 1, () => void sweep(true))
  const again = (): void => {
    void sweep()
    stage.world.clock().at(stage.world.now() + MINUTE, again)
  }
  again()
}

function dispatchOf(stage: Stage, process: Process, skew: () => number): QueueHandler {
  const clock = stage.world.clock(skew)
  const table = faultyTable(stage.world, process, stage.faults, stage.table)
  return createDispatch({
    table,
    dispatchQueue: faultyQueue(stage.world, process, stage.faults, 'alerts', stage.dispatchQueue),
    deliveries: faultyQueue(stage.world, process, stage.faults, 'deliveries', stage.deliveries),
    forwards: nowhere,
    configs: createConfigs({ table, clock, people: true }),
    clock,
    chance: stage.world.chance,
    orderOf: stage.orderOf,
    ...(stage.refreshes && { refreshes: stage.refreshes }),
    ...(stage.fresh && { fresh: stage.fresh }),
    metrics,
    bodyBytes: stage.story.bodyBytes,
    log: (entry) => noteError(stage, process, entry.error ?? ''),
  })
}

function notifyOf(stage: Stage, process: Process, skew: () => number): QueueHandler {
  const clock = stage.world.clock(skew)
  const table = faultyTable(stage.world, process, stage.faults, stage.table)
  return createNotify({
    table,
    dispatchQueue: faultyQueue(stage.world, process, stage.faults, 'alerts', stage.dispatchQueue),
    deliveries: faultyQueue(stage.world, process, stage.faults, 'deliveries', stage.deliveries),
    configs: createConfigs({ table, clock, secrets }),
    secrets,
    clock,
    chance: stage.world.chance,
    ...(stage.fresh && { fresh: stage.fresh }),
    publicUrl: 'http://tocsin.test',
    request: async (request) => {
      const { hostname, pathname } = new URL(request.url)
      const user = request.headers[USER]
      const sink = stage.sinks.get(`${hostname.split('.')[0]}${pathname}${user ? `@${user}` : ''}`)
      if (request.beginBy !== undefined && clock.now() > request.beginBy) {
        return { kind: 'unsent', reason: 'connection', detail: 'no connection in time' }
      }
      process.body.enter('request')
      // The sender's clock may be wrong; the receiver waits in true time.
      const result = await sink!.request({ ...request, giveUpAt: request.giveUpAt - skew() })
      process.body.leave('request')
      return result
    },
    metrics,
    channels: simulatedKinds(stage.story.limit ?? TIGHT, stage.story.digest ?? MOST_IN_DIGEST),
  })
}
