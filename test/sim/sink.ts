import { never } from '../../shared/base/never.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Outbound, OutboundRequest, OutboundResult } from '../../shared/outbound/request.ts'
import type { DigestBody } from './limited-kinds.ts'
import { between, type World } from './world.ts'

/** An alert as a receiver saw the alert. */
export interface SeenAlert {
  fingerprint: string
  status: 'firing' | 'resolved'
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
}

/** A message as a receiver took the message; receivers keep the order. */
export interface Seen {
  at: Millis
  /** `<group>-<hash>`. */
  id: string
  groupKey: string
  /** `resolved`: nothing fires that the group told under its key. */
  status: SeenAlert['status']
  /** Alertmanager's word for the reason. */
  reason: string
  alerts: SeenAlert[]
  /** The words of a content template. */
  said?: string
}

/** Rates of a receiver's misbehaviour, 0..1 each. */
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
  /** A script's word on a single request, asked before chance is. */
  decree?: (sink: string, request: number, id: string, at: Millis) => Answer | undefined
}

export type Answer =
  | 'takes'
  | 'is down'
  | 'refuses'
  | 'rejects'
  | 'is gone'
  | 'is busy'
  | 'loses its answer'
  | 'hangs'
  | 'takes at the end'

export const GOOD_SINK: SinkRates = { refuse: 0, reject: 0, lostAnswer: 0, hang: 0, down: 0, latencyMs: 0 }

export interface Sink {
  seen: Seen[]
  /** Messages of Tocsin about itself, such as the pause of a channel. */
  own: Seen[]
  /** The moments at which requests came, taken or not. */
  asked: Millis[]
  request: Outbound
}

/**
 * A receiver at a single address. A sender that dies while waiting leaves its request behind: the receiver may still
 * take the request.
 */
export function createSink(world: World, name: string, rates: () => SinkRates): Sink {
  const sink: Sink = { seen: [], own: [], asked: [], request: answer }
  let requests = 0

  const take = ({ headers, body }: OutboundRequest): void => {
    const { digest = [{ id: headers['webhook-id'] ?? '', body }] } = JSON.parse(body) as Partial<DigestBody>
    for (const one of digest) takeOne(one.id, one.body)
  }
  const takeOne = (id: string, body: string): void => {
    const { groupKey, status, notification_reason: reason, alerts, said } = JSON.parse(body) as Body
    const list = alerts[0]?.labels.alertname?.startsWith('Tocsin') ? sink.own : sink.seen
    list.push({ at: world.now(), id, groupKey, status, reason, alerts, ...(said !== undefined && { said }) })
    world.say(`${name} takes ${id.slice(-8)}: ${alerts.map((a) => `${a.labels.name}=${a.status}`).join(' ')}`)
  }
  async function answer(request: OutboundRequest): Promise<OutboundResult> {
    const draw = rates()
    sink.asked.push(world.now())
    const decreed = draw.decree?.(name, ++requests, request.headers['webhook-id'] ?? '', world.now())
    if (draw.latencyMs > 0) await world.sleep(between(world.chance, 0, draw.latencyMs))
    const kind = decreed ?? drawn(world.chance(), draw)
    switch (kind) {
      case 'is down':
        return { kind: 'unsent', reason: 'connection', detail: 'refused' }
      case 'refuses':
        return status(500)
      case 'rejects':
        return status(400)
      case 'is gone':
        return status(410)
      case 'is busy':
        return status(429, { 'retry-after': '30' })
      case 'loses its answer':
        take(request)
        return { kind: 'unknown', reason: 'connection', detail: 'reset' }
      case 'hangs':
        return hang(request)
      case 'takes at the end':
        await world.sleep(Math.max(0, request.giveUpAt - world.now()))
        take(request)
        return { kind: 'unknown', reason: 'timeout', detail: 'no answer' }
      case 'takes':
        take(request)
        if (draw.latencyMs > 0) await world.sleep(between(world.chance, 0, draw.latencyMs))
        return status(200)
      default:
        return never(kind)
    }
  }
  async function hang(request: OutboundRequest): Promise<OutboundResult> {
    const patience = Math.max(0, request.giveUpAt - world.now())
    const taken = world.chance() < 0.5
    await world.sleep(Math.floor(patience * world.chance()))
    if (taken) take(request)
    await world.sleep(Math.max(0, request.giveUpAt - world.now()))
    return { kind: 'unknown', reason: 'timeout', detail: 'no answer' }
  }
  return sink
}

/** Alertmanager's webhook body, in part. */
interface Body {
  groupKey: string
  status: SeenAlert['status']
  notification_reason: string
  alerts: SeenAlert[]
  said?: string
}

function drawn(roll: number, { down, refuse, reject, lostAnswer, hang }: SinkRates): Answer {
  let edge = down
  if (roll < edge) return 'is down'
  edge += refuse
  if (roll < edge) return 'refuses'
  edge += reject
  if (roll < edge) return 'rejects'
  edge += lostAnswer
  if (roll < edge) return 'loses its answer'
  edge += hang
  return roll < edge ? 'hangs' : 'takes'
}

function status(code: number, headers: Record<string, string> = {}): OutboundResult {
  return { kind: 'answer', status: code, headers, body: '' }
}
