import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import { parseTargetKey, type Target, targetKey } from '../delivery/target.ts'
import { over } from './closed-by-hand.ts'
import { owesEarlierKeys } from './earlier-keys.ts'
import type { Group, Incident } from './group.ts'
import type { TargetState } from './target-state.ts'

/** The targets of notifications at a moment. (Life-cycle events go to the channels that the policy names.) */
export interface Audience {
  /** By `targetKey`, in the order of the policy. */
  readonly tell: ReadonlyMap<string, Addressee>
  /** The next moment at which the audience changes by itself; absent: never. */
  readonly changesAt?: Millis
}

/** A target that is told, and of what. */
export interface Addressee {
  readonly target: Target
  readonly why: AudienceReason
  /**
   * `all`: beginnings, ends and repeats. `earlier-ends`: only ends that are owed under the keys of groups in which the
   * alerts were before.
   */
  readonly tells: 'all' | 'earlier-ends'
}

/**
 * Why a target is in the audience. `always`: the policy names the target without a condition. `told-before`: another
 * group, whose policy names the target, told it the beginnings.
 */
export type AudienceReason = 'always' | 'told-before'

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
  return { tell: new Map(targets.map((target) => [targetKey(target), { target, why: 'always', tells: 'all' }])) }
}

/** The audience of a group as the group is now. */
export function audienceNow(group: Group, { policy, now }: { policy: Policy; now: Millis }): Audience {
  const { incident, targets: health } = group
  const { tell, ...rest } = audience(policy, { firing: firing(group, now), incident, health, now })
  const before = [...health].flatMap(([key, state]): [string, Addressee][] => {
    if (tell.has(key) || !owesEarlierKeys(state)) return []
    return [[key, { target: parseTargetKey(key), why: 'told-before', tells: 'earlier-ends' }]]
  })
  return { tell: before.length === 0 ? tell : new Map([...tell, ...before]), ...rest }
}

/** Walks the alerts only if the audience depends on the result. */
function* firing({ members }: Group, now: Millis): Generator<Fingerprint> {
  for (const [fingerprint, member] of members) if (!over(member, now)) yield fingerprint
}
