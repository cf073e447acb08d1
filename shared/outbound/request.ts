import type { Millis } from '../base/time.ts'

export interface OutboundRequest {
  url: string
  method: 'POST' | 'GET' | 'PUT'
  headers: Record<string, string>
  body: string
  giveUpAt: Millis
  /** Never in the clear, unless the operator opened the target. */
  secure?: true
}

export type OutboundResult =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string }
  /** Nothing was written to the target: it surely did not take it. */
  | { kind: 'unsent'; reason: 'connection' | 'forbiddenTarget'; detail: string }
  /** The request may have been taken: time-out or broken connection after it was written. */
  | { kind: 'unknown'; reason: 'timeout' | 'connection'; detail: string }

export type Outbound = (request: OutboundRequest) => Promise<OutboundResult>
