import type { Fingerprint } from '../alert/alert.ts'
import { DAY, type Millis } from '../base/time.ts'
import { opensAt } from '../flow/audience.ts'
import type { NotToldReason } from '../reason/reason.ts'
import { type AlertSet, common } from './alert-sets.ts'
import { type Addressee, addressedTargets, spreadOf } from './audience.ts'
import { overAt } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import { thoughtHere } from './earlier-keys.ts'
import type { Group } from './group.ts'
import { mayThinkFiring } from './heard.ts'
import { allInHand } from './in-hand.ts'
import { isLiving, sendsResolved } from './target.ts'
import type { TargetState } from './target-state.ts'
import { endsOf, type View, viewOnly } from './view.ts'

/*
 * Whether a flow asks for a target now. For any reason not to ask, the target is out: the target hears the ends of alerts
 * that the target may think to fire, and no other news. A target that the flow asks for again is compared like every
 * target, and hears only the news since.
 */

export type Asked =
  /** Of everything that fires, and of the ends that the target is owed. */
  | { tells: 'all'; seen: View; calls: boolean }
  /** `seen` undefined: no end is owed. `because`: why the target is not asked for. */
  | { tells: 'ends'; seen: View | undefined; because: NotToldReason }

export function askedOf(
  { group, views }: Pick<Draft, 'group' | 'views'>,
  addressee: Addressee,
  state: TargetState,
  seen: View,
  ctx: Context,
): Asked {
  if (ctx.flow === undefined) return { tells: 'all', seen, calls: false }
  const mine = thoughtHere(state)
  const because = notAsked(group, addressee, state, seen)
  if (because !== undefined) return { tells: 'ends', seen: endsOf(views, seen, mine), because }
  // Ends that are kept in the group for others are no news for this target.
  const owed = common(seen.resolved, mine)
  const whole = owed.length === seen.resolved.length
  const calls = seen.firing.length > 0 && isCalled(addressee, state)
  return { tells: 'all', seen: whole ? seen : viewOnly(views, seen, seen.firing, owed), calls }
}

function notAsked(
  group: Group,
  { why, tells, opensAt }: Addressee,
  state: TargetState,
  { firing }: View,
): NotToldReason | undefined {
  if (firing.length === 0) return { code: 'nothing-told-fires' }
  if (tells === 'ends') return { code: 'not-asked' }
  if (opensAt !== undefined) return { code: 'outside-period', opensAt }
  if (why === 'escalated' || !isFresh(state) || !allInHand(group, firing)) return undefined
  return { code: 'claimed', handler: group.incident!.handler! }
}

/** Whether the last look found the target out, or the target was never told. */
function isFresh({ told, out }: Pick<TargetState, 'told' | 'out'>): boolean {
  return told === undefined || out === true
}

/** Whether a stage calls the target, and the stage's moment came after every message that surely reached the target. */
function isCalled({ why, since }: Addressee, { told }: Pick<TargetState, 'told'>): boolean {
  if (why !== 'escalated' || since === undefined) return false
  return told === undefined || (told.openedAt ?? told.newestAt ?? told.at) < since
}

/** A period that opens later than this after an end: the end is not told. */
const LONGEST_WAIT_MS = 3 * DAY

/** The opening of a target's period, for ends that are owed to the target. */
export interface Opening {
  /** A period of the target opens then. */
  opensAt: Millis
  /** The ends that lie too far before the opening. */
  tooFar: AlertSet
}

/**
 * When a target hears these ends; undefined: now. The periods of every action that can name the target count: an end is
 * told by no step.
 */
export function openingFor(group: Group, key: string, ends: AlertSet, ctx: Context): Opening | undefined {
  const { now } = ctx
  const opening = opensAfter(group, key, ctx)
  if (opening === undefined) return undefined
  const tooFar = ends.filter((one) => opening - (overAt(group.members.get(one)!, now) ?? now) > LONGEST_WAIT_MS)
  return { opensAt: opening, tooFar }
}

/** The moment at which a period of the target opens; undefined: one is open, or the policy has no flow. */
export function opensAfter(group: Group, key: string, { flow, now }: Context): Millis | undefined {
  return flow && opensAt(flow, key, now, spreadOf(group))
}

/** The alerts whose ends a flush compared: an owed end of such an alert waits for no tick. */
export function comparedEnds({ members }: Group, now: Millis): AlertSet {
  const ends: Fingerprint[] = []
  for (const [fingerprint, member] of members) {
    const end = overAt(member, now)
    if (end !== undefined && member.compared !== undefined && member.compared >= end) ends.push(fingerprint)
  }
  return ends
}

/** A target outside of its periods that is owed ends, and the ends. */
export interface Sleeper extends Opening {
  key: string
  ends: AlertSet
}

/** The targets that wait for their period to hear an end. The alerts stay in the group for so long. */
export function sleepers(group: Group, ctx: Context): Sleeper[] {
  if (ctx.flow === undefined) return []
  const ended = comparedEnds(group, ctx.now)
  if (ended.length === 0) return []
  return [...addressedTargets(group, ctx.policy)].flatMap(([key, target]) => {
    const state = group.targets.get(key)
    if (state === undefined || !isLiving(state) || !sendsResolved(target, ctx)) return []
    const ends = common(ended, mayThinkFiring(state))
    const opening = ends.length === 0 ? undefined : openingFor(group, key, ends, ctx)
    return opening === undefined ? [] : [{ key, ends, ...opening }]
  })
}

/**
 * Whether time alone made the target one to look at, between two ticks: a stage calls, the audience changed at the moment
 * that was known, or a period opened for an end that waits. A condition that a new alert makes true waits for the tick.
 */
export function isNewlyAsked(
  group: Group,
  addressee: Addressee,
  state: TargetState | undefined,
  ended: AlertSet,
  ctx: Context,
): boolean {
  const { audienceUntil = Number.POSITIVE_INFINITY } = group
  const known = state ?? { count: 0 }
  if (known.retry !== undefined || known.paused !== undefined) return false
  if (addressee.tells === 'all' && addressee.opensAt === undefined) {
    if (isCalled(addressee, known)) return true
    if (isFresh(known) && (addressee.why !== 'primary' || ctx.now >= audienceUntil)) return true
  }
  return known.out === true && common(ended, mayThinkFiring(known)).length > 0
}
