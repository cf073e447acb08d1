import type { Fingerprint } from '../alert/alert.ts'
import { countLevels, type LevelCounts } from '../alert/level.ts'
import { digest } from '../base/hash.ts'
import { DAY, MINUTE, type Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { type MuteReason, reasonKey } from '../reason/reason.ts'
import type { AlertSet } from './alert-sets.ts'
import { addressedTargets } from './audience.ts'
import { over, overAt } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import type { Group } from './group.ts'
import { mayThinkFiring } from './heard.ts'
import { about, note, noteMuted } from './log.ts'
import { isLiving, sendsResolved, setState } from './target.ts'
import { forgetting } from './target-state.ts'
import type { View } from './view.ts'

/*
 * The ends of muted alerts. A silence holds back news, and not the end of what was told: a ticket that a target opened
 * would stay open for ever. So an alert that resolves while it is muted waits in its group for as long as a target that
 * is sent ends may think that the alert fires. When the muting is over, the next flush finds the end owed, as it finds
 * every end. The incident does not wait: it closes when its alerts are over.
 *
 * A policy with `silencedEnds: dropped` does as Alertmanager: the alert leaves at the flush that finds it resolved, and
 * nobody is told.
 */

export function keepsMutedEnds({ silencedEnds }: Pick<Policy, 'silencedEnds'>): boolean {
  return silencedEnds !== 'dropped'
}

/** The alerts that a living target may think to fire, by what it heard or is hearing, if it is sent ends. */
export function endsOwed(draft: Draft, ctx: Context): ReadonlySet<Fingerprint> {
  const { group } = draft
  const lists = new Set<AlertSet>()
  for (const [key, target] of addressedTargets(group, ctx.policy)) {
    const state = group.targets.get(key)
    if (state === undefined || !isLiving(state) || !sendsResolved(target, ctx)) continue
    lists.add(mayThinkFiring(state)).add(state.open?.firing ?? [])
  }
  return new Set([...lists].flat())
}

/**
 * The alerts whose ends are owed under the key of another group. What this policy does with the ends of muted alerts was
 * no word of the policy that told the beginning, so those ends wait.
 */
export function endsOwedToEarlierKeys({ group }: Draft, ctx: Context): ReadonlySet<Fingerprint> {
  const lists = new Set<AlertSet>()
  for (const [key, target] of addressedTargets(group, ctx.policy)) {
    const state = group.targets.get(key)
    if (state?.earlier === undefined || !isLiving(state) || !sendsResolved(target, ctx)) continue
    for (const thought of Object.values(state.earlier.under)) lists.add(thought)
  }
  return new Set([...lists].flat())
}

/**
 * Of alerts that a message did not mention, the muted alerts: nothing else that a target may think to fire is left out
 * of a message while it is in the group, unless the message says so itself.
 */
export function unmentionedMuted(
  { group }: Draft,
  { policy }: Pick<Context, 'policy'>,
): (unmentioned: AlertSet) => AlertSet {
  return (unmentioned) => {
    if (!keepsMutedEnds(policy)) return []
    const here = unmentioned.filter((fingerprint) => group.members.has(fingerprint))
    return here.length === unmentioned.length ? unmentioned : here
  }
}

type Muted = ReadonlyMap<Fingerprint, MuteReason>

/** Says once that the end of an alert waits for the end of the muting. */
export function noteWaitingEnds(draft: Draft, muted: Muted, ctx: Context): void {
  if (!keepsMutedEnds(ctx.policy)) return
  const ended = [...muted.keys()].filter((fingerprint) => {
    const { alert, compared } = draft.group.members.get(fingerprint)!
    return alert.endsAt <= ctx.now && (compared === undefined || compared < alert.endsAt)
  })
  if (ended.length === 0) return
  const owed = endsOwed(draft, ctx)
  const alerts = ended.filter((fingerprint) => owed.has(fingerprint))
  if (alerts.length > 0) note(draft, ctx.now, { kind: 'not-told', reason: { code: 'end-waits' }, alerts })
}

/**
 * Alerts that leave while they are muted are over, and nobody is told the end: the timeline says so where a target may
 * think that the alert fires. A target that is sent no ends takes the end as known, so that the next firing is told.
 */
export function dropMutedEnds(draft: Draft, left: AlertSet, ctx: Context): void {
  if (left.length === 0) return
  const thought = thoughtToFire(draft, ctx)
  const dropped = left.filter((fingerprint) => thought.has(fingerprint))
  const entry = { kind: 'not-told' as const, reason: { code: 'end-dropped' as const }, alerts: dropped }
  const { incident, lastIncident } = draft.group
  if (dropped.length > 0)
    note(draft, ctx.now, { ...entry, ...(incident === undefined && about({ incident: lastIncident }, draft.group)) })
  if (!keepsMutedEnds(ctx.policy)) return
  for (const [key, target] of addressedTargets(draft.group, ctx.policy)) {
    const state = draft.group.targets.get(key)
    if (state !== undefined && !sendsResolved(target, ctx)) setState(draft, key, forgetting(state, left))
  }
}

/** The alerts that any target may think to fire, if it is sent ends: also a target that is paused, or named no longer. */
function thoughtToFire({ group }: Draft, ctx: Context): ReadonlySet<Fingerprint> {
  const lists = new Set<AlertSet>()
  for (const [key, state] of group.targets) {
    if (sendsResolved(parseTargetKey(key), ctx)) lists.add(mayThinkFiring(state))
  }
  return new Set([...lists].flat())
}

/** The moment at which the newest of the muted alerts ended; undefined: a muted alert fires, or ends are dropped. */
function endOfMuted({ group }: Draft, muted: Muted, { policy, now }: Context): Millis | undefined {
  if (!keepsMutedEnds(policy)) return undefined
  let newest: Millis | undefined
  for (const fingerprint of muted.keys()) {
    const member = group.members.get(fingerprint)!
    if (!over(member, now)) return undefined
    newest = Math.max(newest ?? 0, overAt(member, now)!)
  }
  return newest
}

/** A group that only waits to tell ends looks at every tick for so long, and then so often. */
const OFTEN_MS = DAY
const RARE_LOOK_MS = 15 * MINUTE

/**
 * The moment of the next look whether a muting is over, at a tick or before it. Senders resend what fires, and nobody
 * resends an end: a silence of ten years must not cost a look every 30 seconds. A silence that runs out is known
 * beforehand.
 */
export function nextMutedLook({ nextTick, endedMuted }: Group, { policy, silenceEnds }: Context): Millis {
  if (endedMuted === undefined || nextTick - endedMuted < OFTEN_MS) return nextTick
  const rare = nextTick - policy.groupIntervalMs + RARE_LOOK_MS
  return Math.max(nextTick, Math.min(rare, silenceEnds ?? rare))
}

/**
 * Notes the muted alerts. When the muting ends, the alerts have to be compared again, so the grid goes on ticking; and
 * the timeline names the reason.
 */
export function takeMuted(draft: Draft, seen: View, ctx: Context): void {
  draft.group.muted ||= seen.muted.size > 0
  draft.group.held = heldLevels(draft.group, seen, ctx)
  draft.group.endedMuted = endOfMuted(draft, seen.muted, ctx)
  const noted = [...seen.muted].map(([fingerprint, reason]) => `${fingerprint} ${reasonKey(reason)}`).sort()
  const key = noted.length === 0 ? undefined : digest(noted)
  if (key === draft.group.notedMuted) return
  draft.group.notedMuted = key
  noteMuted(draft, seen.muted, ctx.now)
}

function heldLevels({ members }: Group, { muted }: View, { now }: Context): LevelCounts | undefined {
  const firing = [...muted.keys()]
    .map((fingerprint) => members.get(fingerprint)!)
    .filter((member) => !over(member, now))
  return firing.length === 0 ? undefined : countLevels(firing.map(({ alert }) => alert))
}
