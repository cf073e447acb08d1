import type { Millis } from '../../shared/base/time.ts'
import type { Outbound, OutboundRequest, OutboundResult } from '../../shared/channels/channel.ts'
import { between, type World } from './world.ts'

/** One alert as a receiver saw it. */
export interface SeenAlert {
  fingerprint: string
  status: 'firing' | 'resolved'
  labels: Record<string, string>
  startsAt: string
  endsAt: string
}

/** What a receiver took, in the order it took it. */
export interface Seen {
  at: Millis
  id: string
  alerts: SeenAlert[]
}

/** How a receiver misbehaves, 0..1 each. */
export interface SinkRates {
  /** 500, not taken. */
  refuse: number
  /** 400, not taken. */
  reject: number
  /** Taken, and the connection breaks before the answer. */
  lostAnswer: number
  /** Hangs beyond any time-out; taken or not, late. */
  hang: number
  /** No connection. */
  down: number
  latencyMs: number
}

export const GOOD_SINK: SinkRates = { refuse: 0, reject: 0, lostAnswer: 0, hang: 0, down: 0, latencyMs: 0 }

export interface Sink {
  seen: Seen[]
  request: Outbound
}

/** A receiver at one address. A sender that dies while waiting leaves its request behind: it may still be taken. */
export function createSink(world: World, name: string, rates: () => SinkRates): Sink {
  const sink: Sink = { seen: [], request: answer }

  const take = (request: OutboundRequest): void => {
    const body = JSON.parse(request.body) as { alerts: SeenAlert[] }
    const id = request.headers['webhook-id'] ?? ''
    sink.seen.push({ at: world.now(), id, alerts: body.alerts })
    world.say(`${name} takes ${id.slice(-8)}: ${body.alerts.map((a) => `${a.labels.name}=${a.status}`).join(' ')}`)
  }
  async function answer(request: OutboundRequest): Promise<OutboundResult> {
    const draw = rates()
    if (draw.latencyMs > 0) await world.sleep(between(world.chance, 0, draw.latencyMs))
    const roll = world.chance()
    let edge = draw.down
    if (roll < edge) return { kind: 'unsent', reason: 'connection', detail: 'refused' }
    edge += draw.refuse
    if (roll < edge) return status(500)
    edge += draw.reject
    if (roll < edge) return status(400)
    edge += draw.lostAnswer
    if (roll < edge) {
      take(request)
      return { kind: 'unknown', reason: 'connection', detail: 'reset' }
    }
    edge += draw.hang
    if (roll < edge) {
      const patience = Math.max(0, request.giveUpAt - world.now())
      const taken = world.chance() < 0.5
      await world.sleep(Math.floor(patience * world.chance()))
      if (taken) take(request)
      await world.sleep(Math.max(0, request.giveUpAt - world.now()))
      return { kind: 'unknown', reason: 'timeout', detail: 'no answer' }
    }
    take(request)
    if (draw.latencyMs > 0) await world.sleep(between(world.chance, 0, draw.latencyMs))
    return status(200)
  }
  return sink
}

function status(code: number): OutboundResult {
  return { kind: 'answer', status: code, headers: {}, body: '' }
}
