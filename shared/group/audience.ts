import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import { type Target, targetKey } from '../delivery/target.ts'
import { over } from './closed-by-hand.ts'
import type { Group, Incident } from './group.ts'
import type { TargetState } from './target-state.ts'

/** The targets of notifications at a moment. (Life-cycle events go to the channels that the policy names.) */
export interface Audience {
  /** By `targetKey`, in the order of the policy. */
  readonly tell: ReadonlyMap<string, { readonly target: Target; readonly why: AudienceReason }>
  /** The next moment at which the audience changes by itself; absent: never. */
  readonly changesAt?: Millis
}

/** Why a target is in the audience. `always`: the policy names the target without a condition. */
export type AudienceReason = 'always'

/** The facts that decide the audience. */
export interface Situation {
  /** Fingerprints of the firing alerts. */
  firing: Iterable<Fingerprint>
  incident: Incident | undefined
  /** State of each target, by `targetKey`: a target out of reach may be replaced by another. */
  health: ReadonlyMap<string, TargetState>
  now: Millis
}

/** Today every target of the policy, at every moment. Every part of the machine asks here instead of the policy. */
function audience({ targets }: Pick<Policy, 'targets'>, _situation: Situation): Audience {
  return { tell: new Map(targets.map((target) => [targetKey(target), { target, why: 'always' }])) }
}

/** The audience of a group as the group is now. */
export function audienceNow(group: Group, { policy, now }: { policy: Policy; now: Millis }): Audience {
  const { incident, targets: health } = group
  return audience(policy, { firing: firing(group, now), incident, health, now })
}

/** Walks the alerts only if the audience depends on the result. */
function* firing({ members }: Group, now: Millis): Generator<Fingerprint> {
  for (const [fingerprint, member] of members) if (!over(member, now)) yield fingerprint
}
