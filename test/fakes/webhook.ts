import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '../../infra/clock.ts'
import type { Clock, Millis } from '../../shared/base/time.ts'
import { type HttpServer, headersOf, startHttpServer } from './http-server.ts'

/** Misbehaviour of a webhook, by the clock of the webhook. An absent field is behaviour as usual. */
export interface WebhookBehaviour {
  /** [until, status]: until then every request gets the status. */
  status?: [until: Millis, status: number][]
  /** Headers of every answer, such as Retry-After. */
  headers?: Record<string, string>
  /** Until then a request is answered only after `hangMs`, and is not kept. */
  hangUntil?: Millis
  hangMs?: number
  /** Until then a request is answered 200 and not kept. */
  dropUntil?: Millis
  /** Number of requests read completely before their connections are reset. */
  resetFirst?: number
}

export interface WebhookOptions extends WebhookBehaviour {
  clock?: Clock
}

export interface ReceivedWebhook {
  at: Millis
  path: string
  headers: Record<string, string>
  /** The body as sent: a signature covers these bytes. */
  text: string
  /** Parsed JSON. */
  body: unknown
}

/** A real HTTP server that keeps the accepted requests. */
export interface Webhook extends HttpServer {
  /** Requests answered 2xx and kept, in order. */
  received: ReceivedWebhook[]
  /** The moment at which each request was read completely, whatever the answer. */
  attempts: Millis[]
  /** The same moments, with the `webhook-id` of each request. */
  attempted: string[]
  /** Replaces the behaviour from now on. */
  behave(behaviour: WebhookBehaviour): void
  /** Requests hanging at this moment. */
  hanging(): number
}

interface State {
  clock: Clock
  behaviour: WebhookBehaviour
  received: ReceivedWebhook[]
  attempts: Millis[]
  attempted: string[]
  /** Releases each hanging request. */
  hanging: Set<() => void>
}

export async function startWebhook({ clock = systemClock, ...behaviour }: WebhookOptions = {}): Promise<Webhook> {
  const state: State = { clock, behaviour, received: [], attempts: [], attempted: [], hanging: new Set() }
  const server = await startHttpServer((request, response, text) => answer(request, response, text, state))
  return {
    ...server,
    received: state.received,
    attempts: state.attempts,
    attempted: state.attempted,
    behave: (next) => {
      state.behaviour = next
    },
    hanging: () => state.hanging.size,
    stop: async () => {
      for (const release of state.hanging) release()
      await server.stop()
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, text: string, state: State): void {
  const { behaviour, clock } = state
  const now = clock.now()
  state.attempts.push(now)
  state.attempted.push(String(request.headers['webhook-id'] ?? ''))
  if (behaviour.resetFirst) {
    state.behaviour = { ...behaviour, resetFirst: behaviour.resetFirst - 1 }
    request.socket.resetAndDestroy()
    return
  }
  if (now < (behaviour.hangUntil ?? 0)) return hang(response, behaviour.hangMs ?? 0, state)
  const status = behaviour.status?.find(([until]) => now < until)?.[1] ?? 200
  if (status >= 200 && status < 300 && now >= (behaviour.dropUntil ?? 0)) {
    const headers = headersOf(request)
    state.received.push({ at: now, path: request.url ?? '', headers, text, body: JSON.parse(text) })
  }
  response.writeHead(status, behaviour.headers).end()
}

function hang(response: ServerResponse, ms: number, { clock, hanging }: State): void {
  const cancel = clock.after(ms, () => {
    hanging.delete(release)
    response.writeHead(200).end()
  })
  const release = (): void => {
    cancel()
    hanging.delete(release)
  }
  hanging.add(release)
  // The caller gave up.
  response.on('close', release)
}
