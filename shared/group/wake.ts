import { resolvedAt } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { over } from './closed-by-hand.ts'
import type { Context } from './context.ts'
import type { Group, Target } from './group.ts'
import { PAUSED_FACTS_MS } from './lifecycle-events.ts'
import { held, living } from './target.ts'

/** The first tick of the grid at or after `at`, but not one that has passed. */
function tickFrom(group: Group, at: Millis, intervalMs: number): Millis {
  if (at <= group.nextTick) return group.nextTick
  return group.nextTick + Math.ceil((at - group.nextTick) / intervalMs) * intervalMs
}

/**
 * The next moment at which something can change without an input; `undefined`: never, the head can go.
 * A tick counts only if it has something to compare.
 */
export function nextWake(group: Group, by: Context): Millis | undefined {
  let next = Number.POSITIVE_INFINITY
  const consider = (at: Millis): void => {
    if (at < next) next = at
  }
  for (const id of by.policy.targets) {
    const target = group.targets.get(id)
    if (target !== undefined) considerTarget(group, target, by, consider)
  }
  for (const [id, target] of group.targets) {
    if (by.policy.targets.includes(id)) continue
    // A channel that the policy names no longer: only its open delivery still matters.
    if (target.open !== undefined) consider(target.open.deadline)
    else if (target.facts?.[0] === undefined) continue
    else consider(living(target) ? (target.retry?.notBefore ?? by.now) : target.paused!.at + PAUSED_FACTS_MS)
  }
  const interval = by.policy.groupIntervalMs
  let firing = false
  for (const member of group.members.values()) {
    const resolved = resolvedAt(member.alert, by.now)
    firing ||= !over(member, by.now)
    if (member.compared === undefined) consider(group.nextTick)
    else if (!resolved || member.compared < member.alert.endsAt)
      consider(tickFrom(group, member.alert.endsAt, interval))
  }
  if (group.members.size > 0 && group.muted) consider(group.nextTick)
  if (firing && group.incident?.handler === undefined) {
    for (const id of by.policy.targets) considerRepeat(group, group.targets.get(id), by, consider)
  }
  if (group.members.size === 0) {
    const until = remembersUntil(group, by)
    // In the past: there is nothing left to remember, so nothing to wake for.
    if (until !== undefined && until > by.now) consider(until)
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next
}

function considerTarget(group: Group, target: Target, by: Context, consider: (at: Millis) => void): void {
  if (target.open !== undefined) return consider(target.open.deadline)
  if (!living(target) || group.members.size === 0) return
  const waits = held(target, by.now)
  const from = waits ? target.doubt!.until : by.now
  if (target.retry !== undefined) {
    consider(group.lastTick === undefined ? group.nextTick : Math.max(target.retry.notBefore, from))
  } else if (waits && target.recheck === true) consider(from)
}

function considerRepeat(group: Group, target: Target | undefined, by: Context, consider: (at: Millis) => void): void {
  if (target?.told === undefined || target.open !== undefined || !living(target)) return
  // Strictly older than repeatInterval, so the first tick after it and not the one upon it.
  consider(tickFrom(group, target.told.at + by.policy.repeatIntervalMs + 1, by.policy.groupIntervalMs))
}

/** How long an emptied group has to be remembered: its tombstones, and told for 2 × repeatInterval as upstream. */
function remembersUntil(group: Group, by: Context): Millis | undefined {
  let until: Millis | undefined
  for (const { until: end } of group.tombstones.values()) until = Math.max(until ?? end, end)
  for (const target of group.targets.values()) {
    if (target.told === undefined && target.doubt === undefined) continue
    const end = (target.told?.at ?? group.lastTick ?? by.now) + 2 * by.policy.repeatIntervalMs
    until = Math.max(until ?? end, end)
  }
  return until
}
