import type { Clock, Millis } from '../base/time.ts'

/** Time-outs are measured by a clock that nobody sets: `giveUpAt` below, a moment, is turned into a duration at once. */
export type Timer = Pick<Clock, 'elapsed' | 'after'>

/** Every method sends the body: some receivers of Log Service's webhooks read a body of GET. */
export const HTTP_METHODS = ['POST', 'PUT', 'GET', 'DELETE', 'OPTIONS'] as const
export type HttpMethod = (typeof HTTP_METHODS)[number]

export interface OutboundRequest {
  url: string
  method: HttpMethod
  headers: Record<string, string>
  body: string
  giveUpAt: Millis
  /** After this moment no byte is written. Absent: `giveUpAt`. */
  beginBy?: Millis
  /** Never in the clear, unless the operator opened the target. */
  secure?: true
}

export type OutboundResult =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string }
  /** No byte was written to the target: the target surely did not get the request. */
  | { kind: 'unsent'; reason: 'connection' | 'forbiddenTarget'; detail: string }
  /** The target may have got the request: time-out or broken connection after the request was written. */
  | { kind: 'unknown'; reason: 'timeout' | 'connection'; detail: string }

export type Outbound = (request: OutboundRequest) => Promise<OutboundResult>
