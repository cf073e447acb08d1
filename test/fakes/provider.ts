import type { Clock, Millis } from '../../shared/base/time.ts'
import { type HttpServer, headersOf, startHttpServer } from './http-server.ts'

/** Misbehaviour of a provider (an event bus, a chat), by its own clock. An absent field is behaviour as usual. */
export interface ProviderBehaviour {
  /** [until, status]: until then every valid request gets the status. */
  down?: [until: Millis, status: number][]
  /** [until, code]: until then a valid request fails with the code of the provider. */
  failing?: [until: Millis, code: string][]
  /** Number of requests taken before their connections are reset. */
  resetFirst?: number
  /** Milliseconds by which the clock of the provider is ahead of the true time. */
  aheadMs?: number
}

/** One request, read completely. */
export interface ProviderRequest {
  now: Millis
  method: string
  /** Path with the query. */
  path: string
  headers: Readonly<Record<string, string>>
  text: string
  /** The code with which valid requests fail at this moment. */
  failing?: string
}

/** `refused`: the reason in the words of the provider. A body that is a text is sent as the text, another as JSON. */
export interface ProviderAnswer<Taken> {
  status: number
  body: unknown
  headers?: Record<string, string>
  refused?: string
  kept?: Taken[]
}

/** A real HTTP server with the protocol of a provider. */
export interface Provider<Taken> extends HttpServer {
  /** Everything that the provider took, in order. */
  received: (Taken & { at: Millis })[]
  /** Each request with its moment and its result: `taken`, or the code of the refusal. */
  attempts: { at: Millis; came: string }[]
  /** Replaces the behaviour from now on. */
  behave(behaviour: ProviderBehaviour): void
}

export interface ProviderOptions<Taken> extends ProviderBehaviour {
  clock: Clock
  answer(request: ProviderRequest): ProviderAnswer<Taken>
  /** The body of an answer with the status of `down`. */
  errorBody(status: number): unknown
}

export async function startProvider<Taken>(options: ProviderOptions<Taken>): Promise<Provider<Taken>> {
  const { clock, answer, errorBody, ...given } = options
  let behaviour: ProviderBehaviour = given
  const received: Provider<Taken>['received'] = []
  const attempts: Provider<Taken>['attempts'] = []
  const server = await startHttpServer((request, response, text) => {
    const now = clock.now() + (behaviour.aheadMs ?? 0)
    const failing = behaviour.failing?.find(([until]) => now < until)?.[1]
    const asked: ProviderRequest = {
      now,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: headersOf(request),
      text,
      ...(failing === undefined ? {} : { failing }),
    }
    const answered = answer(asked)
    const status = behaviour.down?.find(([until]) => now < until)?.[1]
    const isDown = status !== undefined && answered.status < 300
    attempts.push({ at: clock.now(), came: isDown ? String(status) : (answered.refused ?? failing ?? 'taken') })
    if (!isDown) received.push(...(answered.kept ?? []).map((event) => ({ ...event, at: clock.now() })))
    if (behaviour.resetFirst) {
      behaviour = { ...behaviour, resetFirst: behaviour.resetFirst - 1 }
      request.socket.resetAndDestroy()
      return
    }
    // Without this header Node would write the machine's own time.
    response.sendDate = false
    const headers = isDown ? {} : answered.headers
    response.writeHead(isDown ? status : answered.status, { date: new Date(now).toUTCString(), ...headers })
    const body = isDown ? errorBody(status) : answered.body
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return {
    ...server,
    received,
    attempts,
    behave: (next) => {
      behaviour = next
    },
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
