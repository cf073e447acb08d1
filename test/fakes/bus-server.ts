import type { Clock, Millis } from '../../shared/base/time.ts'
import { type HttpServer, headersOf, startHttpServer } from './http-server.ts'

/** Misbehaviour of an event bus, by the clock of the bus. An absent field is behaviour as usual. */
export interface BusBehaviour {
  /** [until, status]: until then every valid request gets the status. */
  down?: [until: Millis, status: number][]
  /** [until, code]: until then the answer is 200 and the entry fails with the code. */
  failing?: [until: Millis, code: string][]
  /** Number of requests accepted before their connections are reset. */
  resetFirst?: number
  /** Milliseconds by which the clock of the bus is ahead of the true time. */
  aheadMs?: number
}

/** One request, read completely. */
export interface BusRequest {
  now: Millis
  method: string
  /** Path with the query. */
  path: string
  headers: Readonly<Record<string, string>>
  text: string
  /** The code of failing entries at this moment. */
  failing?: string
}

/** `refused`: the reason in the words of the service. */
export interface BusAnswer<Event> {
  status: number
  body: unknown
  refused?: string
  kept?: Event[]
}

/** A real HTTP server with the protocol of an event bus. */
export interface Bus<Event> extends HttpServer {
  /** Accepted events, in order. */
  received: (Event & { at: Millis })[]
  /** Each request with its moment and its result: `taken`, or the code of the refusal. */
  attempts: { at: Millis; came: string }[]
  /** Replaces the behaviour from now on. */
  behave(behaviour: BusBehaviour): void
}

export interface BusOptions<Event> extends BusBehaviour {
  clock: Clock
  answer(request: BusRequest): BusAnswer<Event>
  /** The body of an answer with the status of `down`. */
  errorBody(status: number): unknown
}

export async function startBusServer<Event>(options: BusOptions<Event>): Promise<Bus<Event>> {
  const { clock, answer, errorBody, ...given } = options
  let behaviour: BusBehaviour = given
  const received: Bus<Event>['received'] = []
  const attempts: Bus<Event>['attempts'] = []
  const server = await startHttpServer((request, response, text) => {
    const now = clock.now() + (behaviour.aheadMs ?? 0)
    const failing = behaviour.failing?.find(([until]) => now < until)?.[1]
    const asked: BusRequest = {
      now,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: headersOf(request),
      text,
      ...(failing === undefined ? {} : { failing }),
    }
    const answered = answer(asked)
    const status = behaviour.down?.find(([until]) => now < until)?.[1]
    const isDown = status !== undefined && answered.status === 200
    attempts.push({ at: clock.now(), came: isDown ? String(status) : (answered.refused ?? failing ?? 'taken') })
    if (!isDown) received.push(...(answered.kept ?? []).map((event) => ({ ...event, at: clock.now() })))
    if (behaviour.resetFirst) {
      behaviour = { ...behaviour, resetFirst: behaviour.resetFirst - 1 }
      request.socket.resetAndDestroy()
      return
    }
    // Without this header Node would write the machine's own time.
    response.sendDate = false
    response.writeHead(isDown ? status : answered.status, { date: new Date(now).toUTCString() })
    response.end(JSON.stringify(isDown ? errorBody(status) : answered.body))
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
