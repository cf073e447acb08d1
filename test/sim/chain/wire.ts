import type { Outbound, OutboundRequest, OutboundResult } from '../../../shared/outbound/request.ts'
import type { SinkRates } from '../sink.ts'
import { between, type World } from '../world.ts'

/** The answer to a request: a status, or undefined when the process died during the request. */
export type Taker = (request: OutboundRequest) => Promise<number | undefined>

const LOST: OutboundResult = { kind: 'unknown', reason: 'connection', detail: 'reset' }
const DOWN: OutboundResult = { kind: 'unsent', reason: 'connection', detail: 'refused' }

/** A network in front of a server: refuses, loses answers and hangs as often as `rates` says. */
export function wire(world: World, rates: () => SinkRates, isDown: () => boolean, take: Taker): Outbound {
  const hang = async (request: OutboundRequest): Promise<OutboundResult> => {
    const patience = Math.max(0, request.giveUpAt - world.now())
    const taken = world.chance() < 0.5
    await world.sleep(Math.floor(patience * world.chance()))
    if (taken) await take(request)
    await world.sleep(Math.max(0, request.giveUpAt - world.now()))
    return { kind: 'unknown', reason: 'timeout', detail: 'no answer' }
  }
  return async (request) => {
    const { latencyMs, down, refuse, reject, lostAnswer, hang: hangs } = rates()
    if (latencyMs > 0) await world.sleep(between(world.chance, 0, latencyMs))
    if (isDown()) return DOWN
    let roll = world.chance()
    const is = (rate: number): boolean => {
      roll -= rate
      return roll < 0
    }
    if (is(down)) return DOWN
    if (is(refuse)) return answer(500)
    if (is(reject)) return answer(400)
    if (is(hangs)) return await hang(request)
    const lost = is(lostAnswer)
    const status = await take(request)
    return lost || status === undefined ? LOST : answer(status)
  }
}

function answer(status: number): OutboundResult {
  return { kind: 'answer', status, headers: {}, body: '' }
}
