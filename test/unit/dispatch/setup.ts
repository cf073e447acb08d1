import type { DispatchDeps } from '../../../functions/dispatch/handler.ts'
import { type AlertsReceived, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import type { InMessage, OutMessage, Queue } from '../../../shared/queue/port.ts'
import { startApi } from '../api/harness.ts'

type Sent = Record<string, unknown> & { kind: string }

/** Dispatch's dependencies over the table model, one policy, and queues that can be broken. */
export async function brokenLine({ groupWait, targets = ['hook'] }: { groupWait: string; targets?: string[] }) {
  const { deps, ask, time } = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait, notify: targets.map((channel) => ({ channel })) }]
  const channels = targets.map((id) => ({ id, type: 'webhook', url: 'https://hooks.example/path' }))
  const configure = async (body: object): Promise<void> => {
    const put = await ask('PUT', '/api/v1/config', { key: 'a-owner', body })
    if (put.status !== 200) throw new Error(put.text)
  }
  await configure({ channels, policies })
  let broken = false
  const messages: Sent[] = []
  const queue: Queue = {
    send: async (batch: readonly OutMessage[]) => {
      if (broken) throw new Error('the process ended')
      messages.push(...batch.map(({ body }) => JSON.parse(body) as Sent))
      return { failed: [] }
    },
  }
  const { table, configs, clock } = deps
  const metrics = createRegistry()
  const dispatchDeps: DispatchDeps = {
    table,
    configs,
    clock,
    chance: () => 0.5,
    dispatchQueue: queue,
    deliveries: queue,
    forwards: queue,
    metrics,
  }
  const body: AlertsReceived = {
    v: MESSAGE_VERSION,
    kind: 'alerts',
    account: 'a',
    integration: 'default',
    receivedAt: time.now,
    recoverAfterMs: 300_000,
    alerts: [{ labels: { alertname: 'one' }, annotations: {}, startsAt: time.now }],
  }
  return {
    deps: dispatchDeps,
    configure,
    metrics,
    now: time.now,
    time,
    alert: (id: string, receives: number): InMessage => ({
      id,
      body: JSON.stringify({ ...body, receivedAt: time.now }),
      receives,
      sentAt: time.now,
    }),
    message: (kind: string, more: object): InMessage => ({
      id: kind,
      body: JSON.stringify({ v: MESSAGE_VERSION, kind, account: 'a', ...more }),
      receives: 1,
      sentAt: time.now,
    }),
    sent: (kind: string) => messages.filter((message) => message.kind === kind),
    breakQueues(on: boolean) {
      broken = on
    },
  }
}
