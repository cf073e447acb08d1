import type { Millis } from '../../../shared/base/time.ts'
import type { Outbound, OutboundRequest } from '../../../shared/outbound/request.ts'

/** The host of every receiver in the stored configuration. */
export const RECEIVERS = 'http://receivers.test'

/** A request that a receiver took: by path. */
export interface Taken {
  at: Millis
  path: string
  /** `webhook-id` of the request. */
  id: string
  body: unknown
  /** The sender got no answer. */
  doubted?: boolean
}

/** A status; `times out`: the receiver takes the request, and its answer is lost; `hangs`: no answer ever comes. */
export type Behaviour = number | 'times out' | 'hangs'

export type Receivers = ReturnType<typeof createReceivers>

/** The receivers of all targets, in the place of the network. */
export function createReceivers(now: () => Millis) {
  const taken: Taken[] = []
  const behaviours = new Map<string, Behaviour>()
  const hanging = Promise.withResolvers<void>()
  const take = ({ url, headers, body }: OutboundRequest, doubted = false): void => {
    const id = headers['webhook-id'] ?? ''
    taken.push({ at: now(), path: new URL(url).pathname, id, body: JSON.parse(body), doubted })
  }
  const request: Outbound = async (asked) => {
    const behaviour = behaviours.get(new URL(asked.url).pathname) ?? 200
    if (behaviour === 'hangs') {
      hanging.resolve()
      return await new Promise<never>(() => {})
    }
    if (behaviour === 'times out') {
      take(asked, true)
      return { kind: 'unknown', reason: 'timeout', detail: 'no answer' }
    }
    if (behaviour < 300) take(asked)
    return { kind: 'answer', status: behaviour, headers: {}, body: '' }
  }
  return {
    taken,
    request,
    /** Resolves when a request hangs. */
    hanging: hanging.promise,
    behave: (behaviour: Behaviour, ...paths: string[]): void => {
      for (const path of paths) behaviours.set(path, behaviour)
    },
  }
}
