import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { NotifyReason } from '../delivery/delivery.ts'
import type { TargetState } from './target-state.ts'

/** The alerts of a group, without the muted alerts. */
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
 * The difference between the present alerts and the alerts told to the target. Alertmanager's `needsUpdate`
 * (notify/dedup_stage.go), made safe against lost answers:
 * - a firing alert counts as told only if `told` says so and nothing in doubt said the opposite since;
 * - a resolve is owed to every target that may have heard of the firing, in `told` or in doubt.
 */
export function difference(
  target: Pick<TargetState, 'told' | 'doubt'>,
  present: Present,
  rhythm: Rhythm,
): NotifyReason | undefined {
  const { told, doubt } = target
  const maybeFiring = new Set([...(told?.firing ?? []), ...(doubt?.firing ?? [])])
  if (present.firing.length === 0) return maybeFiring.size > 0 ? 'all-resolved' : undefined
  if (told === undefined) return 'first'

  const surelyFiring = without(told.firing, doubt?.resolved)
  if (present.firing.some((fingerprint) => !surelyFiring.has(fingerprint))) {
    // After a resolve the group is told as if for the first time.
    return told.firing.length === 0 ? 'first' : 'new-alerts'
  }

  const surelyResolved = without(told.resolved, doubt?.firing)
  if (rhythm.sendResolved && present.resolved.some((fingerprint) => !surelyResolved.has(fingerprint))) {
    return 'some-resolved'
  }
  return told.at < rhythm.nominal - rhythm.repeatIntervalMs ? 'repeat' : undefined
}

function without(all: readonly Fingerprint[], some: readonly Fingerprint[] | undefined): Set<Fingerprint> {
  const set = new Set(all)
  for (const fingerprint of some ?? []) set.delete(fingerprint)
  return set
}
