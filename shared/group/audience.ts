import { digest } from '../base/hash.ts'
import { MINUTE, type Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import type { ActionWords } from '../delivery/delivery.ts'
import { parseTargetKey, type Target, targetKey } from '../delivery/target.ts'
import { type Seat, type Situation, seatsOf } from '../flow/audience.ts'
import type { Subject } from '../flow/fields.ts'
import { over } from './closed-by-hand.ts'
import type { Context } from './context.ts'
import { owesEarlierKeys } from './earlier-keys.ts'
import type { Group } from './group.ts'
import type { TargetState } from './target-state.ts'

/** The targets of notifications at a moment. (Life-cycle events go to the channels that the policy names.) */
export interface Audience {
  /** By `targetKey`, in the order of the policy: every target that the policy can name, targets that are out too. */
  readonly tell: ReadonlyMap<string, Addressee>
  /** The next moment at which the audience changes by itself; absent: never. */
  readonly changesAt?: Millis
}

/** A target of the policy, and whether the target is told now. */
export interface Addressee extends ActionWords {
  readonly target: Target
  /**
   * `always`: the policy names the target without a condition. `primary`, `escalated`, `fallback`: the flow names the
   * target now. `out`: the flow does not name the target now. `told-before`: the policy does not name
   * the target, and another group, whose policy names it, told it the beginnings.
   */
  readonly why: 'always' | Seat['why'] | 'out' | 'told-before'
  /**
   * `all`: beginnings, ends and repeats. `ends`: only ends of alerts that the target may think to fire. `earlier-ends`:
   * of these only the ends that are owed under the keys of groups in which the alerts were before.
   */
  readonly tells: 'all' | 'ends' | 'earlier-ends'
  /** The place of the first step that names the target. */
  readonly step?: string
  /** Of an escalation: the moment from which on its stage holds. */
  readonly since?: Millis
  /** Outside of its periods a target is sent nothing: the first of the periods opens then. */
  readonly opensAt?: Millis
}

/** Every target that the policy can name. */
export function namedTargets({ targets }: Pick<Policy, 'targets'>): Map<string, Target> {
  return new Map(targets.map((target) => [targetKey(target), target]))
}

/** The circumstances by which an audience is decided. */
type Deciding = Pick<Context, 'now' | 'policy' | 'flow' | 'muted'>

/** The audience of a group as the group is now. `alerts`: the alerts that fire and that nothing mutes, if known. */
export function audienceNow(group: Group, ctx: Deciding, alerts?: readonly Subject[]): Audience {
  const { tell, ...rest } =
    ctx.flow === undefined ? plainAudience(ctx.policy) : flowAudience(group, alerts ?? audible(group, ctx), ctx)
  const before = earlierTargets(group, tell).map(([key, target]): [string, Addressee] => {
    return [key, { target, why: 'told-before', tells: 'earlier-ends' }]
  })
  return { tell: before.length === 0 ? tell : new Map([...tell, ...before]), ...rest }
}

/** Every target that a policy can name, and every other target that is owed ends under earlier keys. */
export function addressedTargets(group: Group, policy: Pick<Policy, 'targets'>): Map<string, Target> {
  const named = namedTargets(policy)
  for (const [key, target] of earlierTargets(group, named)) named.set(key, target)
  return named
}

function earlierTargets({ targets }: Group, named: ReadonlyMap<string, unknown>): [string, Target][] {
  return [...targets].flatMap(([key, state]): [string, Target][] => {
    return named.has(key) || !owesEarlierKeys(state) ? [] : [[key, parseTargetKey(key)]]
  })
}

/** Every target, always. */
function plainAudience(policy: Policy): Audience {
  const tell = [...namedTargets(policy)].map(([key, target]) => [key, { target, why: 'always', tells: 'all' }] as const)
  return { tell: new Map(tell) }
}

/** The facts of a group by which a flow decides. */
export function situationOf(group: Group, alerts: readonly Subject[], { now }: Pick<Context, 'now'>): Situation {
  return {
    alerts,
    incident: group.incident,
    failingSince: (key) => failingSince(group.targets.get(key)),
    now,
    spreadMs: spreadOf(group),
  }
}

function flowAudience(group: Group, alerts: readonly Subject[], ctx: Deciding): Audience {
  const flow = ctx.flow!
  const { seats, changesAt } = seatsOf(flow, situationOf(group, alerts, ctx))
  const tell = new Map<string, Addressee>()
  for (const [key, { target, template, details }] of flow.everyone) {
    const seat = seats.get(key)
    tell.set(
      key,
      seat === undefined ? { target, why: 'out', tells: 'ends', template, details } : { ...seat, tells: 'all' },
    )
  }
  return changesAt === undefined ? { tell } : { tell, changesAt }
}

/**
 * The alerts that fire and that nothing mutes. An alert that is over does not count: for how long it stays in the group
 * depends on deliveries to other targets.
 */
export function audible({ members }: Group, ctx: Deciding): Subject[] {
  const alerts: Subject[] = []
  for (const [fingerprint, member] of members) {
    if (!over(member, ctx.now) && ctx.muted(fingerprint, member.alert) === undefined) alerts.push(member.alert)
  }
  return alerts
}

function failingSince(state: TargetState | undefined): Millis | undefined {
  if (state?.paused !== undefined || state?.retry?.dead === true) return Number.NEGATIVE_INFINITY
  const { since, waitsSince } = state?.retry ?? {}
  return since === undefined ? undefined : Math.min(since, waitsSince ?? since)
}

/** Periods open, and shifts change, over a minute: not all groups of an account at once. */
const SPREAD_MS = MINUTE

export function spreadOf({ id }: Pick<Group, 'id'>): Millis {
  return Number.parseInt(digest(['spread', id], 8), 16) % SPREAD_MS
}
