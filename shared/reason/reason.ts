import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { LifecycleType, NotifyReason } from '../delivery/delivery.ts'
import type { FailureReason } from '../delivery/outcome.ts'

/*
 * Reasons of decisions: a closed code and the values of that code, without prose. The timeline stores reasons,
 * groups compare reasons, the API answers with reasons, and metrics count reasons by code. `render.ts` has the
 * English text of each reason.
 */

/** The reason why an alert is held back at a moment. */
export type MuteReason =
  /** `source`: the inhibiting alert; `rule`: the id of the inhibit rule. */
  | { code: 'inhibited'; source: Fingerprint; rule: string }
  /** `intervals`: every active interval of the policy; the moment lies outside of every interval. */
  | { code: 'outside-active-intervals'; intervals: string[] }
  /** `interval`: the first mute interval of the policy in which the moment lies. */
  | { code: 'muted-by-interval'; interval: string }
  /** `silence`: the id of the first active silence with matching matchers. */
  | { code: 'silenced'; silence: string }

/** The reason why a target is told: by the comparison, or the life-cycle event that the delivery carries. */
export type TellReason =
  | { [Code in NotifyReason]: { code: Code } }[NotifyReason]
  | { code: 'event'; event: LifecycleType }

/** The reason why a target is paused: HTTP status 410, or no arrival for so many days. */
export type PauseReason = { code: 'target-gone' } | { code: 'nothing-arrived'; days: number }

/** The reason why a target is not told at a tick, although alerts are compared. */
export type NotToldReason =
  | MuteReason
  | { code: 'paused'; pause: PauseReason }
  /** The target knows what fires. */
  | { code: 'told-already' }
  /** The target knows what fires; further alerts resolved, and the channel does not send resolved alerts. */
  | { code: 'told-already-resolved-unsent' }
  /** No alert fires of which the target was told. */
  | { code: 'nothing-told-fires' }
  /** Every alert resolved, and the channel does not send resolved alerts. */
  | { code: 'all-resolved-unsent' }
  /** A repeat is due, and `handler` has the incident in hand. */
  | { code: 'claimed'; handler: string }
  /** The flow does not name the target now: no step with the target holds, a shift is over, or the first target is well again … */
  | { code: 'not-asked' }
  /** … or every period with the target is over; `opensAt`: a period opens again. */
  | { code: 'outside-period'; opensAt: Millis }
  /** The end is told when the period opens. */
  | { code: 'end-waits-for-period'; opensAt: Millis }
  /** The period opens too long after the end: the end is not told. */
  | { code: 'period-too-far' }
  /** Alerts fire, and the flow names nobody: no step holds, or nobody is on duty, enabled or in a period. */
  | { code: 'nobody' }
  /** The alerts resolved before the first flush. */
  | { code: 'resolved-before-flush' }
  /** The alerts resolved before any target was told of these alerts. */
  | { code: 'resolved-before-told' }
  /** The policy names the target no longer. */
  | { code: 'not-named' }
  /** The channel of the target was removed. */
  | { code: 'channel-gone' }
  /** The policy was removed. */
  | { code: 'policy-removed'; event?: LifecycleType }
  /** A changed configuration put the alerts into other groups. */
  | { code: 'alerts-moved' }
  /** The group has no alert any more. */
  | { code: 'nothing-left' }
  /** Of a delivery: a newer message to the target took its place. */
  | { code: 'superseded' }
  /** The alerts are over and muted: their ends are told when the muting is over. */
  | { code: 'end-waits' }
  /** The alerts ended while muted, and the ends are told to nobody, or to nobody any more. */
  | { code: 'end-dropped' }

/** The reason why a life-cycle event is dropped; `event`: its type, where the entry is about a single event. */
export type EventDropReason =
  | { code: 'too-many-events'; limit: number }
  | { code: 'not-a-lifecycle-channel' }
  | { code: 'channel-paused-too-long'; event: LifecycleType }
  | { code: 'policy-removed'; event?: LifecycleType }

/**
 * The reason why an incident opens or ends without an action of a person; `policy-removed` is above. `alerts-moved`: a
 * changed configuration put the alerts into other groups, where they fire on.
 */
export type IncidentReason = { code: 'alerts-fire' } | { code: 'alerts-resolved' } | { code: 'alerts-moved' }

/** An action of a person that took effect, or the reason why the action changed nothing. */
export type ActionReason =
  | { code: 'action'; action: 'claim' | 'assign'; handler: string }
  | { code: 'action'; action: 'unclaim' | 'comment' | 'close' | 'reopen' }
  | { code: 'incident-over' }
  | { code: 'incident-open-already' }
  | { code: 'incident-closed' }
  | { code: 'another-incident-open' }
  /** The handler is disabled or removed: nobody has the incident in hand. */
  | { code: 'handler-gone'; handler: string }

/** The failure of an attempt. `detail` is the text of the provider or of the network, never parsed and never secret. */
export type FailedReason = { code: 'failed'; failure: FailureReason; detail: string }

export function failedReason({ reason, detail }: { reason: FailureReason; detail: string }): FailedReason {
  return { code: 'failed', failure: reason, detail }
}

export type Reason =
  | NotToldReason
  | TellReason
  | PauseReason
  | EventDropReason
  | IncidentReason
  | ActionReason
  | FailedReason

/** Equal for reasons with equal code and values, whatever the order of the fields. */
export function reasonKey(reason: Reason): string {
  return JSON.stringify(
    Object.entries(reason)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

export function sameReason(a: Reason | undefined, b: Reason | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && reasonKey(a) === reasonKey(b))
}
