import type { Millis } from '../base/time.ts'
import { targetKey } from '../delivery/target.ts'
import type { Context, Draft } from './context.ts'
import { owesEarlierKeys } from './earlier-keys.ts'
import { heardAt } from './heard.ts'
import type { TargetState } from './target-state.ts'

/**
 * The knowledge of a target counts for 2 × repeatInterval after the last message, as upstream; undefined: the target
 * knows nothing.
 */
export function knowsUntil(state: TargetState, { policy }: Context): Millis | undefined {
  const at = heardAt(state)
  return at === undefined ? undefined : at + 2 * policy.repeatIntervalMs
}

/**
 * Forgets the targets that the policy names no longer: the group may live for years, and its head must not grow with
 * every channel that ever was. Safe, as nothing is owed to such a target: no delivery is out, no event waits, and no
 * pause is to be announced. A target that comes back is told of the firing alerts as if for the first time, and counts
 * on, so that its deliveries have new ids. An end of an alert that fired before the target was forgotten is told no
 * more, as after an emptied group was forgotten.
 */
export function forgetTargets({ group }: Draft, ctx: Context): void {
  const { policy, now } = ctx
  const named = new Set([...policy.targets, ...policy.lifecycle].map(targetKey))
  for (const [key, state] of group.targets) {
    if (named.has(key) || isOwed(state) || owesEarlierKeys(state) || (knowsUntil(state, ctx) ?? now) > now) continue
    group.targets.delete(key)
    group.forgottenCount = Math.max(group.forgottenCount ?? 0, state.count)
  }
}

function isOwed({ open, owedEvents, paused }: TargetState): boolean {
  return open !== undefined || owedEvents?.[0] !== undefined || paused !== undefined
}
