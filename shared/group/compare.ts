import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { NotifyReason } from '../delivery/delivery.ts'
import { type AlertSet, common, union, without } from './alert-sets.ts'
import { mayThinkFiring, type TargetHeard } from './heard.ts'

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
  /** Muted alerts that a target was told of stay known, so that a message which only repeats told ends is no news. */
  keepsMuted?: boolean
}

/**
 * The reason to tell the target, or undefined when the present alerts agree with the told alerts. Alertmanager's
 * `needsUpdate` (notify/dedup_stage.go), made safe against lost answers:
 * - a firing alert counts as told only if `told` contains the alert, and no delivery in doubt said the opposite since;
 * - a resolve is owed to a target that may have heard that the alert fires, from `told`, from doubt, or before the alert
 *   was muted.
 */
export function difference(target: TargetHeard, present: Present, rhythm: Rhythm): NotifyReason | undefined {
  const { told, doubt, unmentioned } = target
  if (present.firing.length === 0) {
    const owed = [...union(told?.firing, doubt?.firing), ...common(unmentioned, present.resolved)]
    if (owed.length === 0 || (rhythm.keepsMuted && unknownEnds(target, present).length === 0)) return undefined
    return 'all-resolved'
  }
  if (told === undefined) return 'first'

  if (owedBeginnings(target, present).length > 0) {
    // After a resolve the group is told as if for the first time.
    return told.firing.length === 0 ? 'first' : 'new-alerts'
  }

  if (rhythm.sendResolved && unknownEnds(target, present).length > 0) return 'some-resolved'
  return told.at < rhythm.nominal - rhythm.repeatIntervalMs ? 'repeat' : undefined
}

/** The alerts that a message owes the target: all that `difference` can find, alert by alert. */
export function owedAlerts(
  target: TargetHeard,
  present: Present,
  { sendResolved }: Pick<Rhythm, 'sendResolved'>,
): AlertSet {
  const beginnings = owedBeginnings(target, present)
  if (!sendResolved) return beginnings
  const mayFire = common(present.resolved, mayThinkFiring(target))
  return union(beginnings, union(mayFire, unknownEnds(target, present)))
}

/** Firing alerts of which the target does not surely know that they fire. */
function owedBeginnings({ told, doubt }: TargetHeard, { firing }: Present): AlertSet {
  return without(firing, without(told?.firing, doubt?.resolved))
}

/** Alerts of which the target does not surely know that they are over. */
function unknownEnds({ told, doubt, unmentioned }: TargetHeard, { resolved }: Present): AlertSet {
  return without(resolved, without(without(told?.resolved, doubt?.firing), unmentioned))
}
