import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { createEvaluate } from '../../../functions/evaluate/handler.ts'
import { createForward } from '../../../functions/forward/handler.ts'
import { createNotify } from '../../../functions/notify/handler.ts'
import { createSweep } from '../../../functions/sweep/handler.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { channelType } from '../../../shared/channel/type.ts'
import { cloudEventsKind } from '../../../shared/channels/cloudevents/kind.ts'
import { sendCloudEvent } from '../../../shared/channels/cloudevents/send.ts'
import { webhookKind } from '../../../shared/channels/webhook/kind.ts'
import { sendWebhook } from '../../../shared/channels/webhook/send.ts'
import type { Outbound } from '../../../shared/outbound/request.ts'
import type { Queue } from '../../../shared/queue/port.ts'
import type { DeliverDeps } from '../../../shared/sending/deliver.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { noteError, work } from '../poller.ts'
import { faultyQueue, faultyTable, type Process } from '../process.ts'
import { metrics } from '../stage.ts'
import { type ChainStage, type Installation, reach } from './stage.ts'

const MOST_MESSAGES = 10
const MOST_DELIVERIES = 3

/** Loaded in advance: the load of a module takes turns outside the simulated clock. */
const CHANNELS = new Map([
  [webhookKind.type, channelType(webhookKind, async () => sendWebhook)],
  [cloudEventsKind.type, channelType(cloudEventsKind, async () => sendCloudEvent)],
])

/** All functions of one installation; their clocks may be wrong. */
export function startInstallation(stage: ChainStage, at: Installation): void {
  const { records, dispatchQueue, deliveries, forwards, name } = at
  for (const [index, skew] of stage.story.skewsMs.entries()) {
    work(stage, `${name} evaluate-${index}`, records, MOST_MESSAGES, (process) =>
      createEvaluate({
        ...common(stage, at, process, skew),
        dispatchQueue: queueOf(stage, process, 'alerts', dispatchQueue),
      }),
    )
    work(stage, `${name} dispatch-${index}`, dispatchQueue, MOST_MESSAGES, (process) =>
      createDispatch({
        ...common(stage, at, process, skew),
        dispatchQueue: queueOf(stage, process, 'alerts', dispatchQueue),
        deliveries: queueOf(stage, process, 'deliveries', deliveries),
        forwards: queueOf(stage, process, 'forwards', forwards),
        bodyBytes: stage.story.bodyBytes,
      }),
    )
    work(stage, `${name} notify-${index}`, deliveries, MOST_DELIVERIES, (process) =>
      createNotify({
        ...delivering(stage, at, process, skew),
        deliveries: queueOf(stage, process, 'deliveries', deliveries),
        channels: CHANNELS,
      }),
    )
    work(stage, `${name} forward-${index}`, forwards, MOST_DELIVERIES, (process) =>
      createForward(delivering(stage, at, process, skew)),
    )
  }
  const sweep = createSweep({ table: at.table, dispatchQueue, clock: stage.world.clock(), metrics })
  const again = (): void => {
    void sweep()
    stage.world.clock().at(stage.world.now() + (stage.stormy() ? MINUTE : 3 * MINUTE), again)
  }
  again()
}

function common(stage: ChainStage, at: Installation, process: Process, skew: number) {
  const clock = stage.world.clock(() => skew)
  const table = faultyTable(stage.world, process, stage.faults, at.table)
  const log = (entry: Record<string, string>): void => noteError(stage, process, entry.error ?? '')
  return {
    table,
    clock,
    configs: createConfigs({ table, clock, people: true }),
    chance: stage.world.chance,
    metrics,
    log,
  }
}

function delivering(stage: ChainStage, at: Installation, process: Process, skew: number): DeliverDeps {
  const request: Outbound = async (what) => {
    process.body.enter('request')
    // The sender's clock may be wrong; the receiver waits in true time.
    const result = await reach(stage, { ...what, giveUpAt: what.giveUpAt - skew })
    process.body.leave('request')
    return result
  }
  const { log: _, ...deps } = common(stage, at, process, skew)
  return {
    ...deps,
    dispatchQueue: queueOf(stage, process, 'alerts', at.dispatchQueue),
    secrets: at.secrets,
    publicUrl: 'http://tocsin.test',
    request,
  }
}

function queueOf(stage: ChainStage, process: Process, name: string, queue: Queue): Queue {
  return faultyQueue(stage.world, process, stage.faults, name, queue)
}
