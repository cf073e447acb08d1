import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '../../infra/clock.ts'
import type { Clock, Millis } from '../../shared/base/time.ts'
import { type HttpServer, headersOf, startHttpServer } from './http-server.ts'

/** How a webhook misbehaves, by its clock. What is absent it does not do. */
export interface WebhookBehaviour {
  /** [until, status]: until then every request gets that status. */
  status?: [until: Millis, status: number][]
  /** Headers of every answer, such as Retry-After. */
  headers?: Record<string, string>
  /** Until then a request is answered only after `hangMs`, and is not kept. */
  hangUntil?: Millis
  hangMs?: number
  /** Until then a request is answered 200 and not kept. */
  dropUntil?: Millis
  /** That many requests are read whole, and then their connections are reset. */
  resetFirst?: number
}

export interface WebhookOptions extends WebhookBehaviour {
  clock?: Clock
}

export interface ReceivedWebhook {
  at: Millis
  path: string
  headers: Record<string, string>
  /** As it was sent: what a signature covers. */
  text: string
  /** Parsed JSON. */
  body: unknown
}

/** A real HTTP server that keeps what it takes. */
export interface Webhook extends HttpServer {
  /** What was answered 2xx and kept, in order. */
  received: ReceivedWebhook[]
  /** When each request was read whole, whatever became of it. */
  attempts: Millis[]
  /** And by which `webhook-id`. */
  attempted: string[]
  /** From now on it misbehaves like this, and no longer as before. */
  behave(behaviour: WebhookBehaviour): void
  /** Requests that hang at this moment. */
  hanging(): number
}

interface State {
  clock: Clock
  behaviour: WebhookBehaviour
  received: ReceivedWebhook[]
  attempts: Millis[]
  attempted: string[]
  /** What lets go of each request that hangs. */
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
  if (now < (behaviour.hangUntil ?? 0)) return hang(response, now + (behaviour.hangMs ?? 0), state)
  const status = behaviour.status?.find(([until]) => now < until)?.[1] ?? 200
  if (status >= 200 && status < 300 && now >= (behaviour.dropUntil ?? 0)) {
    const headers = headersOf(request)
    state.received.push({ at: now, path: request.url ?? '', headers, text, body: JSON.parse(text) })
  }
  response.writeHead(status, behaviour.headers).end()
}

function hang(response: ServerResponse, until: Millis, { clock, hanging }: State): void {
  const cancel = clock.at(until, () => {
    hanging.delete(release)
    response.writeHead(200).end()
  })
  const release = (): void => {
    cancel()
    hanging.delete(release)
  }
  hanging.add(release)
  // Whoever called gave up.
  response.on('close', release)
}
