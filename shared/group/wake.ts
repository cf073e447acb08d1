import { resolvedAt } from '../alert/alert.ts'
import { MINUTE, type Millis } from '../base/time.ts'
import { sleepers } from './asked.ts'
import { addressedTargets, namedTargets } from './audience.ts'
import { over } from './closed-by-hand.ts'
import type { Context } from './context.ts'
import { knowsUntil } from './forget.ts'
import type { Group } from './group.ts'
import { mayBeOvertaken } from './heard.ts'
import { opensIncidents, stopsRepeats } from './incident.ts'
import { PAUSED_EVENTS_MS } from './lifecycle-events.ts'
import { nextMutedLook } from './muted-ends.ts'
import { isLiving } from './target.ts'
import type { TargetState } from './target-state.ts'

/**
 * The time after a pause at which the group checks the announcement: the worker behind the pause may have ended before
 * the announcement.
 */
const ANNOUNCE_AGAIN_MS = MINUTE

/** The first tick of the grid at or after `at`, but not a tick in the past. */
function tickFrom(group: Group, at: Millis, intervalMs: number): Millis {
  if (at <= group.nextTick) return group.nextTick
  return group.nextTick + Math.ceil((at - group.nextTick) / intervalMs) * intervalMs
}

/**
 * The next moment at which the group can change without an input; `undefined`: never, the head can go. A tick counts
 * only with alerts to compare.
 */
export function nextWake(group: Group, ctx: Context): Millis | undefined {
  let next = Number.POSITIVE_INFINITY
  const consider = (at: Millis): void => {
    if (at < next) next = at
  }
  const named = namedTargets(ctx.policy)
  const addressed = addressedTargets(group, ctx.policy)
  const retries = [...addressed.keys()].some((id) => group.targets.get(id)?.retry !== undefined)
  const early = retries && (group.lastTick === undefined || waitsForIncident(group, ctx))
  for (const id of addressed.keys()) {
    const target = group.targets.get(id)
    if (target !== undefined) considerTarget(group, target, early, ctx, consider)
  }
  for (const [id, target] of group.targets) {
    if (addressed.has(id)) continue
    // A channel that the policy names no longer: only its open delivery still matters.
    if (target.open !== undefined) consider(target.open.deadline)
    else if (target.owedEvents?.[0] === undefined) continue
    else consider(isLiving(target) ? (target.retry?.notBefore ?? ctx.now) : target.paused!.at + PAUSED_EVENTS_MS)
  }
  for (const { paused } of group.targets.values()) {
    if (paused !== undefined && paused.announced !== true) consider(Math.max(ctx.now, paused.at + ANNOUNCE_AGAIN_MS))
  }
  const { audienceUntil } = group
  // The first flush finds the audience of its own moment.
  if (audienceUntil !== undefined && group.members.size > 0 && group.lastTick !== undefined) consider(audienceUntil)
  for (const { opensAt } of sleepers(group, ctx)) consider(opensAt)
  const interval = ctx.policy.groupIntervalMs
  let firing = false
  for (const member of group.members.values()) {
    const resolved = resolvedAt(member.alert, ctx.now)
    firing ||= !over(member, ctx.now)
    if (member.compared === undefined) consider(group.nextTick)
    else if (!resolved || member.compared < member.alert.endsAt)
      consider(tickFrom(group, member.alert.endsAt, interval))
  }
  if (group.members.size > 0 && group.muted) consider(tickFrom(group, nextMutedLook(group, ctx), interval))
  if (firing && stopsRepeats(group, ctx.policy) === undefined) {
    for (const id of named.keys()) considerRepeat(group, group.targets.get(id), ctx, consider)
  }
  if (group.members.size === 0) {
    const until = remembersUntil(group, ctx)
    // A moment in the past: there is nothing left to remember, so no wake is needed.
    if (until !== undefined && until > ctx.now) consider(until)
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next
}

function considerTarget(
  group: Group,
  target: TargetState,
  early: boolean,
  ctx: Context,
  consider: (at: Millis) => void,
): void {
  if (target.open !== undefined) return consider(target.open.deadline)
  if (!isLiving(target) || group.members.size === 0) return
  const waits = mayBeOvertaken(target, ctx.now)
  const from = waits ? target.doubt!.until : ctx.now
  if (target.retry !== undefined) {
    consider(early ? group.nextTick : Math.max(target.retry.notBefore, from))
  } else if (waits && target.recheck === true) consider(from)
}

/**
 * Alerts fire and no incident is open: the tick that opens the incident tells the alerts that a retry would tell
 * before.
 */
function waitsForIncident({ incident, members }: Group, { now, policy, muted }: Context): boolean {
  if (incident !== undefined || !opensIncidents(policy)) return false
  return [...members].some(([id, member]) => !over(member, now) && muted(id, member.alert) === undefined)
}

function considerRepeat(
  group: Group,
  target: TargetState | undefined,
  ctx: Context,
  consider: (at: Millis) => void,
): void {
  // An open delivery may have arrived without a report.
  const at = target?.open?.nominal ?? target?.told?.at
  if (target === undefined || at === undefined || !isLiving(target) || target.out === true) return
  // Strictly older than repeatInterval: the first tick after the interval counts, and not a tick exactly at its end.
  consider(tickFrom(group, at + ctx.policy.repeatIntervalMs + 1, ctx.policy.groupIntervalMs))
}

/** The time until which an emptied group is remembered: for its tombstones, and for the knowledge of its targets. */
function remembersUntil(group: Group, ctx: Context): Millis | undefined {
  let until: Millis | undefined
  for (const { until: end } of group.tombstones.values()) until = Math.max(until ?? end, end)
  for (const target of group.targets.values()) {
    const end = knowsUntil(target, ctx)
    if (end !== undefined) until = Math.max(until ?? end, end)
  }
  return until
}
