import { type ApiDeps, createApi } from '../../../functions/api/handler.ts'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { type ApiKey, addKey } from '../../../shared/account/key-ring.ts'
import { FIRST_KEY, hashKey, type Role } from '../../../shared/account/keys.ts'
import type { PostedAlert } from '../../../shared/alert/alert.ts'
import type { LogEntry } from '../../../shared/base/log.ts'
import type { Clock, Millis } from '../../../shared/base/time.ts'
import type { KeptHeads } from '../../../shared/group-store/heads.ts'
import type { AlertsReceived } from '../../../shared/message/message.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import type { OutboundRequest, OutboundResult } from '../../../shared/outbound/request.ts'
import type { OutMessage, Queue } from '../../../shared/queue/port.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { createAccount } from '../../../shared/store/accounts.ts'
import { changeKeys } from '../../../shared/store/api-keys.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import type { Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'
import { answerCheck } from './described.ts'

export const START: Millis = Date.UTC(2026, 10, 21, 12)
export const ADMIN_KEY = 'the-operator'
export const ROLES: readonly Role[] = ['viewer', 'responder', 'editor', 'owner']

export interface Asked {
  key?: string
  body?: unknown
  type?: string
  headers?: Record<string, string>
}

export interface Answered {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
  json: any
}

/**
 * The api over the table model, with dispatch beside it to make groups, and queues that only record messages.
 * `keptGroups`: both share the groups that dispatch keeps, as on one machine.
 */
export async function startApi(wrap: (table: Table) => Table = (table) => table, keptGroups?: KeptHeads) {
  const time = { now: START }
  const clock: Clock = { now: () => time.now, elapsed: () => time.now, after: soon }
  const table = wrap(memoryTable(clock))
  const bytes = counterBytes()
  const secrets = createSecretBox(Buffer.alloc(32, 7), bytes)
  const configs = createConfigs({ table, clock, people: true })
  const metrics = createRegistry()
  const sent: OutMessage[] = []
  let goodSends = Number.POSITIVE_INFINITY
  const dispatchQueue: Queue = {
    send: async (batch) => {
      if (goodSends-- <= 0) return { failed: batch.map((_, index) => index) }
      sent.push(...batch)
      return { failed: [] }
    },
  }
  const due: OutMessage[] = []
  const deliveries: Queue = {
    send: async (batch) => {
      due.push(...batch)
      return { failed: [] }
    },
  }
  const common = { table, configs, clock, metrics, chance: () => 0.5, ...(keptGroups && { keptGroups }) }
  const dispatch = createDispatch({ ...common, dispatchQueue, deliveries, forwards: deliveries })
  const publicUrl = 'https://tocsin.example'
  const logged: LogEntry[] = []
  /** Recorded requests to the network, and the next answer. */
  const network = { asked: [] as OutboundRequest[], answer: NOBODY_THERE }
  const deps: ApiDeps = {
    ...common,
    dispatchQueue,
    deliveries,
    secrets,
    publicUrl,
    request: async (asked) => {
      network.asked.push(asked)
      return network.answer
    },
    randomBytes: bytes,
    adminKey: ADMIN_KEY,
    log: (entry) => logged.push(entry),
    version: '0.1.0',
    startedAt: START,
  }
  const handle = createApi(deps)
  const checkAnswer = answerCheck(deps)

  const ask = async (
    method: string,
    path: string,
    { key, body, type, headers = {} }: Asked = {},
  ): Promise<Answered> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await handle(
      new Request(`https://tocsin.example${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(text === undefined ? {} : { 'content-type': type ?? 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text as string }),
      }),
    )
    const answer = await answered(response)
    checkAnswer({ method, path, ...answer })
    return answer
  }

  let message = 0
  /** Alerts as ingest would send alerts, through dispatch. */
  const post = async (
    account: string,
    posted: (Partial<PostedAlert> & Pick<PostedAlert, 'labels'>)[],
    more: Pick<AlertsReceived, 'rule'> = {},
  ): Promise<void> => {
    const body: AlertsReceived = {
      v: 1,
      kind: 'alerts',
      account,
      integration: 'default',
      receivedAt: time.now,
      recoverAfterMs: 300_000,
      alerts: posted.map((alert) => ({ annotations: {}, startsAt: time.now, ...alert })),
      ...more,
    }
    await run([JSON.stringify(body)])
  }
  const run = async (bodies: string[]): Promise<void> => {
    const messages = bodies.map((body) => ({ id: `m${++message}`, body, receives: 1, sentAt: time.now }))
    const { failed } = await dispatch(messages)
    if (failed.length > 0) throw new Error(`dispatch failed ${failed.length} messages`)
  }
  const later = async (ms: number, account: string, groups: string[]): Promise<void> => {
    time.now += ms
    await run(groups.map((group) => JSON.stringify({ v: 1, kind: 'wake', account, group })))
  }

  /** An account with a key for each role, named `<id>-<role>`. */
  const account = async (id: string): Promise<void> => {
    await createAccount(table, { id, name: id, key: { ...FIRST_KEY, hash: hashKey(`${id}-owner`) } }, START)
    for (const role of ROLES) {
      if (role === 'owner') continue
      const newHash = hashKey(`${id}-${role}`)
      const key: ApiKey = { id: role, name: role, role, createdAt: START, texts: [{ hash: newHash }] }
      await changeKeys(table, id, (ring) => addKey(ring, key), { newHash, now: START })
    }
  }
  await account('a')
  await account('b')
  /** The queue refuses every send after so many further sends. */
  const failSends = (after = 0): void => {
    goodSends = after
  }
  return {
    deps,
    logged,
    network,
    failSends,
    ask,
    handle,
    post,
    run,
    later,
    account,
    table,
    sent,
    due,
    time,
    metrics,
    secrets,
  }
}

const NOBODY_THERE: OutboundResult = { kind: 'unsent', reason: 'connection', detail: 'nobody there' }

export type Api = Awaited<ReturnType<typeof startApi>>

async function answered(response: Response): Promise<Answered> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

/** Different bytes at each call, the same bytes in each run. */
function counterBytes(): (size: number) => Buffer {
  let count = 0
  return (size) => {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(++count, Math.max(0, size - 4))
    return bytes
  }
}

export const HOOK = { id: 'hook', type: 'webhook', url: 'https://hooks.example/services/s3cret-path' }

export const CONFIG = {
  integrations: [
    { id: 'full', type: 'prometheus', name: 'Full', access: 'full' },
    { id: 'post', type: 'prometheus', name: 'Post' },
  ],
  channels: [HOOK],
  policies: [{ id: 'all', name: 'All', groupBy: ['alertname'], notify: [{ channel: 'hook' }] }],
}

function soon(_when: Millis, then: () => void): () => void {
  queueMicrotask(then)
  return () => {}
}
