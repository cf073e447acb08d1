import type { Clock, Millis } from '../../shared/base/time.ts'
import { type HttpServer, headersOf, startHttpServer } from './http-server.ts'

/** How an event bus misbehaves, by its clock. What is absent it does not do. */
export interface BusBehaviour {
  /** [until, status]: until then every request that it would take gets that status. */
  down?: [until: Millis, status: number][]
  /** [until, code]: until then it answers 200, and the entry failed by that code. */
  failing?: [until: Millis, code: string][]
  /** That many requests are taken, and then their connections are reset. */
  resetFirst?: number
  /** How far its clock is ahead of everybody's. */
  aheadMs?: number
}

/** One request, read whole. */
export interface BusRequest {
  now: Millis
  method: string
  /** With the query. */
  path: string
  headers: Readonly<Record<string, string>>
  text: string
  /** The code by which entries fail at this moment. */
  failing?: string
}

/** `refused`: why, as the service words it. */
export interface BusAnswer<Event> {
  status: number
  body: unknown
  refused?: string
  kept?: Event[]
}

/** A real HTTP server that speaks like an event bus. */
export interface Bus<Event> extends HttpServer {
  /** What it took, in order. */
  received: (Event & { at: Millis })[]
  /** When a request came, and what became of it: `taken`, or the code of the refusal. */
  attempts: { at: Millis; came: string }[]
  /** From now on it misbehaves like this, and no longer as before. */
  behave(behaviour: BusBehaviour): void
}

export interface BusOptions<Event> extends BusBehaviour {
  clock: Clock
  answer(request: BusRequest): BusAnswer<Event>
  /** The body of an answer of `down`. */
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
    // Node would write the machine's own time.
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
