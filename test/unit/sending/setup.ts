import { createNotify, type NotifyDeps } from '../../../functions/notify/handler.ts'
import type { Millis } from '../../../shared/base/time.ts'
import type { Channel } from '../../../shared/config/config.ts'
import type { Delivery } from '../../../shared/delivery/delivery.ts'
import { type DeliveryDue, type DeliverySettled, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import type { OutboundRequest, OutboundResult } from '../../../shared/outbound/request.ts'
import type { User } from '../../../shared/people/user.ts'
import type { InMessage, OutMessage } from '../../../shared/queue/port.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { memoryTable } from '../../sim/table.ts'

export const NOW = Date.UTC(2026, 0, 5)
export const WINDOW = 120_000
export const secrets = createSecretBox(Buffer.alloc(32, 1), (size) => Buffer.alloc(size, 2))
export const OK: OutboundResult = { kind: 'answer', status: 200, headers: {}, body: '' }

export const channel = (settings: Record<string, unknown> = {}): Channel => ({
  id: 'hook',
  type: 'webhook',
  sendResolved: true,
  settings: { url: secrets.seal('https://hooks.example.com/t0ken'), ...settings },
})

export interface World {
  now: Millis
  deps: NotifyDeps
  asked: OutboundRequest[]
  outcomes: DeliverySettled[]
  users: User[]
  counted: string[]
}

export function world(
  more: Partial<NotifyDeps> = {},
  channels: Channel[] = [channel()],
  result: OutboundResult = OK,
): World {
  const clock = { now: () => here.now, elapsed: () => 0, after: () => () => undefined }
  const here: World = { now: NOW, asked: [], outcomes: [], users: [], counted: [], deps: undefined as never }
  here.deps = {
    table: memoryTable(clock),
    dispatchQueue: {
      send: async (messages: readonly OutMessage[]) => {
        here.outcomes.push(...messages.map(({ body }) => JSON.parse(body) as DeliverySettled))
        return { failed: [] }
      },
    },
    deliveries: { send: async () => ({ failed: [] }) },
    configs: {
      current: async () => ({
        channel: (id) => channels.find((one) => one.id === id),
        person: async (id) => here.users.find((user) => user.id === id),
      }),
    },
    secrets,
    clock,
    chance: () => 0.5,
    publicUrl: 'https://tocsin.example.com',
    request: async (request) => {
      here.asked.push(request)
      return result
    },
    metrics: {
      add: (name, labels = {}) => here.counted.push([name, ...Object.values(labels)].join(' ')),
      set: () => undefined,
      observe: (name, labels, value) => here.counted.push([name, ...Object.values(labels), value].join(' ')),
    },
    ...more,
  }
  return here
}

export const delivery = (id = 'g1-d1'): Delivery => ({
  id,
  account: 'acme',
  group: 'g1',
  policy: 'everything',
  target: 'hook',
  openedAt: NOW,
  notification: { receiver: 'r', groupKey: '{}:{}', groupLabels: {}, reason: 'first', alerts: [], truncated: 0 },
  firing: [],
  resolved: [],
})

export const due = (more: Partial<DeliveryDue> = {}): DeliveryDue => ({
  v: MESSAGE_VERSION,
  kind: 'delivery',
  account: 'acme',
  group: 'g1',
  target: 'hook',
  delivery: 'g1-d1',
  attempt: 1,
  deadline: NOW + WINDOW,
  ...more,
})

export const message = (body: object | string, id = 'm1'): InMessage => ({
  id,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receives: 1,
  sentAt: NOW,
})

export async function run(here: World, ...messages: InMessage[]): Promise<string[]> {
  return (await createNotify(here.deps)(messages)).failed
}
