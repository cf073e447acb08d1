import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNotify } from '../../functions/notify/handler.ts'
import { gatherSends } from '../../infra/aws/gathered.ts'
import { lambdaQueue } from '../../infra/aws/queue.ts'
import { systemClock as clock } from '../../infra/clock.ts'
import { HOUR, MINUTE } from '../../shared/base/time.ts'
import type { Channel } from '../../shared/config/config.ts'
import type { Delivery, Notification } from '../../shared/delivery/delivery.ts'
import { putDeliveries } from '../../shared/group-store/deliveries.ts'
import { MESSAGE_VERSION } from '../../shared/message/message.ts'
import { createRegistry } from '../../shared/metrics/registry.ts'
import { createOutbound } from '../../shared/outbound/outbound.ts'
import type { Queue } from '../../shared/queue/port.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { context, sqsEvent } from '../fakes/lambda-events.ts'
import { memoryTable } from '../sim/table.ts'

/*
 * The time of `notify` on AWS that is paid for: the handler as Lambda calls the handler, with targets on this machine
 * that answer after a while. The floor of a function that sends one message after the other is measured in the same run.
 * The table is in memory, and the queue takes each message at once.
 */

const TARGET_MS = 150
const BATCH = 10

/** By name: messages in an event, receives of each message, and deliveries to measure. */
const CASES = {
  'one after the other': { size: 1, receives: 1, deliveries: 60 },
  'batches of ten': { size: BATCH, receives: 1, deliveries: 600 },
  'batches of ten that failed before': { size: BATCH, receives: 2, deliveries: 600 },
}

/** Prints a line for each case. */
export async function benchDeliveries(): Promise<void> {
  const target = createServer((_, answer) => setTimeout(() => answer.end('ok'), TARGET_MS))
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening))
  const notify = openNotify((target.address() as AddressInfo).port)
  console.log(`deliveries to targets that take ${TARGET_MS} ms: handler-seconds for 1,000`)
  let floor: number | undefined
  try {
    await notify.seconds({ size: BATCH, receives: 1, deliveries: BATCH })
    for (const [name, one] of Object.entries(CASES)) {
      const perThousand = ((await notify.seconds(one)) / one.deliveries) * 1000
      floor ??= perThousand
      console.log(`  ${name.padEnd(36)} ${perThousand.toFixed(1).padStart(6)}  ${(perThousand / floor).toFixed(3)}`)
    }
    console.log('')
  } finally {
    target.close()
  }
}

function openNotify(port: number) {
  const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size))
  const channel: Channel = {
    ...{ id: 'hook', type: 'webhook', sendResolved: true },
    settings: { url: secrets.seal(`http://127.0.0.1:${port}/`) },
  }
  const table = memoryTable(clock)
  const taken: Queue = { send: async () => ({ failed: [] }) }
  const handler = lambdaQueue(
    createNotify({
      ...{ table, clock, secrets, deliveries: taken, chance: Math.random, metrics: createRegistry() },
      dispatchQueue: gatherSends(taken, clock),
      configs: { current: async () => ({ channel: () => channel, person: async () => undefined }) },
      publicUrl: 'http://bench.test',
      request: createOutbound({ clock, allow: [`127.0.0.1:${port}`] }),
    }),
    { sideBySide: true },
  )
  let made = 0
  const open = async (): Promise<string> => {
    const id = `g-d${made++}`
    const now = clock.now()
    const notification: Notification = {
      ...{ receiver: 'r', groupKey: '{}:{}', groupLabels: {}, reason: 'first', alerts: [], truncated: 0 },
    }
    const delivery: Delivery = {
      ...{ id, account: 'bench', group: 'g', policy: 'p', target: 'hook', openedAt: now, notification },
      ...{ firing: [], resolved: [] },
    }
    await putDeliveries(table, [delivery], { expiresAt: now + HOUR })
    return JSON.stringify({
      ...{ v: MESSAGE_VERSION, kind: 'delivery', account: 'bench', group: 'g', target: 'hook', delivery: id },
      ...{ attempt: 1, deadline: now + 2 * MINUTE },
    })
  }
  return {
    /** The time of all events, one event after the other. */
    async seconds({ size, receives, deliveries }: (typeof CASES)['batches of ten']): Promise<number> {
      let sum = 0
      for (let sent = 0; sent < deliveries; sent += size) {
        const messages = []
        for (let n = 0; n < size; n++) messages.push({ id: `m${n}`, body: await open(), receives })
        const event = sqsEvent(messages)
        for (const { attributes } of event.Records) attributes.SentTimestamp = String(clock.now())
        const began = clock.elapsed()
        const { batchItemFailures } = await handler(event, context)
        sum += clock.elapsed() - began
        if (batchItemFailures.length > 0) throw new Error('a delivery was not sent')
      }
      return sum / 1000
    },
  }
}
