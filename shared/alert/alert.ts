import type { Millis } from '../base/time.ts'
import type { Labels } from './labels.ts'

/** 16 lower-case hex digits, see `fingerprint.ts`. */
export type Fingerprint = string

/**
 * The origin of an alert. The origin is not part of the labels: identity ignores the origin, and a sender cannot forge
 * the origin.
 */
export interface Origin {
  readonly account: string
  readonly integration: string
  /** The rule that raised the alert. */
  readonly rule?: string
  /**
   * The accounts that passed the alert on, the first account first (`forwarding/hop.ts`). Absent: the alert was raised
   * here.
   */
  readonly via?: readonly string[]
}

/** Whether a rule of this account raised the alert, and no other account passed the alert on. */
export function raisedHere(origin: Origin): origin is Origin & { rule: string } {
  return origin.rule !== undefined && origin.via === undefined
}

export function sameOrigin(a: Origin, b: Origin): boolean {
  if (a === b) return true
  if (a.account !== b.account || a.integration !== b.integration || a.rule !== b.rule) return false
  const [via, others] = [a.via ?? [], b.via ?? []]
  const bothForwarded = (a.via === undefined) === (b.via === undefined)
  return bothForwarded && via.length === others.length && via.every((account, index) => account === others[index])
}

/**
 * An alert as an integration decoded the sender's payload. Dispatch fills in a missing endsAt: now and the recovery
 * time of the alert.
 */
export interface PostedAlert {
  labels: Labels
  annotations: Labels
  startsAt: Millis
  endsAt?: Millis
  /** Recovery time of this alert, 0: never. Absent: the recovery time of the message. */
  recoverAfterMs?: Millis
  generatorURL?: string
  /**
   * The origin, when another account or product passed the alert on. Absent: the alert was raised at the integration.
   */
  origin?: Origin
  /** Computed by ingest already. Absent: dispatch computes the fingerprint. */
  fingerprint?: Fingerprint
}

/** An alert as a group keeps the alert. The label set is the identity. */
export interface Alert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: Millis
  /** The alert fires until `endsAt`; from that instant on the alert is resolved. */
  readonly endsAt: Millis
  /** True: endsAt is our recovery time, not the sender's word; such an end never outlives a newer end. */
  readonly timeout: boolean
  readonly generatorURL?: string
  readonly origin: Origin
}

export function resolvedAt(alert: Pick<Alert, 'endsAt'>, now: Millis): boolean {
  return alert.endsAt <= now
}
