import { createHmac } from 'node:crypto'
import { createIngest, type IngestDeps } from '../../../functions/ingest/handler.ts'
import { createTrailIntake } from '../../../functions/ingest/trail.ts'
import { integrationToken } from '../../../shared/account/token.ts'
import type { OrderOf } from '../../../shared/base/order.ts'
import type { Integration } from '../../../shared/config/config.ts'
import type { TrailIntake } from '../../../shared/intake/post.ts'
import type { AlertsReceived, BodyRefused, RecordsReceived } from '../../../shared/message/message.ts'
import type { OutMessage, Queue } from '../../../shared/queue/port.ts'
import type { RefreshKeeper } from '../../../shared/refresh/refreshes.ts'

export const NOW = Date.UTC(2026, 10, 21)

export const secrets = {
  mac(purpose: string, ...parts: string[]): Buffer {
    const hmac = createHmac('sha256', `test key of ${purpose}`)
    for (const part of parts) hmac.update(`${part.length}:${part}`)
    return hmac.digest()
  },
  open: (sealed: string) => sealed,
  isSealed: () => false,
}

const INTEGRATION: Integration = {
  id: 'prom',
  type: 'prometheus',
  name: 'Prometheus',
  access: 'post',
  paused: false,
  generation: 2,
  settings: {},
}

export const TOKEN = integrationToken(secrets, 'acme', 'prom', 2)

export interface Bench {
  ingest: (request: Request) => Promise<Response>
  /** The trail of the cloud account, which belongs to this integration. */
  trail: TrailIntake
  /** The messages accepted by the queue. */
  sent: OutMessage[]
  alerts(): AlertsReceived[]
  refused(): BodyRefused[]
  records(): RecordsReceived[]
  logged: Record<string, string>[]
  /** The statuses of the counted requests. */
  counted: string[]
  /** The counted numbers of kept refreshes. */
  kept: number[]
}

export interface Options {
  integration?: Partial<Integration>
  resolveTimeoutMs?: number
  send?: Queue['send']
  current?: () => Promise<never>
  /** The integration of the cloud account's own trail. */
  trail?: string
  orderOf?: OrderOf
  durable?: () => Promise<void>
  refreshes?: RefreshKeeper
  now?: () => number
}

/** An ingest of the account `acme` with one integration and a queue that records messages. */
export function bench(options: Options = {}): Bench {
  const sent: OutMessage[] = []
  const logged: Record<string, string>[] = []
  const counted: string[] = []
  const kept: number[] = []
  const remember: Queue['send'] = async (messages) => {
    sent.push(...messages)
    return { failed: [] }
  }
  const integration = { ...INTEGRATION, ...options.integration }
  const config = options.resolveTimeoutMs === undefined ? {} : { resolveTimeoutMs: options.resolveTimeoutMs }
  const deps: IngestDeps = {
    dispatchQueue: { send: options.send ?? remember },
    records: { send: options.send ?? remember },
    configs: {
      current:
        options.current ??
        (async () => ({ config, integration: (id) => (id === integration.id ? integration : undefined) })),
    },
    secrets,
    clock: { now: options.now ?? (() => NOW) },
    ...(options.orderOf && { orderOf: options.orderOf }),
    ...(options.refreshes && { refreshes: options.refreshes }),
    metrics: {
      add(name, { code = '' } = {}, by = 1) {
        if (name === 'tocsin_ingest_requests_total') counted.push(code)
        if (name === 'tocsin_alerts_refreshed_total') kept.push(by)
      },
      set() {},
      observe() {},
    },
    ...(options.durable && { durable: options.durable }),
    ids: () => 'req-1',
    publicUrl: 'https://tocsin.example/hub',
    log: (entry) => logged.push(entry),
  }
  const bodies = (): (AlertsReceived | BodyRefused | RecordsReceived)[] => sent.map(({ body }) => JSON.parse(body))
  return {
    ingest: createIngest(deps),
    trail: createTrailIntake({ ...deps, account: 'acme', integration: options.trail ?? integration.id }),
    sent,
    logged,
    counted,
    kept,
    alerts: () => bodies().filter((body) => body.kind === 'alerts'),
    refused: () => bodies().filter((body) => body.kind === 'refused'),
    records: () => bodies().filter((body) => body.kind === 'records'),
  }
}

export type Body = string | Uint8Array | ReadableStream | undefined

export interface Posting {
  path?: string
  token?: string
  method?: string
  headers?: Record<string, string>
}

export function post(
  body: Body,
  { path = '/api/v2/alerts', token = TOKEN, method = 'POST', headers = {} }: Posting = {},
): Request {
  const init: RequestInit = { method, headers: { 'content-type': 'application/json', ...headers } }
  if (body !== undefined) init.body = body
  if (body instanceof ReadableStream) init.duplex = 'half'
  return new Request(`http://tocsin.test/i/${token}${path}`, init)
}
