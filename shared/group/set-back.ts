import { presentStamp } from '../alert/stamp.ts'
import { CLOCKS_DIFFER_MS, MAX_MILLIS, type Millis } from '../base/time.ts'
import { DELIVERY_WINDOW_MS } from '../delivery/delivery.ts'
import { longestDelayMs } from './backoff.ts'
import type { Context } from './context.ts'
import { LONGEST_TOMBSTONE_MS } from './fold.ts'
import type { Group, Incident, Member, Tombstone } from './group.ts'
import type { NotificationLogEntry } from './heard.ts'
import type { TargetState } from './target-state.ts'

interface Reach {
  now: Millis
  /** No moment of the past can be later. */
  latest: Millis
}

/**
 * Brings a group whose moments were written before the clock was set back into reach of the present clock: what has
 * happened has happened by now at the latest, and nothing that the group waits for lies further ahead than its own
 * interval. The order of messages needs nothing: stamps never go back (`shared/base/order.ts`). Where the clock was not
 * set back, nothing changes. A second run changes nothing more.
 */
export function bringIntoReach(group: Group, { now, policy, flow }: Pick<Context, 'now' | 'policy' | 'flow'>): void {
  const reach = { now, latest: now + CLOCKS_DIFFER_MS }
  const stepped = group.lastTick !== undefined && group.lastTick > reach.latest
  if (group.lastTick !== undefined) group.lastTick = past(group.lastTick, reach)
  // Shifts and periods were those of the later moment: whoever the present moment names is told without a tick.
  if (stepped && flow !== undefined) group.audienceUntil = now
  if (group.members.size > 0) {
    const waitMs = group.lastTick === undefined ? policy.groupWaitMs : policy.groupIntervalMs
    group.nextTick = ahead(group.nextTick, waitMs, reach)
  }
  if (group.incident !== undefined) group.incident = reachedIncident(group.incident, reach)
  for (const [fingerprint, member] of group.members) {
    const reached = reachedMember(member, reach)
    if (reached !== member) group.members.set(fingerprint, reached)
  }
  for (const [fingerprint, tombstone] of group.tombstones) {
    const reached = reachedTombstone(tombstone, reach)
    if (reached !== tombstone) group.tombstones.set(fingerprint, reached)
  }
  for (const [key, state] of group.targets) {
    const reached = reachedTarget(state, stepped, reach)
    if (reached !== state) group.targets.set(key, reached)
  }
}

/** The beginnings of timers. The moment of opening is part of what was told, and stays. */
function reachedIncident(incident: Incident, reach: Reach): Incident {
  const moments = (['claimedAt', 'freeSince', 'audibleSince'] as const).filter((name) => {
    return (incident[name] ?? 0) > reach.latest
  })
  if (moments.length === 0) return incident
  return { ...incident, ...Object.fromEntries(moments.map((name) => [name, reach.now])) }
}

function past(at: Millis, { now, latest }: Reach): Millis {
  return at > latest ? now : at
}

function ahead(at: Millis, intervalMs: number, { now, latest }: Reach): Millis {
  return at > latest + intervalMs ? now + intervalMs : at
}

/**
 * An alert that was over is not born again by a clock that has not come to its end yet. An end that Tocsin computed
 * lies no further ahead than the recovery time; an end that the sender gave is the word of the sender.
 */
function reachedMember(member: Member, reach: Reach): Member {
  const { alert, stamp, claimedEnd, compared, closedByHand } = member
  const { now, latest } = reach
  // Nearly every alert: no moment of the past lies ahead.
  if (stamp.at <= latest && (compared ?? 0) <= latest && (closedByHand?.at ?? 0) <= latest) return member
  // The recovery time begins at the receipt, so only an end that the sender gave can lie before the receipt.
  const wasOver = (compared !== undefined && compared >= alert.endsAt) || (!alert.timeout && stamp.at >= alert.endsAt)
  let { endsAt } = alert
  if (endsAt > latest && wasOver) endsAt = now
  else if (alert.timeout && endsAt < MAX_MILLIS && stamp.at > latest)
    endsAt = Math.min(endsAt, now + claimedEnd - stamp.at)
  const closedAt = closedByHand && past(closedByHand.at, reach)
  const moved = compared !== undefined && compared > latest
  const present = presentStamp(stamp, now)
  if (present === stamp && endsAt === alert.endsAt && !moved && closedAt === closedByHand?.at) return member
  // A flush that saw the alert fire stays before its end, and a flush that saw the end stays behind it.
  const seen = compared !== undefined && compared >= alert.endsAt ? now : Math.min(now, endsAt - 1)
  return {
    ...member,
    stamp: present,
    alert: endsAt === alert.endsAt ? alert : { ...alert, endsAt },
    ...(moved ? { compared: seen } : {}),
    ...(closedByHand === undefined ? {} : { closedByHand: { ...closedByHand, at: closedAt! } }),
  }
}

/** An alert that left was over, and no message about the alert lives longer by another clock. */
function reachedTombstone(tombstone: Tombstone, reach: Reach): Tombstone {
  const endsAt = past(tombstone.alert.endsAt, reach)
  const until = ahead(tombstone.until, LONGEST_TOMBSTONE_MS, reach)
  if (endsAt === tombstone.alert.endsAt && until === tombstone.until) return tombstone
  return { ...tombstone, until, alert: { ...tombstone.alert, endsAt } }
}

function reachedTarget(state: TargetState, stepped: boolean, reach: Reach): TargetState {
  const { told, doubt, open, retry, paused, last } = state
  const { now, latest } = reach
  const late = (at: Millis | undefined): boolean => at !== undefined && at > latest
  const lateOpen = open !== undefined && (late(open.openedAt) || open.deadline > latest + DELIVERY_WINDOW_MS)
  const lateRetry = retry !== undefined && (stepped || late(retry.since)) && late(retry.notBefore)
  // A doubt that another group handed over lasts until the deadline of that group's delivery.
  const lateDoubt = doubt !== undefined && doubt.until > latest + DELIVERY_WINDOW_MS
  const moments = [told?.at, told?.openedAt, told?.heardBy, told?.newestAt, last?.openedAt, retry?.since, paused?.at]
  if (!lateOpen && !lateRetry && !lateDoubt && !moments.some(late)) return state
  const openedOf = <T extends { openedAt?: Millis }>(one: T): T =>
    one.openedAt === undefined ? one : { ...one, openedAt: past(one.openedAt, reach) }
  const moved = {
    ...state,
    ...(told && {
      told: { ...openedOf(told), at: past(told.at, reach), ...heardBy(told.heardBy, reach), ...newestAt(told, reach) },
    }),
    // Behind everything that was opened: the doubt stays until something is opened from now on.
    ...(doubt && { doubt: { ...doubt, until: lateDoubt ? now + 1 : doubt.until } }),
    ...(last && { last: openedOf(last) }),
    ...(open && { open: { ...openedOf(open), deadline: ahead(open.deadline, DELIVERY_WINDOW_MS, reach) } }),
    ...(retry && {
      retry: {
        ...retry,
        since: past(retry.since, reach),
        ...(retry.waitsSince !== undefined && { waitsSince: past(retry.waitsSince, reach) }),
        notBefore: lateRetry ? Math.min(retry.notBefore, now + longestDelayMs(retry)) : retry.notBefore,
      },
    }),
    ...(paused && { paused: { ...paused, at: past(paused.at, reach) } }),
  }
  // Fields were replaced by fields of the same type, so the state is of the same kind.
  return moved as TargetState
}

function newestAt({ newestAt }: NotificationLogEntry, reach: Reach): { newestAt?: Millis } {
  return newestAt === undefined ? {} : { newestAt: past(newestAt, reach) }
}

function heardBy(at: Millis | undefined, reach: Reach): { heardBy?: Millis } {
  return at === undefined ? {} : { heardBy: past(at, reach) }
}
