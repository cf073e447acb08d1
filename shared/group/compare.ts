import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { NotifyReason } from '../delivery/delivery.ts'
import { union, without } from './alert-sets.ts'
import type { TargetState } from './target-state.ts'

/** The present alerts, without muted alerts. */
export interface Present {
  firing: readonly Fingerprint[]
  resolved: readonly Fingerprint[]
}

export interface Rhythm {
  /** Nominal time of the flush. */
  nominal: Millis
  repeatIntervalMs: number
  sendResolved: boolean
}

/**
 * The reason to tell the target, or undefined when the present alerts agree with the told alerts. Alertmanager's
 * `needsUpdate` (notify/dedup_stage.go), made safe against lost answers:
 * - a firing alert counts as told only if `told` contains the alert, and no delivery in doubt said the opposite since;
 * - a resolve is owed to a target that may have heard that the alert fires, from `told` or from doubt.
 */
export function difference(
  target: Pick<TargetState, 'told' | 'doubt'>,
  present: Present,
  rhythm: Rhythm,
): NotifyReason | undefined {
  const { told, doubt } = target
  const maybeFiring = union(told?.firing, doubt?.firing)
  if (present.firing.length === 0) return maybeFiring.length > 0 ? 'all-resolved' : undefined
  if (told === undefined) return 'first'

  const surelyFiring = without(told.firing, doubt?.resolved)
  if (without(present.firing, surelyFiring).length > 0) {
    // After a resolve the group is told as if for the first time.
    return told.firing.length === 0 ? 'first' : 'new-alerts'
  }

  const surelyResolved = without(told.resolved, doubt?.firing)
  if (rhythm.sendResolved && without(present.resolved, surelyResolved).length > 0) {
    return 'some-resolved'
  }
  return told.at < rhythm.nominal - rhythm.repeatIntervalMs ? 'repeat' : undefined
}
