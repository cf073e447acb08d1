import { createApi } from '../../../functions/api/handler.ts'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { createEvaluate } from '../../../functions/evaluate/handler.ts'
import { createForward } from '../../../functions/forward/handler.ts'
import { createIngest } from '../../../functions/ingest/handler.ts'
import { createNotify } from '../../../functions/notify/handler.ts'
import { createSweep } from '../../../functions/sweep/handler.ts'
import { firstAccount } from '../../../infra/machine/first-account.ts'
import { checkSecretsKey } from '../../../infra/machine/secrets-key.ts'
import { MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import type { Outbound } from '../../../shared/outbound/request.ts'
import type { InMessage, QueueHandler, QueueName } from '../../../shared/queue/port.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import type { SqliteFile } from '../../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../../shared/sqlite/queue.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import type { Table } from '../../../shared/table/port.ts'
import type { HandClock } from '../../contract/hand-clock.ts'
import { API_KEY } from '../stage.ts'

export const SECRETS_KEY = Buffer.alloc(32, 7)
export const PUBLIC_URL = 'https://tocsin.example'
const ACCOUNT = { publicUrl: PUBLIC_URL, apiKey: API_KEY }
const QUEUES = ['alerts', 'records', 'deliveries', 'forwards'] as const
const MOST_ROUNDS = 1000

export interface MachineOptions {
  clock: HandClock
  table: Table
  /** The file of the queues. */
  file: SqliteFile
  request: Outbound
  /** The randomness counts from here: two machines over the same data must not give the same ids. */
  firstBytes?: number
}

export type HandMachine = Awaited<ReturnType<typeof openMachine>>

/**
 * The handlers over a table and SQLite queues, and a caller that decides which queue is worked on, and when. A host
 * works on everything at once, so a host cannot be stopped with messages of every kind under way.
 */
export async function openMachine({ clock, table, file, request, firstBytes = 0 }: MachineOptions) {
  const randomBytes = countingBytes(firstBytes)
  const chance = () => 0.5
  const secrets = createSecretBox(SECRETS_KEY, randomBytes)
  const queues = {
    alerts: sqliteQueue(file, clock, 'alerts'),
    records: sqliteQueue(file, clock, 'records'),
    deliveries: sqliteQueue(file, clock, 'deliveries'),
    forwards: sqliteQueue(file, clock, 'forwards'),
  }
  if (!(await checkSecretsKey(table, secrets))) throw new Error('another secrets key')
  await firstAccount(table, secrets, { ...ACCOUNT, randomBytes, now: clock.now() })
  const logged: string[] = []
  const deps = {
    ...{ clock, table, chance, secrets, request, publicUrl: PUBLIC_URL, randomBytes, ...queues },
    ...{
      dispatchQueue: queues.alerts,
      metrics: createRegistry(),
      configs: createConfigs({ table, clock, people: true }),
    },
    ...{ version: 'test', startedAt: clock.now(), log: (entry: object) => logged.push(JSON.stringify(entry)) },
  }
  const handlers: Record<QueueName, QueueHandler> = {
    alerts: createDispatch(deps),
    records: createEvaluate(deps),
    deliveries: createNotify(deps),
    forwards: createForward(deps),
  }
  const ingest = createIngest(deps)
  const api = createApi(deps)
  const sweep = createSweep(deps)

  const handle = async (queue: QueueName, messages: readonly InMessage[]): Promise<void> => {
    const failed = new Set((await handlers[queue](messages)).failed)
    await queues[queue].ack(messages.filter(({ id }) => !failed.has(id)).map(({ id }) => id))
    for (const { id, receives } of messages) if (failed.has(id)) await queues[queue].retry([id], SECOND * receives)
  }
  /** Works on the visible messages of a queue, once; returns their number. */
  const work = async (queue: QueueName, most = 1000): Promise<number> => {
    const messages = await queues[queue].receive(most)
    if (messages.length > 0) await handle(queue, messages)
    return messages.length
  }
  const rest = async (): Promise<void> => {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      let worked = 0
      for (const queue of QUEUES) worked += await work(queue)
      if (worked === 0) return
    }
    throw new Error('the queues do not come to rest')
  }
  const advanceTo = async (until: Millis): Promise<void> => {
    await rest()
    while (clock.now() < until) {
      const minute = (Math.floor(clock.now() / MINUTE) + 1) * MINUTE
      const visible = QUEUES.map((queue) => clock.now() + (queues[queue].nextVisibleIn() ?? until))
      const next = Math.max(clock.now(), Math.min(until, minute, ...visible))
      clock.advance(next - clock.now())
      if (next === minute) await sweep()
      await rest()
    }
  }
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const asked = new Request(`http://tocsin.test${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(text === undefined ? {} : { body: text }),
    })
    const answer = await (path.startsWith('/i/') ? ingest : api)(asked)
    return { status: answer.status, text: await answer.text() }
  }
  return {
    ...{ clock, queues, logged, handle, work, rest, advanceTo },
    post: (path: string, body: unknown) => ask('POST', path, body),
    api: (method: string, path: string, body?: unknown) =>
      ask(method, path, body, { authorization: `Bearer ${API_KEY}` }),
  }
}

/** Not random, and never the same twice. */
function countingBytes(first: number): (size: number) => Buffer {
  let count = first
  return (size) => {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(++count, size - 4)
    return bytes
  }
}
