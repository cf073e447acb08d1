import type { Millis } from '../base/time.ts'
import type { Labels } from './labels.ts'

/** 16 lower-case hex digits, see `fingerprint.ts`. */
export type Fingerprint = string

/** Where an alert came from. Not labels: it takes no part in identity and a sender cannot forge it. */
export interface Origin {
  readonly account: string
  readonly integration: string
  /** The rule that raised it. */
  readonly rule?: string
  /** Who passed it on, the first account first (`forwarding/hop.ts`). Absent: it was raised here. */
  readonly via?: readonly string[]
}

/** Raised by a rule of this account, and passed on by nobody. */
export function raisedHere(origin: Origin): origin is Origin & { rule: string } {
  return origin.rule !== undefined && origin.via === undefined
}

/** An alert as an integration decoded it. A missing endsAt is filled in by dispatch (`now + recoverAfterMs`). */
export interface PostedAlert {
  labels: Labels
  annotations: Labels
  startsAt: Millis
  endsAt?: Millis
  generatorURL?: string
  /** Where it was raised, when another account or product passed it on; absent: at the integration. */
  origin?: Origin
}

/** An alert as a group keeps it. Its identity is its label set. */
export interface Alert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: Millis
  /** Firing until then: at `endsAt` it is resolved. */
  readonly endsAt: Millis
  /** endsAt is our recovery time, not the sender's word; such an end never outlives a newer one. */
  readonly timeout: boolean
  readonly generatorURL?: string
  readonly origin: Origin
}

export function resolvedAt(alert: Pick<Alert, 'endsAt'>, now: Millis): boolean {
  return alert.endsAt <= now
}
